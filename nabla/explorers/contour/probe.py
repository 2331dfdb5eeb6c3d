"""Look at a function of two variables: its values, and its partial derivatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nabla.explorers.shared.arguments import on_grid, read_arguments
from nabla.explorers.shared.function import VARIABLES, FunctionProbe
from nabla.explorers.shared.ground import (
    Ground,
    Row,
    Rows,
    as_rows,
    beyond,
    find_ground,
    grid_points,
    parted,
    widened,
)
from nabla.explorers.shared.numbers import samples, without_noise

EXAMPLE = "contour lesson/name f x=-2..2 y=-2..2 at=1,1"
MAX_SAMPLES = 21
"""Along each axis, for the point to stand on."""


@dataclass(frozen=True)
class Surface:
    """The function `name`.

    `slopes_x` and `slopes_y` (the partial derivatives) are Rows over `xs` and `ys`, where
    the point can stand; the values of `wide` go on in the same steps as far as the map.
    """

    name: str
    at: tuple[float, float]
    xs: Row
    ys: Row
    slopes_x: Rows
    slopes_y: Rows
    wide: Rows
    ground: Ground
    variables: tuple[str, ...] = VARIABLES
    called: str = ""
    """The letter of the function's value, where it has one beside the function's name."""

    @property
    def letter(self) -> str:
        """What is written in derivatives: the letter of the value, or the function's name."""
        return self.called or self.name

    @property
    def whole(self) -> str:
        """How the value is written."""
        return self.called or f"{self.name}({', '.join(self.variables)})"

    @property
    def beyond(self) -> tuple[int, int]:
        """How many steps, to the left and below, the map goes further than the point."""
        return beyond(self.xs), beyond(self.ys)

    @property
    def values(self) -> Rows:
        """The values over `xs` and `ys`."""
        i, j = self.beyond
        return tuple(row[i : i + len(self.xs)] for row in self.wide[j : j + len(self.ys)])

    def without_noise(self) -> "Surface":
        """Return the surface with 0 for values and slopes that are rounding errors."""
        return replace(
            self,
            slopes_x=without_noise(self.slopes_x),
            slopes_y=without_noise(self.slopes_y),
            wide=without_noise(self.wide),
        )


@dataclass(frozen=True)
class SurfaceProbe(FunctionProbe):
    """Observes the Surface of the function `name`. `at` is where the reader is to begin."""

    xs: Row
    ys: Row
    at: tuple[float, float]
    levels: Row | None = None

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Surface:
        """Return the Surface. Raises UnseenError where the function is not there or not finite."""
        function = self.find(namespace, takes=2)
        seen = function.evaluate_all(grid_points(self.xs, self.ys))
        wide_xs, wide_ys = widened(self.xs), widened(self.ys)
        return Surface(
            self.name,
            self.at,
            self.xs,
            self.ys,
            as_rows(self.xs, (one.slopes[0] for one in seen)),
            as_rows(self.xs, (one.slopes[1] for one in seen)),
            as_rows(wide_xs, function.values(grid_points(wide_xs, wide_ys))),
            find_ground(function, parted(wide_xs), parted(wide_ys), self.levels),
            function.variables(2),
            self.called,
        )


def probe(arguments: Sequence[str]) -> SurfaceProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `levels` names the heights to draw lines at; without it, they are evenly spaced.
    """
    read = read_arguments(arguments, EXAMPLE, {"x", "y", "at"}, {"levels"})
    xs, ys = samples(read.range("x"), MAX_SAMPLES), samples(read.range("y"), MAX_SAMPLES)
    x, y = read.numbers("at", 2)
    at = on_grid(x, xs, "at"), on_grid(y, ys, "at")
    levels = read.numbers("levels") if "levels" in read.options else None
    return SurfaceProbe(read.name, xs, ys, at, levels, called=read.called)
