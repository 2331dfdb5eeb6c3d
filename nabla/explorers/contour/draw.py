"""Draw a map of a surface, a point on it, its level line, and the gradient there as an arrow."""

import math
from collections.abc import Mapping
from typing import Any

from nabla.explorers.contour.level import Grid, level_line
from nabla.explorers.contour.probe import Surface
from nabla.explorers.shared.axes import WIDTH, Axes, Point
from nabla.explorers.shared.numbers import Notation, rounded
from nabla.explorers.shared.relief import draw_relief
from nabla.templates import render

LONGEST = 1.8
"""How much longer than the room around the points the steepest partial derivative is drawn."""
HEAD = 9
"""Length of the head of an arrow."""


def draw(surface: Surface, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a map."""
    own, notation = words["explorers"]["contour"], Notation.of(words)
    surface = surface.without_noise()
    i, j = surface.xs.index(surface.at[0]), surface.ys.index(surface.at[1])
    value, dx, dy = (rows[j][i] for rows in (surface.values, surface.slopes_x, surface.slopes_y))
    axes = surface.ground.axes(notation.decimal)
    reach = _reach(surface, axes)
    here = axes.place(*surface.at)
    corner = (here[0] + reach * dx, here[1])
    tip = (corner[0], here[1] - reach * dy)
    first, second = surface.variables
    said = {
        **notation.numbers(x=surface.at[0], y=surface.at[1], value=value, slope_x=dx, slope_y=dy),
        "gradient": notation.point(dx, dy),
        "name": surface.name,
        "letter": surface.letter,
        "whole": surface.whole,
        "first": first,
        "second": second,
    }
    samples = {
        "at": [i, j],
        "xs": rounded(surface.xs),
        "ys": rounded(surface.ys),
        "heights": rounded(surface.wide),
        "beyond": surface.beyond,
        "slopesX": rounded(surface.slopes_x),
        "slopesY": rounded(surface.slopes_y),
        "box": axes.box,
        "scale": axes.scale,
        "reach": reach,
    }
    return render(
        "explorers/contour/contour.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key].format(**said) for key in ("x", "y")}
        | {"between": notation.between},
        said=said,
        size=(WIDTH, axes.bottom + 42),
        plane=axes,
        relief=draw_relief(surface.ground, axes),
        level=level_line(Grid(surface, axes), value),
        partials=axes.segment(here, corner) + axes.segment(corner, tip),
        arrow=arrow(axes, here, tip),
        here=here,
    )


def arrow(axes: Axes, start: Point, tip: Point) -> str:
    """Return the path of an arrow: a short one has a small head, one that leaves the map none.

    `contour.js` has it too.
    """
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


def _reach(surface: Surface, axes: Axes) -> float:
    """Return how long to draw a slope of 1 for nearly every arrow to stay on the map."""
    steepest = max(abs(s) for rows in (surface.slopes_x, surface.slopes_y) for r in rows for s in r)
    a, _, c, _ = axes.scale
    room = min(
        a * (surface.xs[0] - surface.ground.xs[0]),
        -c * (surface.ys[0] - surface.ground.ys[0]),
    )
    return round(LONGEST * room / steepest, 4) if steepest else 0
