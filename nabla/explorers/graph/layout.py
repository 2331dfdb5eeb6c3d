"""Where the nodes of a graph stand: in layers, inputs above, with few crossings."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import networkx

SWEEPS = 8

Key = int | tuple[int, int]
"""A node or, for the placeholder of an edge in a layer, the numbers of both."""


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
    chains: list[list[Key]] = [
        [source, *((number, d) for d in range(layer[source] + 1, layer[target])), target]
        for number, (source, target) in enumerate(edges)
    ]
    dense = networkx.DiGraph()
    dense.add_nodes_from(range(count))
    for chain in chains:
        networkx.add_path(dense, chain)
    rows: list[list[Key]] = [[] for _ in range(max(layer.values()) + 1)]
    for key in (*range(count), *(key for chain in chains for key in chain[1:-1])):
        rows[layer[key] if isinstance(key, int) else key[1]].append(key)
    _uncross(rows, dense)
    columns = max(map(len, rows))
    place = {
        node: (index + (columns - len(row)) / 2 + 0.5, depth)
        for depth, row in enumerate(rows)
        for index, node in enumerate(row)
    }
    return Layout(
        tuple(place[node] for node in range(count)),
        tuple(tuple(place[key] for key in chain[1:-1]) for chain in chains),
        columns,
        len(rows),
    )


def _uncross(rows: list[list[Key]], graph: networkx.DiGraph) -> None:
    """Sort each row by the mean position of its neighbours in the row before, down and up."""
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        near, step = (graph.pred, -1) if down else (graph.succ, 1)
        for depth in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
            at = {key: index for index, key in enumerate(rows[depth + step])}
            means = {
                key: fmean(at[other] for other in near[key]) if near[key] else index
                for index, key in enumerate(rows[depth])
            }
            rows[depth].sort(key=means.__getitem__)
