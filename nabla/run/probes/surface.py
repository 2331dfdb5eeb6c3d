"""A function of two variables: its values, and its partial derivatives."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from nabla.run.probes.function import (
    VARIABLES,
    function_named,
    heights,
    look_at_all,
    variables_of,
)

Rows = tuple[tuple[float, ...], ...]
"""Numbers on a grid: a row for each y, and in it a number for each x."""


@dataclass(frozen=True)
class Surface:
    """The function `name` on two grids.

    `values`, `slopes_x` and `slopes_y` (the partial derivatives) are Rows over `xs`
    and `ys`; `heights` are the values over the wider and finer `map_xs` and `map_ys`.
    """

    name: str
    at: tuple[float, float]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    values: Rows
    slopes_x: Rows
    slopes_y: Rows
    map_xs: tuple[float, ...]
    map_ys: tuple[float, ...]
    heights: Rows
    variables: tuple[str, str] = VARIABLES
    levels: tuple[float, ...] | None = None
    """Heights to draw lines at, where the author names them."""


@dataclass(frozen=True)
class SurfaceProbe:
    """Observes the Surface of the function `name`. `at` is where the reader is to begin."""

    name: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    map_xs: tuple[float, ...]
    map_ys: tuple[float, ...]
    at: tuple[float, float]
    levels: tuple[float, ...] | None = None

    def watch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Surface:
        """Return the Surface. Raises UnseenError where the function is not there or not finite."""
        function = function_named(self.name, namespace, takes=2)
        seen = look_at_all(self.name, function, _points(self.xs, self.ys))
        around = heights(self.name, function, _points(self.map_xs, self.map_ys))
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
            _rows(self.map_xs, around),
            variables_of(function, 2),
            self.levels,
        )


def _points(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
    return [(x, y) for y in ys for x in xs]


def _rows(xs: Sequence[float], numbers: Iterable[float]) -> Rows:
    return tuple(zip(*[iter(numbers)] * len(xs), strict=True))
