"""Draw a line, with the triangle of its rise and run."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.curve.probe import Curve
from nabla.explorers.shared.axes import DIGIT, WIDTH, Axes, Point, margin
from nabla.explorers.shared.numbers import Notation, format_number, padded, rounded
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 28, 312, 354


def draw(curve: Curve, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a line."""
    own, notation = words["explorers"]["line"], Notation.of(words)
    curve = curve.without_noise()
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    last = len(curve.xs) - 1
    axes = _axes(curve, notation.decimal)
    start, end = (axes.place(curve.xs[n], curve.values[n]) for n in (i, i + k + 1))
    run_place, rise_place = label_places(start, end)
    said = {"name": curve.name, "variable": curve.variable, "letter": curve.letter}
    said |= notation.numbers(
        x=curve.at,
        x_end=curve.xs[i + k + 1],
        y=curve.values[i],
        y_end=curve.values[i + k + 1],
        run=curve.h,
        rise=curve.rises[k][i],
        slope=curve.secants[k][i],
    )
    samples = {
        "start": i,
        "run": k,
        "xs": rounded(curve.xs),
        "ys": rounded(curve.values),
        "runs": rounded(curve.hs),
        "rises": [row[: last - n] for n, row in enumerate(rounded(curve.rises))],
        "slopes": [row[: last - n] for n, row in enumerate(rounded(curve.secants))],
        "scale": axes.scale,
    }
    return render(
        "explorers/line/line.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key].format(**said) for key in ("start", "length")}
        | {"variable": curve.variable, "letter": curve.letter},
        said={**said, "count": last * (last + 1) // 2},
        size=(WIDTH, HEIGHT),
        plane=axes,
        value_line=axes.path(curve.xs, curve.values),
        triangle=f"M{start[0]:.2f} {start[1]:.2f}H{end[0]:.2f}V{end[1]:.2f}",
        start=start,
        end=end,
        run_place=run_place,
        rise_place=rise_place,
    )


def _axes(curve: Curve, decimal: str) -> Axes:
    """Return axes that leave room for the label of the longest rise."""
    longest = max(len(format_number(rise)) for row in curve.rises for rise in row)
    y = padded(curve.values, 0.11)
    right = WIDTH - DIGIT * (longest + 6)
    return Axes((curve.xs[0], curve.xs[-1]), y, margin(y), right, TOP, BOTTOM, decimal)


def label_places(start: Point, end: Point) -> tuple[Point, Point]:
    """Return where the labels of run and rise stand: outside the triangle, clear of the line.

    `line.js` has `labelPlaces` too.
    """
    (x1, y1), (x2, y2) = start, end
    side = 1 if y2 <= y1 else -1  # of the run on which the line is not
    rise = side * max(side * (y1 + y2) / 2, side * y2 + 12)
    run = y1 + side * 18
    if x2 - x1 < 50:
        run = side * max(side * run, side * rise + 18)
    return (max((x1 + x2) / 2, x1 + 32), run), (x2 + 10, rise)
