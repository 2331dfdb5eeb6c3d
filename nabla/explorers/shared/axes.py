"""Axes of a drawing: where numbers lie, and paths cut at the edges.

`explorer.js` has `place`, `segment` and `through` too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nabla.explorers.shared.numbers import Range, format_number, ticks

WIDTH = 340
"""Of a drawing. On a phone, one unit is about one CSS pixel."""
RIGHT = WIDTH - 12
"""The right edge of axes, unless a label needs more room beside them."""
DIGIT = 8
"""Width of a digit, with some room."""
MAX_TICKS_X = 7
MAX_TICKS_Y = 8

Point = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """A rectangle of the drawing (`left` … `bottom`), and the numbers at its edges."""

    x: Range
    y: Range
    left: float
    right: float
    top: float
    bottom: float
    decimal: str = "."
    """The sign that the numbers are written with."""

    @property
    def scale(self) -> tuple[float, float, float, float]:
        """What takes a number to its place: ``a·x + b`` across and ``c·y + d`` down."""
        across = (self.right - self.left) / (self.x[1] - self.x[0])
        down = (self.top - self.bottom) / (self.y[1] - self.y[0])
        return across, self.left - across * self.x[0], down, self.bottom - down * self.y[0]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The edges: left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    @property
    def columns(self) -> list[tuple[str, float]]:
        """The numbers under the axes, each with its place across."""
        numbers = ticks(self.x, MAX_TICKS_X)
        return [(format_number(x, self.decimal), self.place(x, self.y[0])[0]) for x in numbers]

    @property
    def rows(self) -> list[tuple[str, float]]:
        """The numbers beside the axes, each with its place down."""
        numbers = ticks(self.y, MAX_TICKS_Y)
        return [(format_number(y, self.decimal), self.place(self.x[0], y)[1]) for y in numbers]

    @property
    def grid(self) -> str:
        """The path of a line through each number of the axes."""
        left, top, right, bottom = map(_short, self.box)
        columns = [f"M{_short(place)} {top}V{bottom}" for _, place in self.columns]
        return "".join(columns + [f"M{left} {_short(place)}H{right}" for _, place in self.rows])

    @property
    def zeros(self) -> str:
        """The path of the lines x = 0 and y = 0, as far as they are within the axes."""
        x, y = map(_short, self.place(0, 0))
        across = f"M{x} {self.top:g}V{self.bottom:g}" if self.x[0] <= 0 <= self.x[1] else ""
        down = f"M{self.left:g} {y}H{self.right:g}" if self.y[0] <= 0 <= self.y[1] else ""
        return across + down

    def place(self, x: float, y: float) -> Point:
        """Return where the point (x, y) lies on the drawing."""
        a, b, c, d = self.scale
        return a * x + b, c * y + d

    def holds(self, x: float, y: float) -> bool:
        """Whether the point (x, y) lies within the axes."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def frames(self, place: Point) -> bool:
        """Whether a place on the drawing lies within the axes."""
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Return the path through points, cut at the edges."""
        places = [self.place(x, y) for x, y in zip(xs, ys, strict=True)]
        if all(self.holds(x, y) for x, y in zip(xs, ys, strict=True)):
            return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in places)
        return "".join(self.segment(p, q) for p, q in pairwise(places))

    def segment(self, start: Point, end: Point) -> str:
        """Return the path of what lies between the edges of a segment of the drawing."""
        ends = clipped(self.box, start, end)
        if ends is None:
            return ""
        (ax, ay), (bx, by) = ends
        return f"M{ax:.2f} {ay:.2f}L{bx:.2f} {by:.2f}"

    def through(self, x: float, y: float, slope: float) -> str:
        """Return the path, from edge to edge, of the straight line through a point."""
        a, _, c, _ = self.scale
        px, py = self.place(x, y)
        rise = slope * c / a * WIDTH
        return self.segment((px - WIDTH, py - rise), (px + WIDTH, py + rise))


def margin(ends: Range) -> float:
    """Return the room that the numbers beside an axis need."""
    return 12 + DIGIT * max(len(format_number(y)) for y in ticks(ends, MAX_TICKS_Y))


def clipped(
    box: tuple[float, float, float, float], start: Point, end: Point
) -> tuple[Point, Point] | None:
    """Return what of a segment lies in `box` (left, top, right, bottom).

    After Liang and Barsky (1984).
    """
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    left, top, right, bottom = box
    first, last = 0.0, 1.0
    for delta, room in ((-dx, x - left), (dx, right - x), (-dy, y - top), (dy, bottom - y)):
        if delta == 0 and room < 0:
            return None
        if delta < 0:
            first = max(first, room / delta)
        elif delta > 0:
            last = min(last, room / delta)
    if first > last:
        return None
    return (x + first * dx, y + first * dy), (x + last * dx, y + last * dy)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
