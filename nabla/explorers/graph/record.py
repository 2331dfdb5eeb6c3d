"""Record, while a program runs, the values that its operations made and used.

Results and leaves are known by keys that keep nothing alive: an operation by the
number that torch gave its node, a leaf by its identity. torch is imported here, so
the probe imports this module when a program is about to run.
"""

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from weakref import WeakSet

import torch
from torch import Tensor
from torch.autograd.graph import Node
from torch.overrides import TorchFunctionMode

from nabla.explorers.graph.frames import as_caller

LEAF = -1
"""Where a key would have the number of an operation."""
MOST = 20_000_000
"""Elements that are kept; beyond them, the oldest are forgotten."""

Key = tuple[int, int]
"""(number of the operation, number of its result), or (LEAF, identity of the tensor)."""


class ChangedError(Exception):
    """A tensor had one value for one operation and another value for another."""


def is_leaf(node: Node) -> bool:
    """Say whether a node stands for a leaf: it only adds up the leaf's gradient."""
    return type(node).__name__ == "AccumulateGrad"


def node_key(node: Node, number: int = 0) -> Key:
    """Return the key of a result of an operation, or of a leaf."""
    return (LEAF, id(node.variable)) if is_leaf(node) else (node._sequence_nr(), number)


def tensor_key(tensor: Tensor) -> Key | None:
    """Return the key of a tensor, or None where no gradient flows to it."""
    try:
        if not tensor.requires_grad:
            return None
        function = tensor.grad_fn
    except RuntimeError:  # a view that must not have been changed in place
        return None
    return (LEAF, id(tensor)) if function is None else node_key(function, tensor.output_nr)


@contextmanager
def quiet() -> Iterator[None]:
    """Hide what is done in here from the program's own modes, and from autograd."""
    with ExitStack() as stack:
        stack.enter_context(torch._C.DisableTorchFunction())
        if torch._C._len_torch_dispatch_stack():
            stack.enter_context(torch._C._DisableTorchDispatch())
        stack.enter_context(torch.no_grad())
        yield


def copied(tensor: Tensor | None) -> Tensor | None:
    """Return a copy of a tensor's elements, or None where it has none that can be read."""
    if tensor is None or tensor.is_meta:
        return None
    try:
        with quiet():
            dense = tensor.layout is torch.strided
            return tensor.detach().clone() if dense else tensor.detach().to_dense()
    except (
        RuntimeError,
        TypeError,
        NotImplementedError,
    ):  # a subclass of the program's own without elements
        return None


def tensors(data: Any) -> Iterator[Tensor]:
    """Yield the tensors in nested tuples, lists and dictionaries."""
    if isinstance(data, Tensor):
        yield data
    elif isinstance(data, (tuple, list)):
        for item in data:
            yield from tensors(item)
    elif isinstance(data, dict):
        yield from tensors(list(data.values()))


