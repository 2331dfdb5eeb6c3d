"""Have torch's own engine say which gradients flow where, and keep what it said.

Each pass that the program itself makes is watched. torch is imported here, so the probe
imports this module when a program is about to run.
"""

import contextlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node
from torch.utils.hooks import RemovableHandle

from nabla.explorers.graph.frames import unseen
from nabla.explorers.graph.passes import Pass, in_order, ones_through, watched
from nabla.explorers.graph.record import (
    Journal,
    Key,
    Recorder,
    is_leaf,
    node_key,
    quiet,
    tensor_key,
)

KEPT = 100
"""Passes that are remembered, by the result from which they started."""


class Engine:
    """Stands between the program and torch's engine while the program runs."""

    def __init__(self, variable: str, recorder: Recorder) -> None:
        self.variable = variable
        self.recorder = recorder
        self.journal: Journal = recorder.journal
        self.passes: OrderedDict[Key, Pass] = OrderedDict()
        self._engine: Callable = torch.autograd.graph._engine_run_backward
        self._first_hook = RemovableHandle.next_id

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """See every pass and every application of a function of the program's own."""
        functorch = torch._functorch.utils
        unwrap = functorch.unwrap_dead_wrappers

        def noting(args: tuple) -> tuple:
            self.recorder.note_apply(args)
            return unwrap(args)

        functorch.unwrap_dead_wrappers = noting
        for module in (torch.autograd, torch.autograd.graph):
            module._engine_run_backward = self._run
        try:
            with unseen():
                yield
        finally:
            functorch.unwrap_dead_wrappers = unwrap
            for module in (torch.autograd, torch.autograd.graph):
                module._engine_run_backward = self._engine

    def last_pass(self, root: Tensor) -> Pass:
        """Return the last pass from `root` with ones; let torch make one where none was.

        Raises what torch raises, and what the program's own hooks and functions raise.
        """
        if known := self.passes.get(tensor_key(root)):
            return known
        nodes = in_order([root.grad_fn])
        arguments = (root,), (torch.ones_like(root),), True, False, ()
        with watched(nodes, self.journal) as seen:
            self._engine(*arguments, allow_unreachable=True, accumulate_grad=True)
        for node in nodes:  # whose saved tensors can be had only once in each pass
            if not is_leaf(node) and node._sequence_nr() not in seen.locals_:
                with quiet(), contextlib.suppress(Exception):
                    number = node._sequence_nr()
                    seen.locals_[number] = ones_through(node, seen.reached[number])
        return seen

    def _run(self, outputs: Sequence[Any], *args: Any, **flags: Any) -> tuple[Tensor, ...]:
        if torch._C._are_functorch_transforms_active() or _is_batched():
            return self._engine(outputs, *args, **flags)
        gradients, retain, _, inputs = args[:4]
        with quiet():
            nodes = in_order([found for found in map(_function, outputs) if found])
            root = _from_ones(outputs, gradients) if _reaches_all(nodes, inputs) else None
            if not retain:
                self._rescue(nodes, root)
            self.journal.read_saved(self._unknown(nodes))
        result: Any = ()
        start = torch.autograd._get_sequence_nr()
        try:
            with watched(nodes, self.journal) as seen:
                result = self._engine(outputs, *args, **flags)
        finally:  # torch complains of inputs that were not reached when the pass is over
            if (end := torch.autograd._get_sequence_nr()) > start:
                self.journal.passes.append((start, end))
            if root:
                with quiet():
                    if not flags.get("accumulate_grad"):
                        seen.take(inputs, result)
                    self._remember(root, nodes, seen)
        return result

    def _remember(self, root: Key, nodes: list[Node], seen: Pass) -> None:
        if self._first_hook == RemovableHandle.next_id:
            seen.add_up(nodes)
        if all((node_key(n) if is_leaf(n) else n._sequence_nr()) in seen.reached for n in nodes):
            self.passes.pop(root, None)
            self.passes[root] = seen
            if len(self.passes) > KEPT:
                self.passes.popitem(last=False)

    def _unknown(self, nodes: list[Node]) -> list[Node]:
        """Return `nodes` where some result of theirs is not known, or else none."""
        known = (
            (node._sequence_nr(), number) in self.journal.made
            for node in nodes
            if not is_leaf(node)
            for number in range(len(node._input_metadata))
        )
        return [] if all(known) else nodes

    def _rescue(self, freed: list[Node], start: Key | None) -> None:
        """Look at the graph of the variable before a pass from elsewhere frees it.

        Only where nothing but torch would notice: no code of the program's own has a
        part in this graph.
        """
        root = _variable(self.variable)
        if not isinstance(root, Tensor) or not (key := tensor_key(root)) or root.is_leaf:
            return
        nodes = in_order([root.grad_fn])
        shared = {node for node in freed if not is_leaf(node)}.intersection(nodes)
        if key == start or key in self.passes or not shared:
            return
        own = any(
            isinstance(node, BackwardCFunction)
            or (not is_leaf(node) and self.journal.is_packed(node._sequence_nr()))
            for node in nodes
        )
        if own or RemovableHandle.next_id != self._first_hook:
            return
        leaves = tuple(node.variable for node in nodes if is_leaf(node))
        kept = [(tensor, tensor.grad) for tensor in self.recorder.retaining]
        arguments = (root,), (torch.ones_like(root),), True, False, leaves
        with contextlib.suppress(RuntimeError), watched(nodes, self.journal) as seen:
            found = self._engine(*arguments, allow_unreachable=True, accumulate_grad=False)
            seen.take(leaves, found)
            self._remember(key, nodes, seen)
        for tensor, gradient in kept:
            tensor.grad = gradient


def _is_batched() -> bool:
    """Say whether this is one pass for many gradients, `is_grads_batched`."""
    level = torch._C._vmapmode_increment_nesting()
    torch._C._vmapmode_decrement_nesting()
    return level > 1


def _function(output: Any) -> Node | None:
    return output.grad_fn if isinstance(output, Tensor) else output.node


def _from_ones(outputs: Sequence[Any], gradients: Sequence[Tensor | None]) -> Key | None:
    """Return the one result from which a pass starts, where it starts with ones."""
    if len(outputs) != 1 or gradients[0] is None or not bool((gradients[0] == 1).all()):
        return None
    if isinstance(outputs[0], Tensor):
        return tensor_key(outputs[0])
    return node_key(outputs[0].node, outputs[0].output_nr)


def _reaches_all(nodes: list[Node], inputs: Sequence[Any]) -> bool:
    wanted = {id(given) for given in inputs}
    return not inputs or all(id(n.variable) in wanted for n in nodes if is_leaf(n))


def _variable(name: str) -> Any:
    """Return what `name` stands for in the program that runs now."""
    frame = sys._getframe()
    while frame:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            return frame.f_globals.get(name)
        frame = frame.f_back
    return None
