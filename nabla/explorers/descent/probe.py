"""Look at gradient descent on a function of one variable, once for each learning rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.shared.arguments import read_arguments
from nabla.explorers.shared.function import FunctionProbe
from nabla.explorers.shared.numbers import Range
from nabla.explorers.shared.runs import Run, descend, read_steps

EXAMPLE = "descent lesson/name f start=3 rates=0.01,0.1,0.5,0.9,1.1 steps=20"
SAMPLES = 81
"""Of the function, along the range to see."""
MARGIN = 0.15
"""Room on either side of the runs, relative to how far they spread."""
FIRST_POSITIONS = 3
"""Positions to see of a run, where all runs diverge."""


@dataclass(frozen=True)
class Descents:
    """Runs on the function `name` that differ in their rate; `values` are its own at `xs`."""

    name: str
    start: float
    steps: int
    runs: tuple[Run, ...]
    xs: tuple[float, ...]
    values: tuple[float, ...]
    variable: str = "x"


@dataclass(frozen=True)
class DescentProbe(FunctionProbe):
    """Observes the Descents of the function `name`, seen from `window[0]` to `window[1]`.

    Without a `window`, it is one that holds all runs that do not diverge.
    """

    start: float
    rates: tuple[float, ...]
    steps: int
    window: Range | None = None

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Descents:
        """Return the Descents. Raises UnseenError where the function is not there or not finite."""
        import torch

        function = self.find(namespace)
        runs = tuple(descend(function, [self.start], rate, self.steps) for rate in self.rates)
        window = self.window or _window(self.start, runs)
        xs = torch.linspace(*window, SAMPLES, dtype=torch.float64).tolist()
        visited = [x for run in runs if not run.diverges for x in run.xs]
        seen = function.evaluate_all((x,) for x in (*xs, *visited))
        values = tuple(one.value for one in seen[: len(xs)])
        (variable,) = function.variables(1)
        name = self.called or self.name
        return Descents(name, self.start, self.steps, runs, tuple(xs), values, variable)


def probe(arguments: Sequence[str]) -> DescentProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `x` is the range to see; without it, it is that of the runs.
    """
    read = read_arguments(arguments, EXAMPLE, {"start", "rates", "steps"}, {"x"})
    start, steps = read.number("start"), read_steps(read)
    window = read.range("x") if "x" in read.options else None
    if window and not window[0] <= start <= window[1]:
        raise ValueError("write `x=` with a range that holds the start")
    return DescentProbe(read.name, start, read.numbers("rates"), steps, window, called=read.called)


def _window(start: float, runs: Sequence[Run]) -> Range:
    bounded = [run for run in runs if not run.diverges]
    visited = [x for run in bounded for x in run.xs] or [start, *runs[0].xs[:FIRST_POSITIONS]]
    low, high = min(visited), max(visited)
    room = MARGIN * ((high - low) or max(1, abs(start)))
    return low - room, high + room
