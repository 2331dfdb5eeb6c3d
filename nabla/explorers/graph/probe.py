"""Look at the autograd graph of a variable while torch holds it.

The structure is that of `grad_fn` and `next_functions`. Each operation's node is
called, as the backward pass would call it, with ones (its local derivative) and
with the gradient that reaches it (what flows on from it).
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.run.outcome import UnseenError

LEAF = "leaf"


@dataclass(frozen=True)
class Values:
    """A tensor: its shape, and its elements in row-major order."""

    shape: tuple[int, ...]
    elements: tuple[float, ...]


@dataclass(frozen=True)
class Node:
    """An operation or a leaf.

    `op` is the name of the `grad_fn`, or ``leaf``. `name` is the variable that
    holds its result, where one does. `values` and `gradients` have an entry for
    each result of the operation: None where it is not known, or not on the way.
    """

    op: str
    name: str
    values: tuple[Values | None, ...]
    gradients: tuple[Values | None, ...]


@dataclass(frozen=True)
class Edge:
    """Data that go from one node to another; both are positions among the nodes.

    `local` is the derivative of the target with respect to this input: the
    vector–Jacobian product of the operation with ones, and so, for scalars, the
    derivative itself. `flow` is what this edge adds to the gradient of the source.
    """

    source: int
    target: int
    local: Values
    flow: Values


@dataclass(frozen=True)
class Graph:
    """The graph of `variable`; `nodes` are in an order in which they can be computed."""

    variable: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class GraphProbe:
    """Observes the Graph of the tensor that `variable` names when the code has run."""

    variable: str

    @contextlib.contextmanager
    def watch(self) -> Iterator[Any]:
        """Record each operation's results, and have backward passes keep the graph."""
        import torch
        from torch.overrides import TorchFunctionMode

        passes = {torch.Tensor.backward, torch.autograd.grad}

        class Recorder(TorchFunctionMode):
            def __init__(self) -> None:
                super().__init__()
                self.results: dict[Any, dict[int, Values]] = {}
                self.leaves: dict[Any, Values] = {}

            def __torch_function__(self, func, types, args=(), kwargs=None):
                kwargs = {**(kwargs or {}), **({"retain_graph": True} if func in passes else {})}
                result = func(*args, **kwargs)
                recorded = [tensor for tensor in _tensors(result) if tensor.grad_fn is not None]
                for tensor in recorded:
                    values = self.results.setdefault(tensor.grad_fn, {})
                    values[tensor.output_nr] = _values(tensor)
                for tensor in _tensors(args) if recorded else ():
                    if tensor.is_leaf and tensor.requires_grad:
                        self.leaves.setdefault(tensor, _values(tensor))
                return result

        with Recorder() as recorder:
            yield recorder

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Graph:
        """Return the graph. Raises UnseenError where the variable has none."""
        import torch

        root = namespace.get(self.variable)
        if not isinstance(root, torch.Tensor):
            raise UnseenError(f"has no tensor `{self.variable}`")
        if root.grad_fn is None:
            raise UnseenError(f"records no graph for `{self.variable}`")
        functions = _in_order(root.grad_fn)
        try:
            gradients, edges = _backward(functions, root)
        except RuntimeError as error:
            raise UnseenError(f"has a graph that cannot be walked: {error}") from None
        names = _names(namespace)
        nodes = tuple(
            _node(function, names, watched, gradients[function]) for function in functions
        )
        return Graph(self.variable, nodes, edges)


def probe(arguments: Sequence[str]) -> GraphProbe:
    """Return the probe of a variable. Raises ValueError where not exactly one is named."""
    if len(arguments) != 1 or not arguments[0].isidentifier():
        raise ValueError("name one variable of the snippet, as in `graph lesson/name z`")
    return GraphProbe(arguments[0])


def _tensors(result: Any) -> Iterator[Any]:
    import torch

    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, (tuple, list)):
        for item in result:
            yield from _tensors(item)


def _values(tensor: Any) -> Values:
    detached = tensor.detach().double()
    return Values(tuple(detached.shape), tuple(detached.flatten().tolist()))


def _in_order(root: Any) -> list[Any]:
    """Return the functions that `root` depends on, inputs first."""
    ordered: dict[Any, None] = {}
    stack = [(root, False)]
    while stack:
        function, done = stack.pop()
        if function in ordered:
            continue
        if done:
            ordered[function] = None
            continue
        stack.append((function, True))
        inputs = [f for f, _ in function.next_functions if f is not None]
        stack += [(f, False) for f in reversed(inputs)]
    return list(ordered)


def _is_leaf(function: Any) -> bool:
    return hasattr(function, "variable")


def _shapes(function: Any) -> list[tuple[int, ...]]:
    """Return the shape of each result of an operation, or that of a leaf."""
    if _is_leaf(function):
        return [tuple(function.variable.shape)]
    return [tuple(metadata.shape) for metadata in function._input_metadata]


def _backward(functions: list[Any], root: Any) -> tuple[dict[Any, list[Any]], tuple[Edge, ...]]:
    """Walk from the root to the leaves, as torch does; return gradients and edges."""
    import torch

    position = {function: index for index, function in enumerate(functions)}
    gradients: dict[Any, list[Any]] = {f: [None] * len(_shapes(f)) for f in functions}
    gradients[root.grad_fn][root.output_nr] = torch.ones_like(root)
    edges: list[Edge] = []
    for function in reversed(functions):
        if _is_leaf(function):
            continue
        reached = gradients[function]
        zeros = [torch.zeros(shape, dtype=root.dtype) for shape in _shapes(function)]
        filled = [z if g is None else g for g, z in zip(reached, zeros, strict=True)]
        ones = [z if g is None else torch.ones_like(g) for g, z in zip(reached, zeros, strict=True)]
        flows, locals_ = _call(function, filled), _call(function, ones)
        for (source, nr), flow, local in zip(function.next_functions, flows, locals_, strict=False):
            if source is None:
                continue
            shape = _shapes(source)[nr]
            added = flow.sum_to_size(shape)  # undoes broadcasting, as torch's engine does
            before = gradients[source][nr]
            gradients[source][nr] = added if before is None else before + added
            ends = position[source], position[function]
            edges.append(Edge(*ends, _values(local.sum_to_size(shape)), _values(added)))
    return gradients, tuple(edges)


def _call(function: Any, gradients: list[Any]) -> tuple[Any, ...]:
    result = function(*gradients)
    return result if isinstance(result, tuple) else (result,)


def _names(namespace: Mapping[str, Any]) -> dict[Any, str]:
    """Return the name that holds each leaf and each (function, number of its result)."""
    import torch

    names: dict[Any, str] = {}
    for name, value in namespace.items():
        if isinstance(value, torch.Tensor) and not name.startswith("_"):
            key = value if value.grad_fn is None else (value.grad_fn, value.output_nr)
            names.setdefault(key, name)
    return names


def _node(function: Any, names: Mapping[Any, str], watched: Any, gradients: list[Any]) -> Node:
    flown = tuple(None if gradient is None else _values(gradient) for gradient in gradients)
    if _is_leaf(function):
        leaf = function.variable
        value = watched.leaves.get(leaf) or _values(leaf)
        return Node(LEAF, names.get(leaf, ""), (value,), flown)
    known = watched.results.get(function, {})
    held = [names.get((function, nr), "") for nr in range(len(gradients))]
    values = tuple(known.get(nr) for nr in range(len(gradients)))
    return Node(function.name(), ", ".join(filter(None, held)), values, flown)
