"""Gradient descent on a function of one variable, once for each learning rate."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from nabla.run.probes.function import (
    function_named,
    look,
    look_at_all,
    not_finite,
    variables_of,
)

SAMPLES = 81
SETTLED = 0.05
"""What part of the first slope may be left at the end of a run that settled."""
MARGIN = 0.15
"""Room on either side of the runs, relative to how far they spread."""


FIRST = 3
"""Positions to see of a run, where all runs diverge."""


@dataclass(frozen=True)
class Descent:
    """One run: the position, the value and the slope before each step and after the last.

    It is shorter than asked for where the next number would not be finite; then
    `overflows` is true.
    """

    rate: float
    xs: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]
    overflows: bool = False

    @property
    def diverges(self) -> bool:
        """Whether the function ends higher than it began."""
        return self.overflows or self.values[-1] > self.values[0]

    @property
    def settles(self) -> bool:
        """Whether hardly any slope is left."""
        return not self.diverges and abs(self.slopes[-1]) <= SETTLED * abs(self.slopes[0])


@dataclass(frozen=True)
class Descents:
    """Runs on the function `name` that differ in their rate; `values` are its own at `xs`."""

    name: str
    start: float
    steps: int
    runs: tuple[Descent, ...]
    xs: tuple[float, ...]
    values: tuple[float, ...]
    variable: str = "x"


@dataclass(frozen=True)
class DescentProbe:
    """Observes the Descents of the function `name`, seen from `window[0]` to `window[1]`.

    Without a `window`, it is one that holds all runs that do not diverge.
    """

    name: str
    start: float
    rates: tuple[float, ...]
    steps: int
    window: tuple[float, float] | None = None

    def watch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Descents:
        """Return the Descents. Raises UnseenError where the function is not there or not finite."""
        import torch

        function = function_named(self.name, namespace)
        runs = tuple(self._descend(function, rate) for rate in self.rates)
        window = self.window or _window(self.start, runs)
        xs = torch.linspace(*window, SAMPLES, dtype=torch.float64).tolist()
        visited = [x for run in runs if not run.diverges for x in run.xs]
        seen = look_at_all(self.name, function, [(x,) for x in (*xs, *visited)])
        values = tuple(one.value for one in seen[: len(xs)])
        (variable,) = variables_of(function, 1)
        return Descents(self.name, self.start, self.steps, runs, tuple(xs), values, variable)

    def _descend(self, function: Callable[..., Any], rate: float) -> Descent:
        import torch

        x = torch.tensor(self.start, dtype=torch.float64)
        visited: list[tuple[float, float, float]] = []
        for _ in range(self.steps + 1):
            seen = look(function, [x.item()])
            state = (x.item(), seen.value, seen.slopes[0])
            if not all(map(math.isfinite, state)):
                if not visited:
                    raise not_finite(self.name, [self.start])
                return Descent(rate, *zip(*visited, strict=True), overflows=True)
            visited.append(state)
            x = x - rate * seen.slopes[0]
        return Descent(rate, *zip(*visited, strict=True))


def _window(start: float, runs: Sequence[Descent]) -> tuple[float, float]:
    bounded = [run for run in runs if not run.diverges]
    visited = [x for run in bounded for x in run.xs] or [start, *runs[0].xs[:FIRST]]
    low, high = min(visited), max(visited)
    room = MARGIN * ((high - low) or max(1, abs(start)))
    return low - room, high + room
