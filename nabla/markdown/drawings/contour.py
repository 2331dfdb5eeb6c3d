"""`<!--nabla:contour lesson/name f x=-2..2 y=-2..2 at=1,1-->`: a map, a point, its gradient."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy
from contourpy import FillType, LineType, contour_generator

from nabla.markdown.drawings.arguments import on_grid, read_arguments
from nabla.markdown.drawings.axes import WIDTH, Axes, Point, margin, samples, ticks
from nabla.markdown.drawings.explorer import dot, drawing, explorer, value
from nabla.markdown.drawings.shown import rounded, shown
from nabla.markdown.drawings.svg import tag, text
from nabla.run.probes.surface import Surface, SurfaceProbe

EXAMPLE = "contour lesson/name f x=-2..2 y=-2..2 at=1,1"
MOST = 21
"""Samples along each axis that the point can stand on."""
MAP = 49
"""Samples along each axis that the lines are drawn from."""
ROOM = 0.25
"""Of the map around those the point can reach, for arrows to lie on."""
LONGEST = 1.8
"""How much longer than that room the steepest partial derivative is drawn."""
LEVELS = 9
TOP, RIGHT = 28, WIDTH - 12
TALLEST, LOWEST = 380, 160
HEAD = 9
"""Length of the head of an arrow."""
EXACT = 0.2
"""How far a drawn line may be from the computed one."""


def probe(arguments: Sequence[str]) -> SurfaceProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"x", "y", "at"})
    xs, ys = samples(read.range("x"), MOST), samples(read.range("y"), MOST)
    x, y = read.numbers("at", 2)
    at = on_grid(x, xs, "at"), on_grid(y, ys, "at")
    return SurfaceProbe(read.name, xs, ys, _around(xs), _around(ys), at)


def html(surface: Surface, snippet: str, words: Mapping) -> str:
    """Return the explorer of a map."""
    own = words["explorers"]["contour"]
    name = surface.name
    i, j = surface.xs.index(surface.at[0]), surface.ys.index(surface.at[1])
    height, dx, dy = (rows[j][i] for rows in (surface.values, surface.slopes_x, surface.slopes_y))
    axes = _axes(surface)
    reach = _reach(surface, axes)
    px, py = axes.place(*surface.at)
    tip = px + reach * dx, py - reach * dy
    left, top, right, bottom = axes.box
    parts = [
        _map(surface, axes),
        tag("rect", class_="frame", x=left, y=top, width=right - left, height=bottom - top),
        axes.drawing("x", "y"),
        tag("path", class_="partials", data_part="partials", d=_legs(axes, (px, py), tip)),
        tag("path", class_="arrow", data_part="arrow", d=arrow(axes, (px, py), tip)),
        dot((px, py), "point"),
        tag("circle", class_="handle", data_part="handle", cx=px, cy=py, r=24),
    ]
    said = {
        "name": name,
        "x": shown(surface.at[0]),
        "y": shown(surface.at[1]),
        "value": shown(height),
        "slope_x": shown(dx),
        "slope_y": shown(dy),
    }
    image = drawing(
        own["title"].format(**said),
        own["description"].format(**said),
        "".join(parts),
        axes.bottom + 42,
    )
    values = [
        value("x =", "x", surface.at[0]),
        value("y =", "y", surface.at[1]),
        value(f"{name}(x, y) =", "value", height),
        value(f"∂{name}/∂x =", "slope-x", dx, "partial"),
        value(f"∂{name}/∂y =", "slope-y", dy, "partial"),
        value(own["gradient"], "gradient", f"({shown(dx)}, {shown(dy)})", "secant"),
    ]
    data = {
        "at": [i, j],
        "xs": rounded(surface.xs),
        "ys": rounded(surface.ys),
        "values": rounded(surface.values),
        "slopesX": rounded(surface.slopes_x),
        "slopesY": rounded(surface.slopes_y),
        "box": axes.box,
        "scale": axes.scale,
        "reach": reach,
    }
    return explorer(
        "contour",
        snippet,
        drawings=[image],
        values=values,
        samples=data,
        words={k: own[k] for k in ("x", "y")},
    )


def arrow(axes: Axes, start: Point, tip: Point) -> str:
    """Return the path of an arrow: a short one has a small head, one that leaves the map none."""
    (x, y), (tip_x, tip_y) = start, tip
    length = math.hypot(tip_x - x, tip_y - y)
    if length < 1:
        return ""
    if not axes.frames(tip):
        return axes.segment(start, tip)
    head = min(HEAD, length)
    ux, uy = (tip_x - x) / length * head, (tip_y - y) / length * head
    return (
        f"M{x:.2f} {y:.2f}L{tip_x:.2f} {tip_y:.2f}"
        f"M{tip_x - ux - uy / 2:.2f} {tip_y - uy + ux / 2:.2f}"
        f"L{tip_x:.2f} {tip_y:.2f}L{tip_x - ux + uy / 2:.2f} {tip_y - uy - ux / 2:.2f}"
    )


def levels(heights: Sequence[float]) -> tuple[float, ...]:
    """Return the heights to draw lines at: round, and strictly between the ends."""
    low, high = min(heights), max(heights)
    if low == high:
        return ()
    return tuple(level for level in ticks((low, high), LEVELS) if low < level < high)


def thinned(points: Sequence[Point], exact: float = EXACT) -> list[Point]:
    """Leave out points that are less than `exact` from the line through the others.

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
        if farthest > exact:
            middle = between[away.index(farthest)]
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [points[n] for n in sorted(keep)]


