"""Draw the relief of a map: lines of equal height, on ground that is darker where higher."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy
from contourpy import ContourGenerator, FillType, LineType, contour_generator

from nabla.explorers.shared.axes import Axes, Point
from nabla.explorers.shared.ground import Ground
from nabla.explorers.shared.numbers import format_number, ticks

MAX_LEVELS = 9
TOLERANCE = 0.3
"""How far a drawn line may be from the computed one."""
CLEARANCE = 13
"""How far the middle of a label has to be from all lines but its own."""

Line = Sequence[Point]


@dataclass(frozen=True)
class Relief:
    """Paths of the areas above each level, and of all lines; labels with the place of each."""

    areas: list[str]
    lines: str
    labels: list[tuple[str, Point]]


@dataclass(frozen=True)
class Level:
    """Paths of the area above one level, and of its lines."""

    area: str
    lines: str


def draw_relief(ground: Ground, axes: Axes) -> Relief:
    """Return the relief of `ground`, with each height written where there is room for it."""
    generator = _generator(ground, axes)
    levels = ground.levels or choose_levels([one for row in ground.heights for one in row])
    lines = [(level, thinned(line)) for level in levels for line in _lines_at(generator, level)]
    return Relief(
        [_area_above(generator, level) for level in levels],
        "".join(_path(line) for _, line in lines),
        _labels(lines, axes),
    )


def draw_level(ground: Ground, axes: Axes, level: float) -> Level:
    """Return where `ground` has the height `level`, and where it is higher."""
    generator = _generator(ground, axes)
    lines = "".join(_path(thinned(line)) for line in _lines_at(generator, level))
    return Level(_area_above(generator, level), lines)


def choose_levels(heights: Sequence[float]) -> tuple[float, ...]:
    """Return the heights to draw lines at: round, and strictly between the ends."""
    low, high = min(heights), max(heights)
    if low == high:
        return ()
    return tuple(level for level in ticks((low, high), MAX_LEVELS) if low < level < high)


def thinned(points: Line, tolerance: float = TOLERANCE) -> list[Point]:
    """Leave out points that are less than `tolerance` from the line through the others.

    After Douglas and Peucker (1973).
    """
    keep, spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        between = range(first + 1, last)
        away = [_distance(points[n], points[first], points[last]) for n in between]
        farthest = max(away)
        if farthest > tolerance:
            middle = between[away.index(farthest)]
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [points[n] for n in sorted(keep)]


def _generator(ground: Ground, axes: Axes) -> ContourGenerator:
    a, b, c, d = axes.scale
    return contour_generator(
        a * numpy.array(ground.xs) + b,
        c * numpy.array(ground.ys) + d,
        numpy.array(ground.heights),
        quad_as_tri=True,
        line_type=LineType.Separate,
        fill_type=FillType.OuterOffset,
    )


def _lines_at(generator: ContourGenerator, level: float) -> list[Line]:
    found: list[Any] = list(generator.lines(level))  # whose type depends on `line_type`
    return [line.tolist() for line in found]


def _area_above(generator: ContourGenerator, level: float) -> str:
    """Return the outlines of the ground above a height, holes included."""
    return "".join(
        _path(thinned(points[first:last].tolist())) + "Z"
        for points, offsets in zip(*generator.filled(level, numpy.inf), strict=True)
        for first, last in pairwise(offsets)
    )


def _labels(lines: Sequence[tuple[float, Line]], axes: Axes) -> list[tuple[str, Point]]:
    """Write each height once, on the roomiest of its lines."""
    dense = [(level, _dense(line)) for level, line in lines]
    labels: list[tuple[str, Point]] = []
    for level in dict.fromkeys(level for level, _ in lines):
        rooms = []
        for own in (line for line in dense if line[0] == level):
            others = [point for line in dense if line is not own for point in line[1]]
            rooms += zip(
                _rooms(own[1], others, [place for _, place in labels], axes), own[1], strict=True
            )
        room, place = max(rooms)
        if room > CLEARANCE:
            labels.append((format_number(level, axes.decimal), place))
    return labels


def _rooms(points: Line, others: Line, labels: Line, axes: Axes) -> list[float]:
    """Return how far points are from other lines, the edges, and (most of all) other labels."""
    x, y = numpy.array(points).T
    left, top, right, bottom = axes.box
    edges = (x - left - 10, right - 10 - x, y - top, bottom - y)
    away = [_nearest(points, near) / scale for near, scale in ((others, 1), (labels, 2.5)) if near]
    return numpy.minimum.reduce([*edges, *away]).tolist()


def _nearest(points: Line, others: Line) -> numpy.ndarray:
    """Return the distance of each point to the nearest of others."""
    across = numpy.array(points)[:, None] - numpy.array(others)[None]
    return numpy.hypot(across[..., 0], across[..., 1]).min(axis=1)


def _dense(line: Line) -> list[Point]:
    """Return points along a line, near enough to each other to choose among."""
    points = []
    for (ax, ay), (bx, by) in pairwise(line):
        count = max(1, int(math.hypot(bx - ax, by - ay) / 8))
        points += [(ax + (bx - ax) * n / count, ay + (by - ay) * n / count) for n in range(count)]
    return points


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if length == 0:
        return math.dist(point, start)
    return abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / length


def _path(points: Line) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points)
