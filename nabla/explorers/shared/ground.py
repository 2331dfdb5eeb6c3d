"""The ground of a map: a function of two variables over a grid, and the axes to draw it on."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from nabla.explorers.shared.axes import RIGHT, Axes, margin
from nabla.explorers.shared.function import Function

Row = tuple[float, ...]
Rows = tuple[Row, ...]
"""Numbers on a grid: a row for each y, and in it a number for each x."""

ROOM = 0.25
"""Of the map around the numbers that matter, on either side."""
MIN_STEPS = 90
"""Along each axis, for lines to be drawn from."""
TOP = 28
MIN_HEIGHT, MAX_HEIGHT = 110, 440


@dataclass(frozen=True)
class Ground:
    """Heights over a grid, and those to draw lines at where the author names them."""

    xs: Row
    ys: Row
    heights: Rows
    levels: Row | None = None

    def axes(self, decimal: str = ".") -> Axes:
        """Return axes on which a unit is as long across as down, so that angles are true.

        Only where that would be flatter than can be read, it is longer down.
        """
        x, y = (self.xs[0], self.xs[-1]), (self.ys[0], self.ys[-1])
        left, tall = margin(y), (y[1] - y[0]) / (x[1] - x[0])
        height = min(max((RIGHT - left) * tall, MIN_HEIGHT), MAX_HEIGHT)
        right = min(left + height / tall, RIGHT)
        return Axes(x, y, left, right, TOP, TOP + height, decimal)


def find_ground(function: Function, xs: Row, ys: Row, levels: Row | None) -> Ground:
    """Return the ground of a function. Raises UnseenError where a height is not finite."""
    return Ground(xs, ys, as_rows(xs, function.values(grid_points(xs, ys))), levels)


def beyond(numbers: Row) -> int:
    """Return how many steps a map goes further than `numbers` at either end."""
    return math.ceil(ROOM * (len(numbers) - 1))


def widened(numbers: Row) -> Row:
    """Return `numbers`, and at either end those of the map beyond them, in the same steps."""
    low, step, more = numbers[0], numbers[1] - numbers[0], beyond(numbers)
    return tuple(round(low + n * step, 12) for n in range(-more, len(numbers) + more))


def parted(numbers: Row) -> Row:
    """Return numbers as wide apart at the ends, and in between with finer steps.

    None of `numbers` is among them: where lines cross, as at a saddle, is then in the
    middle of a cell, not at a corner of four.
    """
    steps = len(numbers) - 1
    parts = math.ceil(MIN_STEPS / steps)
    part = (numbers[-1] - numbers[0]) / (steps * parts)
    inner = (round(numbers[0] + (n + 0.5) * part, 12) for n in range(steps * parts))
    return numbers[0], *inner, numbers[-1]


def grid_points(xs: Row, ys: Row) -> list[tuple[float, float]]:
    """Return the points of a grid, row by row."""
    return [(x, y) for y in ys for x in xs]


def as_rows(xs: Row, numbers: Iterable[float]) -> Rows:
    """Return numbers that were found at `grid_points` in their rows."""
    return tuple(zip(*[iter(numbers)] * len(xs), strict=True))