def _around(numbers: Sequence[float]) -> tuple[float, ...]:
    room = ROOM * (numbers[-1] - numbers[0])
    return tuple(numpy.linspace(numbers[0] - room, numbers[-1] + room, MAP).tolist())


def _axes(surface: Surface) -> Axes:
    """Return axes on which a unit is as long across as down, where that is not too long."""
    x = (surface.map_xs[0], surface.map_xs[-1])
    y = (surface.map_ys[0], surface.map_ys[-1])
    left = margin(y)
    height = (RIGHT - left) * (y[1] - y[0]) / (x[1] - x[0])
    return Axes(x, y, left, RIGHT, TOP, TOP + min(max(height, LOWEST), TALLEST))


def _reach(surface: Surface, axes: Axes) -> float:
    """Return how long to draw a slope of 1 for nearly every arrow to stay on the map."""
    steepest = max(abs(s) for rows in (surface.slopes_x, surface.slopes_y) for r in rows for s in r)
    a, _, c, _ = axes.scale
    room = min(
        a * (surface.xs[0] - surface.map_xs[0]),
        -c * (surface.ys[0] - surface.map_ys[0]),
    )
    return round(LONGEST * room / steepest, 4) if steepest else 0


def _map(surface: Surface, axes: Axes) -> str:
    """Return lines of equal height, the ground darker the higher it is, and the heights."""
    heights = numpy.array(surface.heights)
    a, b, c, d = axes.scale
    xs, ys = a * numpy.array(surface.map_xs) + b, c * numpy.array(surface.map_ys) + d
    generator = contour_generator(
        xs, ys, heights, line_type=LineType.Separate, fill_type=FillType.OuterOffset
    )
    drawn, labels, standing = [], [], []
    chosen = levels(heights.flatten().tolist())
    lines = {
        level: [thinned([tuple(p) for p in line.tolist()]) for line in generator.lines(level)]
        for level in chosen
    }
    for level in chosen:
        above = zip(*generator.filled(level, numpy.inf), strict=True)
        ground = "".join(
            _path(thinned([tuple(p) for p in points[first:last].tolist()])) + "Z"
            for points, offsets in above
            for first, last in pairwise(offsets)
        )
        drawn.append(tag("path", class_="ground", d=ground))
    for level, pieces in lines.items():
        drawn.append(tag("path", class_="contour", d="".join(map(_path, pieces))))
        others = [p for key in lines if key != level for line in lines[key] for p in _dense(line)]
        place = _label_place(pieces, others, standing, axes)
        if place:
            standing.append(place)
            labels.append(text(shown(level), place[0], place[1] + 5, class_="height middle"))
    return "".join(drawn + labels)


def _label_place(
    lines: Sequence[Sequence[Point]],
    others: Sequence[Point],
    labels: Sequence[Point],
    axes: Axes,
) -> Point | None:
    """Return the point of the lines that is farthest from other lines, where one is far enough."""
    best, clearest = None, 13.0
    left, top, right, bottom = axes.box
    for point in (p for line in lines for p in _dense(line)):
        x, y = point
        edge = min(x - left - 10, right - 10 - x, y - top, bottom - y)
        clear = min(
            edge,
            min((math.hypot(x - ox, y - oy) for ox, oy in others), default=99),
            min((math.hypot(x - ox, y - oy) / 2.5 for ox, oy in labels), default=99),
        )
        if clear > clearest + 0.01:
            best, clearest = point, clear
    return best


def _dense(line: Sequence[Point]) -> list[Point]:
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
        return math.hypot(point[0] - start[0], point[1] - start[1])
    return abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / length


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points)


def _legs(axes: Axes, start: Point, tip: Point) -> str:
    corner = (tip[0], start[1])
    return axes.segment(start, corner) + axes.segment(corner, tip)
