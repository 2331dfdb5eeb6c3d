"""Keep the parameters of models as their optimizers found them at some of their steps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

State = dict[str, Any]
"""Tensors by the names of a model's parameters."""


@dataclass
class Steps:
    """How many steps an optimizer took, and its parameters, by their ids, before some of them."""

    taken: int = 0
    kept: dict[int, dict[int, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """The Steps of every optimizer. What is kept is what was there before the steps `wanted`."""

    wanted: frozenset[int]
    steps: dict[Any, Steps] = field(default_factory=dict)

    def note(self, optimizer: Any, *_: Any) -> None:
        """Count a step that an optimizer is about to take."""
        steps = self.steps.setdefault(optimizer, Steps())
        if steps.taken in self.wanted:
            steps.kept[steps.taken] = {id(p): p.detach().clone() for p in parameters_of(optimizer)}
        steps.taken += 1

    def states(self, model: Any) -> tuple[int, dict[int, State]] | None:
        """Return how many steps the model was trained for, and its State at those wanted.

        A parameter that no optimizer has is in no State. Returns None where none has any.
        """
        own = {id(p): name for name, p in model.named_parameters()}
        for optimizer, steps in self.steps.items():
            if not any(id(p) in own for p in parameters_of(optimizer)):
                continue
            after = {id(p): p.detach() for p in parameters_of(optimizer)}
            kept = {**steps.kept, steps.taken: after}
            return steps.taken, {
                step: {own[key]: value for key, value in state.items() if key in own}
                for step, state in kept.items()
            }
        return None


@contextmanager
def watch_optimizers(wanted: frozenset[int]) -> Iterator[Watched]:
    """Have every optimizer of torch keep its parameters as they are after so many steps."""
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    watched = Watched(wanted)
    handle = register_optimizer_step_pre_hook(watched.note)
    try:
        yield watched
    finally:
        handle.remove()


def parameters_of(optimizer: Any) -> list[Any]:
    """Return all parameters that an optimizer was given."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
