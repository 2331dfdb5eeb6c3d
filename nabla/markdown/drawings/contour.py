"""`<!--nabla:contour lesson/name f x=-2..2 y=-2..2 at=1,1-->`: a map, a point, its gradient."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nabla.markdown.drawings.arguments import on_grid, read_arguments
from nabla.markdown.drawings.axes import WIDTH, Axes, Point, margin, padded, samples
from nabla.markdown.drawings.explorer import dot, drawing, explorer, value
from nabla.markdown.drawings.shown import rounded, shown, without_noise
from nabla.markdown.drawings.svg import tag
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
TOP, RIGHT = 28, WIDTH - 12
TALLEST, LOWEST = 380, 160
HEAD = 9
"""Length of the head of an arrow."""


def probe(arguments: Sequence[str]) -> SurfaceProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `levels` names the heights to draw lines at; without it, they are evenly spaced.
    """
    read = read_arguments(arguments, EXAMPLE, {"x", "y", "at"}, {"levels"})
    xs, ys = samples(read.range("x"), MOST), samples(read.range("y"), MOST)
    x, y = read.numbers("at", 2)
    at = on_grid(x, xs, "at"), on_grid(y, ys, "at")
    levels = read.numbers("levels") if "levels" in read.options else None
    return SurfaceProbe(read.name, xs, ys, _around(xs), _around(ys), at, levels)


def html(surface: Surface, snippet: str, words: Mapping) -> str:
    """Return the explorer of a map."""
    from nabla.markdown.drawings.heights import ground  # numpy: no run is to wait for it

    own = words["explorers"]["contour"]
    surface = replace(
        surface,
        values=without_noise(surface.values),
        slopes_x=without_noise(surface.slopes_x),
        slopes_y=without_noise(surface.slopes_y),
    )
    name, (first, second) = surface.name, surface.variables
    i, j = surface.xs.index(surface.at[0]), surface.ys.index(surface.at[1])
    height, dx, dy = (rows[j][i] for rows in (surface.values, surface.slopes_x, surface.slopes_y))
    axes = _axes(surface)
    reach = _reach(surface, axes)
    px, py = axes.place(*surface.at)
    tip = px + reach * dx, py - reach * dy
    left, top, right, bottom = axes.box
    parts = [
        ground(surface, axes),
        tag("rect", class_="frame", x=left, y=top, width=right - left, height=bottom - top),
        axes.drawing(first, second),
        tag("path", class_="partials", data_part="partials", d=_legs(axes, (px, py), tip)),
        tag("path", class_="arrow", data_part="arrow", d=arrow(axes, (px, py), tip)),
        dot((px, py), "point"),
        tag("circle", class_="handle", data_part="handle", cx=px, cy=py, r=24),
    ]
    said = {
        "name": name,
        "first": first,
        "second": second,
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
        value(f"{first} =", "x", surface.at[0]),
        value(f"{second} =", "y", surface.at[1]),
        value(f"{name}({first}, {second}) =", "value", height),
        value(f"∂{name}/∂{first} =", "slope-x", dx, "partial"),
        value(f"∂{name}/∂{second} =", "slope-y", dy, "partial"),
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
        words={k: own[k].format(**said) for k in ("x", "y")},
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


def _around(numbers: Sequence[float]) -> tuple[float, ...]:
    low, high = padded(numbers, ROOM)
    step = (high - low) / (MAP - 1)
    return (*(low + n * step for n in range(MAP - 1)), high)


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


def _legs(axes: Axes, start: Point, tip: Point) -> str:
    corner = (tip[0], start[1])
    return axes.segment(start, corner) + axes.segment(corner, tip)
