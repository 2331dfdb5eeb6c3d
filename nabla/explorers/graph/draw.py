"""Draw the autograd graph of a variable, to step through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.graph.layout import Layout, layered
from nabla.explorers.graph.probe import LEAF, Edge, Graph, Node, Values
from nabla.explorers.shared.numbers import Notation
from nabla.templates import render

CELL_WIDTH, CELL_HEIGHT = 106, 104
NODE_WIDTH, NODE_HEIGHT = 98, 58
PARALLEL_GAP = 60
"""Between edges that join the same two nodes."""
LINE_CHARS = {"name": 13, "op": 15, "gradient": 13}
"""Characters that fit into the width of a node, by the kind of line."""
MAX_LISTED = 14
"""Characters of a tensor that a node has room for."""
NEUTRAL = Notation()
"""How attributes that programs read have numbers, in each language."""
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Point = tuple[float, float]


@dataclass(frozen=True)
class NodeLine:
    """A line of text in a node, squeezed where it would be wider than the node."""

    kind: str
    y: float
    text: str
    value: str = ""

    @property
    def squeezed(self) -> bool:
        """Whether it would be wider than the node."""
        return len(self.text) + len(self.value) > LINE_CHARS[self.kind]


def draw(graph: Graph, snippet: str, words: Mapping[str, Any]) -> str:
    """Return an SVG of `graph`, within an element that can step through it."""
    own, notation = words["graph"], Notation.of(words)
    labels = _labels(graph.nodes)
    layout = layered(len(graph.nodes), [(edge.source, edge.target) for edge in graph.edges])
    nodes = [
        _node(graph, index, label, _centre(position), words)
        for index, (label, position) in enumerate(zip(labels, layout.positions, strict=True))
    ]
    return render(
        "explorers/graph/graph.html.j2",
        snippet=snippet,
        words=own,
        notation=notation,
        title=own["title"].format(variable=graph.variable),
        width=layout.columns * CELL_WIDTH,
        height=layout.rows * CELL_HEIGHT,
        node_size=(NODE_WIDTH, NODE_HEIGHT),
        nodes=nodes,
        edges=_edges(graph.edges, layout, notation),
    )


def _labels(nodes: Sequence[Node]) -> list[str]:
    """Return the name of each node: its variable's, or v₁, v₂, … where it has none."""
    labels = []
    unnamed = 0
    for node in nodes:
        unnamed += not node.name
        labels.append(node.name or f"v{str(unnamed).translate(SUBSCRIPTS)}")
    return labels


def _derivative(graph: Graph, label: str) -> str:
    """Return how the gradient at a node is written: of a sum, where the result has elements."""
    d = "d" if sum(node.op == LEAF for node in graph.nodes) == 1 else "∂"
    scalar = all(values is None or values.shape == () for values in graph.nodes[-1].values)
    return f"{d}{'' if scalar else 'Σ'}{graph.variable}/{d}{label}"


def _terms(graph: Graph, index: int, notation: Notation) -> list[str]:
    """Return the products whose sum is the gradient at a node, unless they are of tensors."""
    edges = [edge for edge in graph.edges if edge.source == index and edge.flow]
    if not all(edge.product and edge.local and _is_number(edge.flow) for edge in edges):
        return []
    return [
        f" {notation.times} ".join(
            _factor(values, notation)
            for values in (graph.nodes[edge.target].gradients[0], edge.local)
        )
        for edge in edges
    ]


def _is_number(values: Values | None) -> bool:
    return values is not None and values.shape == ()


def _factor(values: Values | None, notation: Notation) -> str:
    """Return a number of a product, in brackets where it is negative."""
    one = format_element(values.elements[0], notation) if values else "0"
    return f"({one})" if one.startswith("−") else one


def format_element(value: complex, notation: Notation = NEUTRAL) -> str:
    """Return a number with six significant digits and a true minus sign."""
    plain = f"{value:.6g}"
    if isinstance(value, complex):
        plain = f"{value.real:.6g}{value.imag:+.6g}j"
    return plain.replace("-", "−").replace(".", notation.decimal)


def format_tensors(tensors: Sequence[Values | None], notation: Notation = NEUTRAL) -> str:
    """Return tensors as text short enough for a node."""
    known = [format_tensor(values, notation) for values in tensors if values is not None]
    return notation.between.join(known) or "?"


