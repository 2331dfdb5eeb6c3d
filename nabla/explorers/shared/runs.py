"""Runs of gradient descent, on a function of one variable or two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nabla.explorers.shared.arguments import Arguments
from nabla.explorers.shared.function import Function, format_point

MAX_STEPS = 100
SETTLED = 0.05
"""What part of the first slope may be left at the end of a run that settled."""
SETTLED_ON_MAP = 1e-4
"""The same in two dimensions, where a valley may be long and nearly flat."""


@dataclass(frozen=True)
class Run:
    """One run: the position, the value and the slope before each step and after the last.

    With two variables, `ys` has the second, and the slope is the length of the gradient. A
    run is shorter than asked for where the next number would not be finite; then `overflows`
    is true.
    """

    rate: float
    xs: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]
    overflows: bool = False
    ys: tuple[float, ...] = ()

    @property
    def diverges(self) -> bool:
        """Whether the function ends higher than it began."""
        return self.overflows or self.values[-1] > self.values[0]

    @property
    def settles(self) -> bool:
        """Whether hardly any slope is left."""
        part = SETTLED_ON_MAP if self.ys else SETTLED
        return not self.diverges and abs(self.slopes[-1]) <= part * abs(self.slopes[0])

    @property
    def outcome(self) -> str:
        """The key of the words that say how the run went."""
        if self.diverges:
            return "diverges"
        return "settles" if self.settles else "moving"


def descend(function: Function, start: Sequence[float], rate: float, steps: int) -> Run:
    """Return a run. Raises UnseenError where the function is not finite at its start."""
    import torch

    point = torch.tensor(start, dtype=torch.float64)
    visited: list[tuple[list[float], float, float]] = []
    while len(visited) <= steps:
        seen = function.evaluate(point.tolist())
        gradient = torch.tensor(seen.slopes, dtype=torch.float64)
        slope = gradient.item() if len(start) == 1 else gradient.norm().item()
        if not all(map(math.isfinite, (*point.tolist(), seen.value, *seen.slopes))):
            break
        visited.append((point.tolist(), seen.value, slope))
        point = point - rate * gradient
    if not visited:
        raise function.error(f"that is not finite at {format_point(start)}")
    points, values, slopes = zip(*visited, strict=True)
    xs, *ys = zip(*points, strict=True)
    return Run(rate, xs, values, slopes, len(visited) <= steps, ys[0] if ys else ())


def read_steps(read: Arguments) -> int:
    """Return the number of steps. Raises ValueError for others than are drawn."""
    steps = read.number("steps")
    if steps not in range(1, MAX_STEPS + 1):
        raise ValueError(f"write `steps=` with a whole number from 1 to {MAX_STEPS}")
    return int(steps)
