"""Read a Graph: torch's structure, recorded values, and the gradients of a pass."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import Node as Function

from nabla.explorers.graph.engine import Engine
from nabla.explorers.graph.passes import Pass, close, in_order
from nabla.explorers.graph.probe import LEAF, Edge, Graph, Node, Values
from nabla.explorers.graph.record import ChangedError, Journal, Key, is_leaf, node_key, tensor_key
from nabla.run.outcome import UnseenError

FREED = "backward through the graph a second time"
"""What torch says of a graph that a pass has freed."""


def read_graph(variable: str, namespace: Mapping[str, Any], engine: Engine) -> Graph:
    """Return the graph of the tensor that `variable` names. Raises UnseenError."""
    root = namespace.get(variable)
    if not isinstance(root, Tensor):
        raise UnseenError(f"has no tensor `{variable}`")
    if root.grad_fn is None:
        raise UnseenError(f"records no graph for `{variable}`")
    if root.is_complex():
        raise UnseenError(f"has complex numbers in `{variable}`, which have no slope")
    functions = in_order([root.grad_fn])
    named = {variable: root, **namespace}
    names: dict[Key, str] = {}
    for name, value in named.items():
        if isinstance(value, Tensor) and not name.startswith("_") and (key := tensor_key(value)):
            names.setdefault(key, name)
            engine.journal.note_made(value)
    engine.journal.read_saved(functions)
    values = _values(functions, names, engine.journal)  # before a pass may change them
    try:
        seen = engine.last_pass(root)
    except Exception as error:  # torch's, or that of the program's own hooks and functions
        raise UnseenError(_reason(variable, error)) from None
    with torch.no_grad():
        return Graph(variable, *_graph(root, functions, names, values, seen))


def _reason(variable: str, error: Exception) -> str:
    if FREED in str(error):
        return (
            f"frees the graph of `{variable}` by a backward pass that does not go through all "
            f"of it from `{variable}` with ones: keep it with `retain_graph=True`"
        )
    said = str(error).strip().split("\n")[0].split(". ")[0] or type(error).__name__
    return f"has a graph whose backward pass fails: {said}"


def _values(
    functions: list[Function], names: Mapping[Key, str], journal: Journal
) -> dict[Key, Values | None]:
    """Return the value of each result and leaf, as the operations of this graph had it."""
    users: dict[Key, list[int]] = {}
    for function in functions:
        if is_leaf(function):
            users.setdefault(node_key(function), [])
            continue
        for number in range(len(function._input_metadata)):
            users.setdefault(node_key(function, number), [])
        for source, number in function.next_functions:
            if source is not None:
                users.setdefault(node_key(source, number), []).append(function._sequence_nr())
    turned = {node_key(f): f.next_functions[0] for f in functions if f.name() == "TBackward0"}
    found: dict[Key, Tensor | None] = {}
    for key, using in users.items():
        try:
            value = journal.value(key, using)
        except ChangedError:
            name = f"`{names[key]}`" if key in names else "a tensor"
            raise UnseenError(
                f"changes {name} in place while it builds the graph, which uses both values"
            ) from None
        if value is None and key in turned:  # which a layer makes of its weights, unseen
            source = found[node_key(*turned[key])]
            value = None if source is None else source.detach().t()
        found[key] = value
    return {key: _elements(value) for key, value in found.items()}


def _graph(
    root: Tensor,
    functions: list[Function],
    names: Mapping[Key, str],
    values: Mapping[Key, Values | None],
    seen: Pass,
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    position = {function: index for index, function in enumerate(functions)}
    arrived = {tensor_key(root): torch.ones_like(root)}
    edges = []
    for function in reversed(functions):
        if is_leaf(function):
            continue
        number = function._sequence_nr()
        flows, reached, local = seen.left[number], seen.reached[number], seen.local(number)
        local = local or (None,) * len(flows)
        for (source, nr), flow, one in zip(function.next_functions, flows, local, strict=False):
            if source is None:
                continue
            key = node_key(source, nr)
            if flow is not None:
                arrived[key] = arrived[key] + flow if key in arrived else flow
            ends = position[source], position[function]
            edges.append(Edge(*ends, _elements(one), _elements(flow), _product(reached, one, flow)))
    nodes = tuple(_node(f, names, values, _gradients(f, seen), arrived) for f in functions)
    return nodes, tuple(edges)


def _gradients(function: Function, seen: Pass) -> tuple[Tensor | None, ...]:
    if is_leaf(function):
        return seen.reached.get(node_key(function), (None,))
    return seen.reached[function._sequence_nr()]


def _product(reached: tuple[Tensor | None, ...], local: Tensor | None, flow: Tensor | None) -> bool:
    if flow is None or local is None:
        return False
    if flow.dim() or local.dim():
        return True
    through = reached[0]
    return through is not None and not through.dim() and close(through * local, flow)


def _node(
    function: Function,
    names: Mapping[Key, str],
    values: Mapping[Key, Values | None],
    reached: tuple[Tensor | None, ...],
    arrived: Mapping[Key, Tensor],
) -> Node:
    keys = [node_key(function, number) for number in range(len(reached))]
    before = [arrived.get(key) for key in keys]
    changed = not all(map(close, before, reached))
    op = LEAF if is_leaf(function) else function.name()
    held = ", ".join(filter(None, (names.get(key, "") for key in keys)))
    return Node(
        op,
        held,
        tuple(values.get(key) for key in keys),
        tuple(map(_elements, reached)),
        tuple(map(_elements, before)) if changed else (),
    )


def _elements(tensor: Tensor | None) -> Values | None:
    if tensor is None or tensor.layout is not torch.strided:
        return None
    detached = tensor.detach().to(torch.complex128 if tensor.is_complex() else torch.float64)
    return Values(tuple(detached.shape), tuple(detached.flatten().tolist()))
