"""`<!--nabla:graph lesson/name z-->`: the autograd graph of a variable, to step through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from nabla.markdown.drawings.svg import number, tag, text
from nabla.run.probes.graph import LEAF, Edge, Graph, GraphProbe, Node, Values

if TYPE_CHECKING:
    from nabla.markdown.drawings.layout import Layout

CELL_WIDTH, CELL_HEIGHT = 106, 104
WIDTH, HEIGHT = 98, 58
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ASIDE = 60
"""Between edges that join the same two nodes."""
MOST = {"name": 13, "op": 15, "gradient": 13}
"""Characters that fit into the width of a node, by the kind of line."""
LONGEST = 14
"""Characters of a tensor that a node has room for."""


def probe(arguments: Sequence[str]) -> GraphProbe:
    """Return the probe of a variable. Raises ValueError where not exactly one is named."""
    if len(arguments) != 1 or not arguments[0].isidentifier():
        raise ValueError("name one variable of the snippet, as in `graph lesson/name z`")
    return GraphProbe(arguments[0])


def html(graph: Graph, snippet: str, words: Mapping) -> str:
    """Return the drawing of `graph`: an SVG within an element that can step through it."""
    from nabla.markdown.drawings.layout import layered  # networkx: no run is to wait for it

    own = words["graph"]
    labels = _labels(graph.nodes)
    layout = layered(len(graph.nodes), [(e.source, e.target) for e in graph.edges])
    formulas = [_formula(graph, labels, index) for index in range(len(graph.nodes))]
    shifts = _shifts(graph.edges)
    edges = "".join(
        _edge(edge, route, layout, shift)
        for edge, route, shift in zip(graph.edges, layout.routes, shifts, strict=True)
    )
    nodes = "".join(
        _node(index, node, _Said(labels[index], formulas[index], own["leaf"]), position)
        for index, (node, position) in enumerate(zip(graph.nodes, layout.positions, strict=True))
    )
    width, height = layout.columns * CELL_WIDTH, layout.rows * CELL_HEIGHT
    title = own["title"].format(variable=graph.variable)
    described = "; ".join(
        f"{_equation(label, node)} ({node.op}), {formula}"
        for label, node, formula in zip(labels, graph.nodes, formulas, strict=True)
    )
    drawing = tag(
        "svg",
        tag("title", escape(title)) + tag("desc", escape(described)) + edges + nodes,
        class_="autograd-graph",
        data_snippet=snippet,
        role="img",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )
    steps = {key: own[key] for key in ("back", "forward", "restart", "all")}
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in steps.items())
    passes = f' data-passes="{escape(own["forward_pass"])}|{escape(own["backward_pass"])}"'
    return (
        f'<nabla-graph class="drawing"{attributes}{passes}>'
        f'<div class="drawing-scroll" tabindex="0" role="group" aria-label="{escape(title)}">'
        f"{drawing}</div></nabla-graph>"
    )


def _labels(nodes: Sequence[Node]) -> list[str]:
    """Return the name of each node: its variable's, or v₁, v₂, … where it has none."""
    labels = []
    unnamed = 0
    for node in nodes:
        unnamed += not node.name
        labels.append(node.name or f"v{str(unnamed).translate(SUBSCRIPTS)}")
    return labels


def _formula(graph: Graph, labels: Sequence[str], index: int) -> str:
    """Return how the gradient at a node comes about: a sum over edges of products."""
    leaves = sum(node.op == LEAF for node in graph.nodes)
    d = "d" if leaves == 1 else "∂"
    whole = graph.variable if _is_scalar(graph) else f"Σ{graph.variable}"
    left = f"{d}{whole}/{d}{labels[index]}"
    total = shown(graph.nodes[index].gradients)
    above = [edge for edge in graph.edges if edge.source == index]
    if not above or not all(_single(edge.local) and _single(edge.flow) for edge in above):
        return f"{left} = {total}"
    terms = " + ".join(f"{_through(graph, edge)} · {_element(edge.local)}" for edge in above)
    return f"{left} = {terms} = {total}"


def _through(graph: Graph, edge: Edge) -> str:
    """Return the gradient that reaches the target of `edge`, in brackets where negative."""
    return _element(graph.nodes[edge.target].gradients[0])


def _is_scalar(graph: Graph) -> bool:
    return all(values is None or values.shape == () for values in graph.nodes[-1].values)


def _single(values: Values) -> bool:
    return values.shape == ()


def _element(values: Values | None) -> str:
    one = number(values.elements[0]) if values else "0"
    return f"({one})" if one.startswith("−") else one


def shown(values: Sequence[Values | None]) -> str:
    """Return tensors as text short enough for a node: elements, or else the shape."""
    known = [_shown(v) for v in values if v is not None]
    return ", ".join(known) or "?"


