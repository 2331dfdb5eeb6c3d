"""Axes of a drawing: round numbers, and where they lie."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from nabla.markdown.drawings.shown import shown
from nabla.markdown.drawings.svg import tag, text

WIDTH = 340
"""Of a drawing. On a phone, one unit is about one CSS pixel."""
TEXT = 14
DIGIT = 8
"""Width of a digit at that size, with some room."""
TICKS_Y = 8
"""Numbers beside an axis, at most."""
TICKS = (1, 2, 5, 10)
SAMPLES = (1, 2, 2.5, 5, 10)

Range = tuple[float, float]
Point = tuple[float, float]


def ticks(ends: Range, most: int) -> tuple[float, ...]:
    """Return up to `most` round numbers at equal distances between two ends."""
    return _multiples(ends, _step(ends[1] - ends[0], most, TICKS))


def samples(ends: Range, most: int) -> tuple[float, ...]:
    """Return up to `most` numbers from one end to the other, at a round distance.

    Raises ValueError where no such distance divides the range.
    """
    low, high = (Decimal(str(end)) for end in ends)
    step = _step(ends[1] - ends[0], most, SAMPLES)
    if (high - low) % step:
        raise ValueError(f"choose ends that are a multiple of {step:f} apart")
    return tuple(float(low + i * step) for i in range(int((high - low) / step) + 1))


def padded(values: Iterable[float], part: float = 0.08) -> Range:
    """Return a range that holds `values`, with room beyond them: a part of their spread."""
    found = tuple(values)
    low, high = min(found), max(found)
    room = part * (high - low) or max(1, abs(high)) / 2
    return low - room, high + room


@dataclass(frozen=True)
class Axes:
    """A rectangle of the drawing (`left` … `bottom`), and the numbers at its edges."""

    x: Range
    y: Range
    left: float
    right: float
    top: float
    bottom: float

    @property
    def scale(self) -> tuple[float, float, float, float]:
        """What takes a number to its place: ``a·x + b`` across and ``c·y + d`` down."""
        across = (self.right - self.left) / (self.x[1] - self.x[0])
        down = (self.top - self.bottom) / (self.y[1] - self.y[0])
        return across, self.left - across * self.x[0], down, self.bottom - down * self.y[0]

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom

    def place(self, x: float, y: float) -> Point:
        a, b, c, d = self.scale
        return a * x + b, c * y + d

    def holds(self, x: float, y: float) -> bool:
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Return the path through points, cut at the edges."""
        places = [self.place(x, y) for x, y in zip(xs, ys, strict=True)]
        if all(self.holds(x, y) for x, y in zip(xs, ys, strict=True)):
            return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in places)
        return "".join(self.segment(p, q) for p, q in pairwise(places))

    def frames(self, place: Point) -> bool:
        """Whether a place on the drawing lies between the edges."""
        return self.left <= place[0] <= self.right and self.top <= place[1] <= self.bottom

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

    def drawing(self, name_x: str, name_y: str, most_x: int = 7, kind_x: str = "axis") -> str:
        """Return the grid, its numbers, and the names of the axes."""
        across, down = ticks(self.x, most_x), ticks(self.y, TICKS_Y)
        columns = [(x, self.place(x, self.y[0])[0]) for x in across]
        rows = [(y, self.place(self.x[0], y)[1]) for y in down]
        grid = "".join(f"M{_short(p)} {_short(self.top)}V{_short(self.bottom)}" for _, p in columns)
        grid += "".join(f"M{_short(self.left)} {_short(p)}H{_short(self.right)}" for _, p in rows)
        zeros = "".join(f"M{_short(p)} {self.top:g}V{self.bottom:g}" for x, p in columns if x == 0)
        zeros += "".join(f"M{self.left:g} {_short(p)}H{self.right:g}" for y, p in rows if y == 0)
        under = "".join(text(shown(x), p, self.bottom + 18) for x, p in columns)
        beside = "".join(text(shown(y), self.left - 8, p + 5) for y, p in rows)
        return "".join(
            [
                tag("path", class_="grid", d=grid),
                tag("path", class_="zero", d=zeros) if zeros else "",
                tag("g", under, class_="ticks middle"),
                tag("g", beside, class_="ticks end"),
                text(name_x, self.right, self.bottom + 36, class_=f"{kind_x} end"),
                text(name_y, self.left, self.top - 13, class_="axis"),
            ]
        )


def margin(ends: Range) -> float:
    """Return the room that the numbers beside an axis need."""
    return 12 + DIGIT * max(len(shown(y)) for y in ticks(ends, TICKS_Y))


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


def _step(length: float, most: int, choices: Sequence[float]) -> Decimal:
    """Return the least of 10ⁿ times `choices` of which at most `most` − 1 fit in `length`."""
    least = length / (most - 1)
    power = Decimal(10) ** math.floor(math.log10(least))
    sizes = (Decimal(str(choice)) * power for choice in choices)
    return next(size for size in sizes if float(size) >= least * (1 - 1e-9))


def _multiples(ends: Range, step: Decimal) -> tuple[float, ...]:
    low, high = (Decimal(repr(end)) / step for end in ends)
    first = int(low.to_integral_value(ROUND_CEILING))
    last = int(high.to_integral_value(ROUND_FLOOR))
    return tuple(float(i * step) for i in range(first, last + 1))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