def _format_gradient(node: Node, notation: Notation = NEUTRAL) -> str:
    """Return the gradient at a node; where a hook changed it, from what to what."""
    reached = [format_tensor(one, notation) if one else "None" for one in node.gradients]
    arrived = [format_tensor(one, notation) if one else "None" for one in node.arrived]
    return " → ".join(notation.between.join(part) for part in (arrived, reached) if part)


def format_tensor(values: Values, notation: Notation = NEUTRAL) -> str:
    """Return the elements of a tensor or, where they are too long, its shape."""
    if values.shape == ():
        return format_element(values.elements[0], notation)
    size = "×".join(map(str, values.shape))
    if len(set(values.elements)) == 1 and len(values.elements) > 3:
        return f"{format_element(values.elements[0], notation)} ({size})"
    elements = (format_element(one, notation) for one in values.elements)
    listed = f"[{notation.between.join(elements)}]"
    length = len(listed.replace(notation.between, NEUTRAL.between))
    return listed if len(values.shape) == 1 and length <= MAX_LISTED else f"({size})"


def _centre(position: tuple[float, int]) -> Point:
    return position[0] * CELL_WIDTH, (position[1] + 0.5) * CELL_HEIGHT


def _node(
    graph: Graph, index: int, label: str, centre: Point, words: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the template shows of a node."""
    (x, y), node, notation = centre, graph.nodes[index], Notation.of(words)
    value, gradient = format_tensors(node.values, notation), _format_gradient(node, notation)
    derivative = _derivative(graph, label)
    terms = _terms(graph, index, notation)
    op = [words["graph"]["leaf"]] if node.op == LEAF else _break_name(node.op)
    apart = 0 if len(op) == 1 else 3
    return {
        "op": node.op,
        "is_leaf": node.op == LEAF,
        "label": label,
        "value": format_tensors(node.values),
        "gradient": _format_gradient(node),
        "equation": f"{label} = {value}",
        "formula": " = ".join([derivative, *([" + ".join(terms)] if terms else []), gradient]),
        "x": x,
        "left": x - NODE_WIDTH / 2,
        "top": y - NODE_HEIGHT / 2,
        "lines": [
            NodeLine("name", y - 13 - apart, label, f" = {value}"),
            *(NodeLine("op", y + (-4 + 11 * n if apart else 3), o) for n, o in enumerate(op)),
            NodeLine("gradient", y + 20 + apart, f"{derivative} = {gradient}"),
        ],
    }


def _break_name(op: str) -> list[str]:
    """Return the name of an operation on one line or, where it is long, on two."""
    if len(op) <= LINE_CHARS["op"] + 1:
        return [op]
    humps = [index for index in range(1, len(op)) if op[index].isupper()]
    middle = min(humps, key=lambda index: abs(index - len(op) / 2), default=len(op))
    return [op[:middle], op[middle:]]


def _edges(edges: Sequence[Edge], layout: Layout, notation: Notation) -> list[dict[str, Any]]:
    """Return what the template shows of each edge; those between the same two nodes lie apart."""
    ends = [(edge.source, edge.target) for edge in edges]
    drawn = []
    for index, (edge, pair) in enumerate(zip(edges, ends, strict=True)):
        shift = (ends[:index].count(pair) - (ends.count(pair) - 1) / 2) * PARALLEL_GAP
        (x1, y1), (x2, y2) = (_centre(layout.positions[node]) for node in pair)
        start, end = (x1 + shift, y1 + NODE_HEIGHT / 2), (x2 + shift, y2 - NODE_HEIGHT / 2)
        points = [start, *map(_centre, layout.routes[index]), end]
        drawn.append(
            {
                "source": edge.source,
                "target": edge.target,
                "local": format_tensor(edge.local) if edge.local else "",
                "slope": format_tensor(edge.local, notation) if edge.local else "",
                "line": _curve(points),
                "tip": f"M{end[0] - 4:g} {end[1] - 7:g}l4 7 4-7z",
                "label": _near_start(*points[:2]),
            }
        )
    return drawn


def _near_start(start: Point, end: Point) -> Point:
    """Return the point of the curve at t = 0.3: lines that cross do so in the middle."""
    return start[0] + 0.216 * (end[0] - start[0]), start[1] + 0.342 * (end[1] - start[1])


def _curve(points: Sequence[Point]) -> str:
    """Return a path that leaves and enters nodes vertically."""
    (x, y), *rest = points
    path = [f"M{x:g} {y:g}"]
    for nx, ny in rest:
        middle = (y + ny) / 2
        path.append(f"C{x:g} {middle:g} {nx:g} {middle:g} {nx:g} {ny:g}")
        x, y = nx, ny
    return " ".join(path)
