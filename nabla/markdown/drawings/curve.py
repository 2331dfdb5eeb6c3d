"""`<!--nabla:curve lesson/name f x=-2..2 at=1 h=2,1,0.5-->`: a secant becomes the tangent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nabla.markdown.drawings.arguments import on_grid, read_arguments
from nabla.markdown.drawings.axes import WIDTH, Axes, Range, margin, padded, samples
from nabla.markdown.drawings.explorer import dot, drawing, explorer, value
from nabla.markdown.drawings.shown import rounded, shown, without_noise
from nabla.markdown.drawings.svg import tag
from nabla.run.probes.curve import Curve, CurveProbe

EXAMPLE = "curve lesson/name f x=-2..2 at=1 h=2,1,0.5,0.1,0.01"
MOST = 101
TOP, BOTTOM, HEIGHT = 28, 232, 274
RIGHT = WIDTH - 12


def probe(arguments: Sequence[str]) -> CurveProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"x", "at", "h"})
    xs = samples(read.range("x"), MOST)
    hs = read.numbers("h")
    if not 0 < min(hs) <= max(hs) <= xs[-1] - xs[0]:
        raise ValueError("write `h=` with positive numbers, no longer than the range of `x=`")
    return CurveProbe(read.name, xs, hs, on_grid(read.number("at"), xs, "at"), hs[0])


def html(curve: Curve, snippet: str, words: Mapping) -> str:
    """Return the explorer of a curve, beside it that of its derivative."""
    own = words["explorers"]["curve"]
    curve = replace(
        curve,
        slopes=without_noise(curve.slopes),
        rises=without_noise(curve.rises),
        secants=without_noise(curve.secants),
    )
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    secant, slope = curve.secants[k][i], curve.slopes[i]
    left, right = _axes(curve)
    beyond = tuple(zip(*curve.beyond, strict=True)) or ((), (), ())
    xs = curve.xs + beyond[0]
    name, derivative = curve.name, f"{curve.name}′"
    x_end = curve.at + curve.h
    said = {
        "name": name,
        "x": shown(curve.at),
        "x_end": shown(x_end),
        "y": shown(curve.values[i]),
        "secant": shown(secant),
        "slope": shown(slope),
        "low": shown(min(curve.slopes)),
        "high": shown(max(curve.slopes)),
    }
    function = [
        left.drawing("x", f"{name}(x)"),
        tag("path", class_="value-line", d=left.path(xs, curve.values + beyond[1])),
        _line("tangent", left.through(curve.at, curve.values[i], slope)),
        _line("secant", left.through(curve.at, curve.values[i], secant)),
        dot(
            left.place(x_end, curve.ahead[k][i]),
            "ahead",
            not left.holds(x_end, curve.ahead[k][i]),
            "point hollow",
        ),
        dot(left.place(curve.at, curve.values[i]), "here"),
    ]
    gap = left.place(curve.at, 0)[0]
    slopes = [
        right.drawing("x", f"{derivative}(x)"),
        tag("path", class_="slope-line", d=right.path(xs, curve.slopes + beyond[2])),
        tag("path", class_="guide", data_part="below", d=f"M{gap:.2f} {TOP}V{BOTTOM}"),
        dot(
            right.place(curve.at, secant),
            "secant-slope",
            not right.holds(curve.at, secant),
            "point hollow",
        ),
        dot(right.place(curve.at, slope), "slope-here", kind="point slope"),
    ]
    drawings = [
        drawing(own[title].format(**said), own[text].format(**said), "".join(parts), HEIGHT)
        for title, text, parts in (
            ("title", "description", function),
            ("slope_title", "slope_description", slopes),
        )
    ]
    values = [
        value("x =", "x", curve.at),
        value("h =", "h", curve.h),
        value(f"{name}(x) =", "value", curve.values[i]),
        value(f"{name}(x + h) =", "value-ahead", curve.ahead[k][i]),
        value(own["secant"], "secant-value", secant, "secant"),
        value(f"{own['tangent']} {derivative}(x) =", "slope-value", slope, "tangent"),
    ]
    data = {
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
    return explorer(
        "curve",
        snippet,
        drawings=drawings,
        values=values,
        samples=data,
        words={k: own[k] for k in ("point", "gap")},
    )


def _axes(curve: Curve) -> tuple[Axes, Axes]:
    """Return the axes of the function and of its derivative, one above the other on a phone."""
    x = (curve.xs[0], max(curve.xs[-1], curve.at + curve.h))
    values = padded([*curve.values, *(value for _, value, _ in curve.beyond)])
    slopes = _slopes(curve)
    left = max(margin(values), margin(slopes))
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM),
        Axes(x, slopes, left, RIGHT, TOP, BOTTOM),
    )


def _slopes(curve: Curve) -> Range:
    """Return a range for the derivative, widened for secants that are not far from it."""
    low, high = padded([*curve.slopes, *(slope for _, _, slope in curve.beyond)])
    room = (high - low) / 2
    secants = [secant for row in curve.secants for secant in row]
    return padded(
        [low, high, *(secant for secant in secants if low - room <= secant <= high + room)], 0.02
    )


def _line(kind: str, d: str) -> str:
    return tag("path", class_=kind, data_part=kind, d=d)
