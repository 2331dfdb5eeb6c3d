"""A backward pass of torch's engine, and the hooks that note what it does.

Hooks are put on the nodes before the pass starts and taken off when it ends, behind
the program's own, so that they see what those made of the gradients. torch is imported
here, so this module is imported when a program is about to run.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction, Function
from torch.autograd.graph import Node
from torch.utils.hooks import RemovableHandle

from nabla.explorers.graph.record import Journal, Key, copied, is_leaf, node_key, quiet, tensor_key

Tensors = tuple[Tensor | None, ...]


@dataclass
class Again:
    """A Python function's way back, to be called again when the program has ended."""

    context: Any
    saved: Tensors

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    @property
    def saved_tensors(self) -> Tensors:
        return self.saved

    def local(self, reached: Tensors, left: Tensors) -> Tensors | None:
        """Return what ones become, or None where it does not do what it did in the pass."""
        cls = self.context._forward_cls
        backward = cls.backward if cls.vjp is Function.vjp else cls.vjp
        try:
            repeated, ones = (
                self._flows(backward, [None if g is None else of(g) for g in reached])
                for of in (torch.clone, torch.ones_like)
            )
        except Exception:  # the program's own code
            return None
        return ones if all(map(close, repeated, left)) else None

    def _flows(self, backward: Callable, reached: list[Tensor | None]) -> Tensors:
        filled = [
            torch.zeros(m.shape, dtype=m.dtype) if g is None else g
            for g, m in zip(reached, self.context._input_metadata, strict=True)
        ]
        result = backward(self, *filled)
        result = result if isinstance(result, tuple) else (result,)
        needed = self.context.needs_input_grad
        flows = iter([f for f, needs in zip(result, needed, strict=False) if needs])
        return tuple(
            fitted(next(flows, None), source, number) if source else None
            for source, number in self.context.next_functions
        )


@dataclass
class Pass:
    """What a pass did: gradients after hooks, what operations made of them and of ones."""

    reached: dict[int | Key, Tensors] = field(default_factory=dict)
    left: dict[int, Tensors] = field(default_factory=dict)
    locals_: dict[int, Tensors | Again | None] = field(default_factory=dict)

    def take(self, inputs: Sequence[Any], gradients: Sequence[Tensor | None]) -> None:
        """Keep the gradients of leaves that a pass returned rather than added up."""
        for given, gradient in zip(inputs, gradients, strict=False):
            if isinstance(given, Tensor) and given.grad_fn is None:
                self.reached[tensor_key(given)] = (copied(gradient),)

    def add_up(self, nodes: Sequence[Node]) -> None:
        """Add up what flows to leaves for which a pass that failed returned nothing."""
        missing: dict[Key, Tensor | None] = {}
        for node in nodes:
            flows = [] if is_leaf(node) else self.left.get(node._sequence_nr(), ())
            for (source, _), flow in zip(node.next_functions, flows, strict=False):
                if source and is_leaf(source) and node_key(source) not in self.reached:
                    before = missing.get(node_key(source))
                    missing[node_key(source)] = flow if before is None else before + flow
        self.reached.update((key, (gradient,)) for key, gradient in missing.items())

    def local(self, number: int) -> Tensors | None:
        """Return what an operation makes of ones, or None where that is not known."""
        found = self.locals_.get(number)
        if isinstance(found, Again):
            with torch.no_grad():
                return found.local(self.reached[number], self.left[number])
        return found


def in_order(roots: Sequence[Node]) -> list[Node]:
    """Return the nodes that `roots` depend on, inputs first."""
    ordered: dict[Node, None] = {}
    stack = [(root, False) for root in roots]
    while stack:
        node, done = stack.pop()
        if node in ordered:
            continue
        if done:
            ordered[node] = None
            continue
        stack.append((node, True))
        inputs = [source for source, _ in node.next_functions if source is not None]
        stack += [(source, False) for source in reversed(inputs)]
    return list(ordered)


def close(one: Tensor | None, other: Tensor | None) -> bool:
    """Say whether two gradients are the same but for rounding; none is nought."""
    if one is None or other is None:
        return all(g is None or not bool(g.any()) for g in (one, other))
    digits = 16 * torch.finfo(other.dtype).eps
    return torch.allclose(one.to(other.dtype), other, rtol=digits, atol=digits, equal_nan=True)


@contextlib.contextmanager
def watched(nodes: list[Node], journal: Journal) -> Iterator[Pass]:
    """Put hooks on nodes that note what flows, behind those that are there already."""
    seen, handles, number = Pass(), [], RemovableHandle.next_id
    RemovableHandle.next_id += 1_000_000_000  # so that the program's have the numbers they had
    for node in nodes:
        handles.append(node.register_prehook(_before(node, seen, journal)))
        if not is_leaf(node):
            handles.append(node.register_hook(_after(node, seen, journal)))
    RemovableHandle.next_id = number
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()


def _before(node: Node, seen: Pass, journal: Journal) -> Callable:
    def note(gradients: Tensors) -> None:
        if is_leaf(node):
            seen.reached[node_key(node)] = (copied(gradients[0]),)
            return
        number = node._sequence_nr()
        if journal.is_packed(number):
            return
        with quiet(), contextlib.suppress(RuntimeError):
            if isinstance(node, BackwardCFunction):
                seen.locals_[number] = Again(node, tuple(map(copied, node.saved_tensors)))
            else:
                seen.locals_[number] = ones_through(node, gradients)

    return note


def _after(node: Node, seen: Pass, journal: Journal) -> Callable:
    def note(left: Tensors, reached: Tensors) -> None:
        with quiet():
            seen.reached[node._sequence_nr()] = tuple(map(copied, reached))
            seen.left[node._sequence_nr()] = tuple(map(copied, left))
            for tensor in left:
                if tensor is not None:  # of a pass that records a graph of its own
                    journal.note_made(tensor)

    return note


def ones_through(node: Node, reached: Tensors) -> Tensors:
    """Return what an operation of torch's own makes of ones."""
    ones = [
        torch.zeros(m.shape, dtype=m.dtype) if g is None else torch.ones_like(g)
        for g, m in zip(reached, node._input_metadata, strict=True)
    ]
    result = node(*ones)
    result = result if isinstance(result, tuple) else (result,)
    return tuple(
        fitted(flow, source, number) if source else None
        for flow, (source, number) in zip(result, node.next_functions, strict=False)
    )


def fitted(flow: Tensor | None, source: Node, number: int) -> Tensor | None:
    """Return a gradient with the type and shape of its source, as the engine makes it."""
    if flow is None:
        return None
    to = source.variable if is_leaf(source) else source._input_metadata[number]
    flow = flow.real if flow.is_complex() and not to.dtype.is_complex else flow
    return flow.sum_to_size(tuple(to.shape)).to(to.dtype)
