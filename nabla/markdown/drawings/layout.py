"""Where the nodes of a graph stand: in layers, inputs above, with few crossings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx

SWEEPS = 8


@dataclass(frozen=True)
class Layout:
    """Positions in units of one cell: `x` from the left edge, `y` the layer from the top.

    `routes` has, for each edge, the points between its ends through which it bends
    so as not to cross the nodes of the layers it skips.
    """

    positions: tuple[tuple[float, int], ...]
    routes: tuple[tuple[tuple[float, int], ...], ...]
    columns: int
    rows: int


def layered(count: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """Lay out nodes ``0 … count - 1``, each edge pointing down by one layer or more.

    After Sugiyama, Tagawa and Toda (1981): layers by longest path, a placeholder
    wherever an edge passes a layer, and within layers the order of barycentres.
    """
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)
    layer = {
        node: depth
        for depth, nodes in enumerate(networkx.topological_generations(graph))
        for node in nodes
    }
    chains = [_chain(number, edge, layer) for number, edge in enumerate(edges)]
    dense = networkx.DiGraph()
    dense.add_nodes_from((node, {"layer": layer[node]}) for node in range(count))
    for chain in chains:
        dense.add_nodes_from((key, {"layer": depth}) for key, depth in chain)
        networkx.add_path(dense, [key for key, _ in chain])
    rows = [[] for _ in range(max(layer.values()) + 1)]
    for node, depth in dense.nodes(data="layer"):
        rows[depth].append(node)
    rows = _uncrossed(rows, dense)
    columns = max(map(len, rows))
    place = {
        node: (index + (columns - len(row)) / 2 + 0.5, depth)
        for depth, row in enumerate(rows)
        for index, node in enumerate(row)
    }
    return Layout(
        tuple(place[node] for node in range(count)),
        tuple(tuple(place[key] for key, _ in chain[1:-1]) for chain in chains),
        columns,
        len(rows),
    )


def _chain(number: int, edge: tuple[int, int], layer: dict[int, int]) -> list[tuple]:
    """Return the ends of an edge with its placeholders between them, each with its layer."""
    source, target = edge
    between = [((number, d), d) for d in range(layer[source] + 1, layer[target])]
    return [(source, layer[source]), *between, (target, layer[target])]


def _uncrossed(rows: list[list], graph: networkx.DiGraph) -> list[list]:
    """Order each row by the mean position of its neighbours, down and up in turn."""
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        near = graph.predecessors if down else graph.successors
        order = range(len(rows)) if down else reversed(range(len(rows)))
        for depth in order:
            beside = rows[depth - 1] if down else (rows[depth + 1 :] or [[]])[0]
            at = {node: index for index, node in enumerate(beside)} if depth or not down else {}
            rows[depth] = _by_barycentre(rows[depth], near, at)
    return rows


def _by_barycentre(row: list, near, at: dict) -> list:
    def key(pair: tuple[int, object]) -> float:
        index, node = pair
        positions = [at[other] for other in near(node) if other in at]
        return _mean(positions, default=index)

    return [node for _, node in sorted(enumerate(row), key=key)]


def _mean(numbers: Iterable[float], default: float) -> float:
    known = list(numbers)
    return sum(known) / len(known) if known else default
