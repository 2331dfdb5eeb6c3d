"""Look at a function of two variables: its values, and its partial derivatives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nabla.explorers.shared.arguments import on_grid, read_arguments
from nabla.explorers.shared.function import VARIABLES, FunctionProbe
from nabla.explorers.shared.numbers import padded, samples, without_noise

EXAMPLE = "contour lesson/name f x=-2..2 y=-2..2 at=1,1"
MAX_SAMPLES = 21
"""Along each axis, for the point to stand on."""
MAP_SAMPLES = 49
"""Along each axis, for the lines to be drawn from."""
MAP_ROOM = 0.25
"""Of the map around those that the point can reach, for arrows to lie on."""

Row = tuple[float, ...]
Rows = tuple[Row, ...]
"""Numbers on a grid: a row for each y, and in it a number for each x."""


@dataclass(frozen=True)
class Surface:
    """The function `name` on two grids.

    `values`, `slopes_x` and `slopes_y` (the partial derivatives) are Rows over `xs`
    and `ys`; `heights` are the values over the wider and finer `map_xs` and `map_ys`.
    """

    name: str
    at: tuple[float, float]
    xs: Row
    ys: Row
    values: Rows
    slopes_x: Rows
    slopes_y: Rows
    map_xs: Row
    map_ys: Row
    heights: Rows
    variables: tuple[str, ...] = VARIABLES
    levels: Row | None = None
    """Heights to draw lines at, where the author names them."""

    def without_noise(self) -> "Surface":
        """Return the surface with 0 for values and slopes that are rounding errors."""
        return replace(
            self,
            values=without_noise(self.values),
            slopes_x=without_noise(self.slopes_x),
            slopes_y=without_noise(self.slopes_y),
        )


@dataclass(frozen=True)
class SurfaceProbe(FunctionProbe):
    """Observes the Surface of the function `name`. `at` is where the reader is to begin."""

    xs: Row
    ys: Row
    map_xs: Row
    map_ys: Row
    at: tuple[float, float]
    levels: Row | None = None

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Surface:
        """Return the Surface. Raises UnseenError where the function is not there or not finite."""
        function = self.find(namespace, takes=2)
        seen = function.evaluate_all(_points(self.xs, self.ys))
        heights = function.values(_points(self.map_xs, self.map_ys))
        return Surface(
            self.name,
            self.at,
            self.xs,
            self.ys,
            _rows(self.xs, (one.value for one in seen)),
            _rows(self.xs, (one.slopes[0] for one in seen)),
            _rows(self.xs, (one.slopes[1] for one in seen)),
            self.map_xs,
            self.map_ys,
            _rows(self.map_xs, heights),
            function.variables(2),
            self.levels,
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
    return SurfaceProbe(read.name, xs, ys, _around(xs), _around(ys), at, levels)


def _around(numbers: Row) -> Row:
    """Return the numbers of the map along an axis on which the point can reach `numbers`."""
    low, high = padded(numbers, MAP_ROOM)
    step = (high - low) / (MAP_SAMPLES - 1)
    return (*(low + n * step for n in range(MAP_SAMPLES - 1)), high)


def _points(xs: Row, ys: Row) -> list[tuple[float, float]]:
    return [(x, y) for y in ys for x in xs]


def _rows(xs: Row, numbers: Iterable[float]) -> Rows:
    return tuple(zip(*[iter(numbers)] * len(xs), strict=True))