def _shown(values: Values) -> str:
    if values.shape == ():
        return number(values.elements[0])
    size = "×".join(map(str, values.shape))
    if len(set(values.elements)) == 1 and len(values.elements) > 3:
        return f"{number(values.elements[0])} ({size})"
    if len(values.shape) == 1:
        listed = f"[{', '.join(map(number, values.elements))}]"
        if len(listed) <= LONGEST:
            return listed
    return f"({size})"


def _equation(label: str, node: Node) -> str:
    return f"{label} = {shown(node.values)}"


def _centre(position: tuple[float, int]) -> tuple[float, float]:
    return position[0] * CELL_WIDTH, (position[1] + 0.5) * CELL_HEIGHT


@dataclass(frozen=True)
class _Said:
    """What a drawing says of a node, and its word for a leaf."""

    label: str
    formula: str
    leaf: str


def _node(index: int, node: Node, said: _Said, position: tuple[float, int]) -> str:
    x, y = _centre(position)
    leaf = node.op == LEAF
    gradient = f"{said.formula.split(' = ')[0]} = {shown(node.gradients)}"
    op = list(enumerate([said.leaf] if leaf else _lines(node.op)))
    parts = [
        tag(
            "rect",
            x=x - WIDTH / 2,
            y=y - HEIGHT / 2,
            width=WIDTH,
            height=HEIGHT,
            rx=20 if leaf else 6,
        ),
        _fitted(said.label, x, y - (16 if len(op) > 1 else 13), "name", f" = {shown(node.values)}"),
        *(_fitted(line, x, y + (3 if len(op) == 1 else -4 + 11 * i), "op") for i, line in op),
        _fitted(gradient, x, y + (23 if len(op) > 1 else 20), "gradient"),
    ]
    return tag(
        "g",
        "".join(parts),
        class_="node",
        data_op=node.op,
        data_node=index,
        data_name=said.label,
        data_value=shown(node.values),
        data_gradient=shown(node.gradients),
        data_forward=_equation(said.label, node),
        data_backward=said.formula,
    )


def _lines(op: str) -> list[str]:
    """Return the name of an operation on one line or, where it is long, on two."""
    if len(op) <= MOST["op"] + 1:
        return [op]
    humps = [index for index in range(1, len(op)) if op[index].isupper()]
    middle = min(humps, key=lambda index: abs(index - len(op) / 2), default=len(op))
    return [op[:middle], op[middle:]]


def _fitted(content: str, x: float, y: float, kind: str, value: str = "") -> str:
    """Return a line of a node, squeezed where it would be wider than the node."""
    squeeze = WIDTH - 12 if len(content) + len(value) > MOST[kind] else None
    inside = escape(content, quote=False) + (
        tag("tspan", escape(value, quote=False), class_="value") if value else ""
    )
    return tag(
        "text",
        inside,
        x=x,
        y=y,
        class_=kind,
        textLength=squeeze,
        lengthAdjust="spacingAndGlyphs" if squeeze else None,
    )


def _shifts(edges: Sequence[Edge]) -> list[float]:
    """Return how far each edge moves aside, for those that join the same two nodes."""
    ends = [(edge.source, edge.target) for edge in edges]
    ranks = [ends[:index].count(pair) for index, pair in enumerate(ends)]
    return [
        (rank - (ends.count(pair) - 1) / 2) * ASIDE for rank, pair in zip(ranks, ends, strict=True)
    ]


def _edge(edge: Edge, route: Sequence[tuple[float, int]], layout: "Layout", shift: float) -> str:
    centres = [_centre(layout.positions[i]) for i in (edge.source, edge.target)]
    start, end = ((x + shift, y) for x, y in centres)
    points = [(start[0], start[1] + HEIGHT / 2), *map(_centre, route)]
    points.append((end[0], end[1] - HEIGHT / 2))
    lx, ly = _near_start(points[0], points[1])
    local = _shown(edge.local)
    return tag(
        "g",
        tag("path", d=_curve(points), class_="line")
        + tag("path", d=f"M{end[0] - 4:g} {points[-1][1] - 7:g}l4 7 4-7z", class_="tip")
        + text(local, lx, ly + 5, class_="local"),
        class_="edge",
        data_local=local,
        data_from=edge.source,
        data_to=edge.target,
    )


def _near_start(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Return the point of the curve at t = 0.3: lines that cross do so in the middle."""
    return start[0] + 0.216 * (end[0] - start[0]), start[1] + 0.342 * (end[1] - start[1])


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Return a path that leaves and enters nodes vertically."""
    (x, y), *rest = points
    path = [f"M{x:g} {y:g}"]
    for nx, ny in rest:
        middle = (y + ny) / 2
        path.append(f"C{x:g} {middle:g} {nx:g} {middle:g} {nx:g} {ny:g}")
        x, y = nx, ny
    return " ".join(path)
