"""Look at gradient descent on a function of two variables, once for each learning rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.shared.arguments import read_arguments
from nabla.explorers.shared.function import VARIABLES, FunctionProbe
from nabla.explorers.shared.ground import Ground, Row, find_ground, parted
from nabla.explorers.shared.numbers import Range
from nabla.explorers.shared.runs import Run, descend, read_steps

EXAMPLE = "trajectory lesson/name f x=-1..4 y=-4..4 start=0,0 rates=0.01,0.1 steps=100"


@dataclass(frozen=True)
class Trajectories:
    """Runs on the function `name` that differ in their rate, and the ground they go over."""

    name: str
    start: tuple[float, float]
    steps: int
    runs: tuple[Run, ...]
    ground: Ground
    variables: tuple[str, ...] = VARIABLES
    called: str = ""
    """The letter of the function's value, where it has one beside the function's name."""

    @property
    def letter(self) -> str:
        """The letter of the value, or the function's name."""
        return self.called or self.name

    @property
    def whole(self) -> str:
        """How the value is written."""
        return self.called or f"{self.name}({', '.join(self.variables)})"


@dataclass(frozen=True)
class TrajectoryProbe(FunctionProbe):
    """Observes the Trajectories of the function `name`, on a map from `x` and `y`."""

    x: Range
    y: Range
    start: tuple[float, float]
    rates: Row
    steps: int
    levels: Row | None = None

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Trajectories:
        """Return them. Raises UnseenError where the function is not there or not finite."""
        function = self.find(namespace, takes=2)
        runs = tuple(descend(function, self.start, rate, self.steps) for rate in self.rates)
        bounded = [run for run in runs if not run.diverges]
        visited = [at for run in bounded for at in zip(run.xs, run.ys, strict=True)]
        function.evaluate_all([self.start, *visited])
        return Trajectories(
            self.name,
            self.start,
            self.steps,
            runs,
            find_ground(function, parted(self.x), parted(self.y), self.levels),
            function.variables(2),
            self.called,
        )


def probe(arguments: Sequence[str]) -> TrajectoryProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `levels` names the heights to draw lines at; without it, they are evenly spaced.
    """
    read = read_arguments(arguments, EXAMPLE, {"x", "y", "start", "rates", "steps"}, {"levels"})
    x, y = read.range("x"), read.range("y")
    start_x, start_y = read.numbers("start", 2)
    if not (x[0] <= start_x <= x[1] and y[0] <= start_y <= y[1]):
        raise ValueError("write `start=` with a point that lies on the map")
    levels = read.numbers("levels") if "levels" in read.options else None
    start, rates, steps = (start_x, start_y), read.numbers("rates"), read_steps(read)
    return TrajectoryProbe(read.name, x, y, start, rates, steps, levels, called=read.called)
