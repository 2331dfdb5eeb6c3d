"""Draw a curve with a secant and its tangent, and beside it the derivative."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.curve.probe import Curve
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes, margin
from nabla.explorers.shared.numbers import Notation, Range, padded, rounded
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 28, 232, 274
FINE_DIGITS = 6
"""Of two differences that are to be told from each other, and from the slope."""


def draw(curve: Curve, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a curve."""
    own, notation = words["explorers"]["curve"], Notation.of(words)
    if curve.central:
        notation = Notation.of(words, FINE_DIGITS)
    curve = curve.without_noise()
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    x, y, slope = curve.at, curve.values[i], curve.slopes[i]
    x_end, y_end, secant = x + curve.h, curve.ahead[k][i], curve.secants[k][i]
    left, right = _axes(curve, notation.decimal)
    past = tuple(zip(*curve.beyond, strict=True)) or ((), (), ())
    xs = curve.xs + past[0]
    said = {"name": curve.name, "variable": curve.variable}
    said |= notation.numbers(
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
    centre = _central(curve, i, k)
    if centre:
        start, y_start, central = centre
        said |= notation.numbers(x_start=start, y_start=y_start, central=central)
    samples = {
        "at": i,
        "h": k,
        "xs": rounded(curve.xs),
        "hs": rounded(curve.hs),
        "ys": rounded(curve.values, notation.digits),
        "slopes": rounded(curve.slopes, notation.digits),
        "ahead": rounded(curve.ahead, notation.digits),
        "secants": rounded(curve.secants, notation.digits),
        "behind": rounded(curve.behind, notation.digits),
        "central": rounded(curve.central, notation.digits),
        "box": left.box,
        "scales": [left.scale, right.scale],
    }
    return render(
        "explorers/curve/curve.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key].format(**said) for key in ("point", "gap")},
        said=said,
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
        centre=_draw_central(left, right, x, centre) if centre else None,
    )


def _central(curve: Curve, i: int, k: int) -> tuple[float, float, float] | None:
    """Return x − h, f(x − h) and the central difference, where they are to be seen."""
    if not curve.central:
        return None
    return curve.xs[i] - curve.hs[k], curve.behind[k][i], curve.central[k][i]


def _draw_central(
    left: Axes, right: Axes, x: float, centre: tuple[float, float, float]
) -> dict[str, Any]:
    """Return what the template shows of the central difference at `x`."""
    start, y_start, central = centre
    return {
        "secant": left.through(start, y_start, central),
        "start": left.place(start, y_start),
        "start_hidden": not left.holds(start, y_start),
        "slope": right.place(x, central),
        "slope_hidden": not right.holds(x, central),
    }


def _axes(curve: Curve, decimal: str) -> tuple[Axes, Axes]:
    """Return the axes of the function and of its derivative, one above the other on a phone."""
    x = (curve.xs[0], max(curve.xs[-1], curve.at + curve.h))
    values = padded([*curve.values, *(value for _, value, _ in curve.beyond)])
    slopes = _slope_range(curve)
    left = max(margin(values), margin(slopes))
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM, decimal),
        Axes(x, slopes, left, RIGHT, TOP, BOTTOM, decimal),
    )


def _slope_range(curve: Curve) -> Range:
    """Return a range for the derivative, widened for secants that are not far from it."""
    low, high = padded([*curve.slopes, *(slope for _, _, slope in curve.beyond)])
    room = (high - low) / 2
    secants = [secant for row in (*curve.secants, *curve.central) for secant in row]
    near = [secant for secant in secants if low - room <= secant <= high + room]
    return padded([low, high, *near], 0.02)