def same(one: Tensor, other: Tensor) -> bool:
    """Say whether two copies hold the same bits, so that NaN is NaN."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    with quiet():
        bits = [copy.resolve_conj().resolve_neg().flatten() for copy in (one, other)]
        return torch.equal(*(copy.view(torch.uint8) for copy in bits))


@functools.cache
def _saved(kind: type) -> list[str]:
    return [name for name in dir(kind) if name.startswith("_saved_")]


def _within(ranges: Iterable[tuple[int, int]], number: int) -> bool:
    return any(start <= number < end for start, end in ranges)


class Journal:
    """The values of results when they were made, and of tensors when they were used."""

    def __init__(self) -> None:
        self.made: dict[Key, Tensor] = {}
        self.used: dict[Key, list[tuple[int, int, Tensor]]] = {}
        self.packed: list[tuple[int, int]] = []
        """Ranges of operations whose saved tensors the program's own hooks look after."""
        self.passes: list[tuple[int, int]] = []
        """Ranges of operations that backward passes recorded: they use what was used before."""
        self._order: deque[tuple[dict, Key]] = deque()
        self._size = 0

    def note_made(self, tensor: Tensor) -> None:
        """Keep the value of a result, where it is not known yet."""
        key = tensor_key(tensor)
        if key is None or key[0] == LEAF or key in self.made:
            return
        if (copy := copied(tensor)) is not None:
            self.made[key] = copy
            self._keep(self.made, key, copy)

    def note_used(self, start: int, end: int, used: Iterable[tuple[Key, Tensor]]) -> None:
        """Keep the values with which the operations from `start` to before `end` worked."""
        for key, copy in used:
            known = self.used.setdefault(key, [])
            if known and same(known[-1][2], copy):
                copy = known[-1][2]  # noqa: PLW2901
            else:
                self._keep(self.used, key, copy)
            known.append((start, end, copy))

    def value(self, key: Key, users: Iterable[int]) -> Tensor | None:
        """Return the value that a tensor had for its `users`, the numbers of operations.

        Where none is known, it is that with which the tensor was made, or, of a leaf that a
        backward pass used, that with which it was used before. Raises ChangedError where
        users had different values.
        """
        known, users = self.used.get(key, []), list(users)
        found = [copy for start, end, copy in known if any(start <= u < end for u in users)]
        if any(not same(found[0], copy) for copy in found[1:]):
            raise ChangedError
        if found:
            return found[0]
        if key[0] != LEAF:
            return self.made.get(key)
        inner = [user for user in users if _within(self.passes, user)]
        before = [copy for start, _, copy in known if start <= max(inner, default=LEAF)]
        return before[-1] if before else None

    def is_packed(self, number: int) -> bool:
        """Say whether the program's own hooks unpack what an operation saved."""
        return _within(self.packed, number)

    def read_saved(self, nodes: Iterable[Node]) -> None:
        """Note the results that no call returned, where operations saved them."""
        for node in nodes:
            if is_leaf(node) or self.is_packed(node._sequence_nr()):
                continue
            for name in _saved(type(node)):
                try:
                    saved = getattr(node, name)
                except RuntimeError:  # freed, or changed in place
                    continue
                for tensor in tensors(saved):
                    self.note_made(tensor)

    def _keep(self, where: dict, key: Key, copy: Tensor) -> None:
        self._order.append((where, key))
        self._size += copy.numel()
        while self._size > MOST:
            oldest, old = self._order.popleft()
            gone = oldest.pop(old, [])
            lost = {id(c): c for _, _, c in gone}.values() if isinstance(gone, list) else [gone]
            self._size -= sum(c.numel() for c in lost)


class Recorder(TorchFunctionMode):
    """Watches every call of torch's API for a Journal."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self.retaining: WeakSet[Tensor] = WeakSet()
        """Tensors that are no leaves and keep their gradients."""

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        call = as_caller(func)
        if torch._C._are_functorch_transforms_active():
            return call(func, args, kwargs)
        reads = getattr(func, "__name__", "") == "__get__"
        with torch._C.DisableTorchFunction():  # of the program's own subclasses as well
            given = list(tensors((args, kwargs)))
            used = [] if reads else self.values(given)
            if getattr(func, "__name__", "") == "retain_grad":
                self.retaining.update(given)
            start = torch.autograd._get_sequence_nr()
        result = call(func, args, kwargs)
        with torch._C.DisableTorchFunction():
            end = torch.autograd._get_sequence_nr()
            if end > start:
                self.journal.note_used(start, end, self.values(given) if reads else used)
                self._note_results(start, end, [*given, *tensors(result)])
        return result

    def _note_results(self, start: int, end: int, results: Iterable[Tensor]) -> None:
        if torch._C._autograd._top_saved_tensors_default_hooks(True):
            self.journal.packed.append((start, end))
        for tensor in results:
            self.journal.note_made(tensor)
            if tensor._base is not None:  # which a change of a view changes as well
                self.journal.note_made(tensor._base)

    def values(self, given: Iterable[Tensor]) -> list[tuple[Key, Tensor]]:
        """Return keys and copies of those tensors that an operation would record."""
        found = []
        for tensor in given:
            key = tensor_key(tensor)
            if key is None:
                continue
            self.journal.note_made(tensor)
            if torch.is_grad_enabled() and (copy := copied(tensor)) is not None:
                found.append((key, copy))
        return found

    def note_apply(self, args: tuple) -> None:
        """Keep the values with which a torch.autograd.Function is applied."""
        number = torch.autograd._get_sequence_nr()
        with torch._C.DisableTorchFunction():
            self.journal.note_used(number, number + 1, self.values(tensors(args)))
