"""Draw the level line through a point, as `contour.js` draws it when the point has moved.

Cell by cell of the grid ("marching squares", after Lorensen and Cline, 1987): where the
line crosses the edges is found by cubics that have the values and slopes of both ends, and
the crossings are joined by curves at right angles to the gradient there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nabla.explorers.contour.probe import Surface
from nabla.explorers.shared.axes import Axes, Point
from nabla.explorers.shared.numbers import rounded

HALVINGS = 20
"""Enough for a crossing to be found exactly to the eye."""

Crossing = tuple[Point, Point]
"""A place of the drawing, and the direction of the line there."""
Corner = tuple[int, int]
"""Column and row of a point of the grid."""


@dataclass(frozen=True)
class Grid:
    """A surface on the grid of its steps, and where that lies on a drawing."""

    surface: Surface
    axes: Axes

    @cached_property
    def heights(self) -> Sequence[Sequence[float]]:
        """The heights as a page has them."""
        return rounded(self.surface.wide)

    @cached_property
    def step(self) -> Point:
        """A step of the grid, on the drawing."""
        a, _, c, _ = self.axes.scale
        xs, ys = self.surface.xs, self.surface.ys
        return a * (xs[1] - xs[0]), c * (ys[1] - ys[0])

    def place(self, corner: Corner) -> Point:
        (a, b), step = self.axes.place(self.axes.x[0], self.axes.y[0]), self.step
        return a + corner[0] * step[0], b + corner[1] * step[1]

    def gradient(self, corner: Corner) -> Point:
        """Return how much the height grows by a step: as torch found it, or by differences."""
        surface, (i, j) = self.surface, corner
        m, n = i - surface.beyond[0], j - surface.beyond[1]
        if 0 <= m < len(surface.xs) and 0 <= n < len(surface.ys):
            step = surface.xs[1] - surface.xs[0], surface.ys[1] - surface.ys[0]
            return surface.slopes_x[n][m] * step[0], surface.slopes_y[n][m] * step[1]
        return difference(self.heights[j], i), difference([row[i] for row in self.heights], j)


def level_line(grid: Grid, level: float) -> str:
    """Return the path of the lines on which the height is `level`."""
    level = rounded(level)
    rows, columns = len(grid.heights) - 1, len(grid.heights[0]) - 1
    pairs = [pair for j in range(rows) for i in range(columns) for pair in _cell(grid, level, i, j)]
    return "".join(curve(*pair) for pair in pairs)


def difference(numbers: Sequence[float], n: int) -> float:
    """Return how fast numbers grow at the position `n`."""
    low, high = max(n - 1, 0), min(n + 1, len(numbers) - 1)
    return (numbers[high] - numbers[low]) / (high - low)


def curve(start: Crossing, end: Crossing) -> str:
    """Return the path from one crossing to another: for an arc of a circle, nearly that arc."""
    (x, y), (end_x, end_y) = start[0], end[0]
    dx, dy = end_x - x, end_y - y
    length = math.hypot(dx, dy)
    if length < 0.01:
        return ""
    (ux, uy), (vx, vy) = (_handle(one[1], dx, dy, length) for one in (start, end))
    return f"M{x:.2f} {y:.2f}c{ux:.2f} {uy:.2f} {dx - vx:.2f} {dy - vy:.2f} {dx:.2f} {dy:.2f}"


def _handle(direction: Point, dx: float, dy: float, length: float) -> Point:
    """Return what leads from the end of a curve along `direction`, or straight on if it is 0."""
    x, y = direction
    size = math.hypot(x, y)
    if not size:
        return dx / 3, dy / 3
    along = (x * dx + y * dy) / (size * length)
    reach = (-1 if along < 0 else 1) * 2 / 3 * length / (1 + abs(along)) / size
    return reach * x, reach * y


def _cell(grid: Grid, level: float, i: int, j: int) -> list[tuple[Crossing, Crossing]]:
    """Return the ends of the curves through a cell."""
    corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
    above = [grid.heights[n][m] - level for m, n in corners]
    if min(above) > 0 or max(above) < 0:
        return []
    on = [n for n in range(4) if above[n] == 0]
    cut = [n for n in range(4) if above[n] * above[n - 3] < 0]
    ends = [_on_edge(grid, level, corners[n], corners[n - 3]) for n in cut]
    if len(cut) == 4:
        middle = sum(above)
        first, second, third, fourth = ends
        if middle == 0:
            return [(first, third), (second, fourth)]
        if middle * above[0] > 0:
            return [(first, second), (third, fourth)]
        return [(fourth, first), (second, third)]
    if len(cut) == 2:
        return [(ends[0], ends[1])]
    points = {n: _on_edge(grid, level, corners[n], corners[n]) for n in on}
    if len(cut) == len(on) == 1:
        return [(ends[0], points[on[0]])]
    if on in ([0, 2], [1, 3]):
        others = above[1] * above[3] + above[0] * above[2]
        return [(points[on[0]], points[on[1]])] if others < 0 else []
    along = [(n, (n + 1) % 4) for n in on] if len(on) < 4 else []
    return [(points[m], points[n]) for m, n in along if n in points]


def _on_edge(grid: Grid, level: float, start: Corner, end: Corner) -> Crossing:
    """Return the crossing between two corners; where both are the same, at this corner."""
    axis = int(start[0] == end[0])
    slopes, more = grid.gradient(start), grid.gradient(end)
    first, last = (grid.heights[j][i] - level for i, j in (start, end))
    step = end[axis] - start[axis]
    t = _root(first, last, step * slopes[axis], step * more[axis]) if step else 0
    (x, y), (end_x, end_y) = grid.place(start), grid.place(end)
    gx, gy = (a + t * (b - a) for a, b in zip(slopes, more, strict=True))
    across, down = grid.step
    return (x + t * (end_x - x), y + t * (end_y - y)), (gy / down, -gx / across)


def _root(first: float, last: float, slope: float, last_slope: float) -> float:
    """Return where a cubic between 0 and 1 is 0, given its values and slopes at both."""
    bend = 3 * (last - first) - 2 * slope - last_slope
    twist = slope + last_slope - 2 * (last - first)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        t = (low + high) / 2
        if (first + t * (slope + t * (bend + t * twist))) * first > 0:
            low = t
        else:
            high = t
    return (low + high) / 2
