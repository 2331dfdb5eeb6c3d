"""Draw a curve with a secant and its tangent, and beside it the derivative."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.curve.probe import Curve
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes, margin
from nabla.explorers.shared.numbers import Range, format_numbers, padded, rounded
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 28, 232, 274


def draw(curve: Curve, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a curve."""
    own = words["explorers"]["curve"]
    curve = curve.without_noise()
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    x, y, slope = curve.at, curve.values[i], curve.slopes[i]
    x_end, y_end, secant = x + curve.h, curve.ahead[k][i], curve.secants[k][i]
    left, right = _axes(curve)
    past = tuple(zip(*curve.beyond, strict=True)) or ((), (), ())
    xs = curve.xs + past[0]
    said = format_numbers(
        x=x,
        x_end=x_end,
        y=y,
        y_end=y_end,
        h=curve.h,
        secant=secant,
        slope=slope,
        low=min(curve.slopes),
        high=max(curve.slopes),
    )
    samples = {
        "at": i,
        "h": k,
        "xs": rounded(curve.xs),
        "hs": rounded(curve.hs),
        "ys": rounded(curve.values),
        "slopes": rounded(curve.slopes),
        "ahead": rounded(curve.ahead),
        "secants": rounded(curve.secants),
        "box": left.box,
        "scales": [left.scale, right.scale],
    }
    return render(
        "explorers/curve/curve.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        script_words={key: own[key] for key in ("point", "gap")},
        said={**said, "name": curve.name},
        size=(WIDTH, HEIGHT),
        left=left,
        right=right,
        value_line=left.path(xs, curve.values + past[1]),
        slope_line=right.path(xs, curve.slopes + past[2]),
        tangent=left.through(x, y, slope),
        secant=left.through(x, y, secant),
        here=left.place(x, y),
        ahead=left.place(x_end, y_end),
        ahead_hidden=not left.holds(x_end, y_end),
        slope_here=right.place(x, slope),
        secant_slope=right.place(x, secant),
        secant_slope_hidden=not right.holds(x, secant),
    )


def _axes(curve: Curve) -> tuple[Axes, Axes]:
    """Return the axes of the function and of its derivative, one above the other on a phone."""
    x = (curve.xs[0], max(curve.xs[-1], curve.at + curve.h))
    values = padded([*curve.values, *(value for _, value, _ in curve.beyond)])
    slopes = _slope_range(curve)
    left = max(margin(values), margin(slopes))
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM),
        Axes(x, slopes, left, RIGHT, TOP, BOTTOM),
    )


def _slope_range(curve: Curve) -> Range:
    """Return a range for the derivative, widened for secants that are not far from it."""
    low, high = padded([*curve.slopes, *(slope for _, _, slope in curve.beyond)])
    room = (high - low) / 2
    secants = [secant for row in curve.secants for secant in row]
    near = [secant for secant in secants if low - room <= secant <= high + room]
    return padded([low, high, *near], 0.02)
