"""`<!--nabla:line lesson/name f x=-3..3 at=1 run=1-->`: rise over run, the same everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nabla.markdown.drawings.arguments import on_grid, read_arguments
from nabla.markdown.drawings.axes import DIGIT, WIDTH, Axes, margin, padded, samples
from nabla.markdown.drawings.explorer import dot, drawing, explorer, label, value
from nabla.markdown.drawings.shown import rounded, shown, without_noise
from nabla.markdown.drawings.svg import tag
from nabla.run.probes.curve import Curve, LineProbe

EXAMPLE = "line lesson/name f x=-3..3 at=1 run=1"
MOST = 25
"""Samples: each may be the start, and each after it the end."""
TOP, BOTTOM, HEIGHT = 28, 312, 354


def probe(arguments: Sequence[str]) -> LineProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"x", "at", "run"})
    xs = samples(read.range("x"), MOST)
    runs = samples((0, xs[-1] - xs[0]), MOST)[1:]
    at = on_grid(read.number("at"), xs[:-1], "at")
    run = on_grid(read.number("run"), runs[: len(xs) - 1 - xs.index(at)], "run")
    return LineProbe(read.name, xs, runs, at, run)


def html(curve: Curve, snippet: str, words: Mapping) -> str:
    """Return the explorer of a line, with the triangle of its rise and run."""
    own = words["explorers"]["line"]
    curve = replace(
        curve,
        slopes=without_noise(curve.slopes),
        rises=without_noise(curve.rises),
        secants=without_noise(curve.secants),
    )
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    end = i + k + 1
    rise, slope = curve.rises[k][i], curve.secants[k][i]
    y = padded(curve.values, 0.11)
    longest = max(len(shown(r)) for row in curve.rises for r in row)
    right = WIDTH - DIGIT * (longest + 6)  # leaves room for the label of the rise
    axes = Axes((curve.xs[0], curve.xs[-1]), y, margin(y), right, TOP, BOTTOM)
    (x1, y1), (x2, y2) = (axes.place(curve.xs[n], curve.values[n]) for n in (i, end))
    (run_x, run_y), (rise_x, rise_y) = label_places(x1, y1, x2, y2)
    parts = [
        axes.drawing("x", f"{curve.name}(x)"),
        tag("path", class_="value-line", d=axes.path(curve.xs, curve.values)),
        tag("path", class_="triangle", data_part="triangle", d=_triangle(x1, y1, x2, y2)),
        dot((x1, y1), "start"),
        dot((x2, y2), "end"),
        label(f"Δx = {shown(curve.h)}", "run-label", run_x, run_y, "label middle"),
        label(f"Δy = {shown(rise)}", "rise-label", rise_x, rise_y),
    ]
    said = {
        "name": curve.name,
        "x": shown(curve.at),
        "x_end": shown(curve.xs[end]),
        "y": shown(curve.values[i]),
        "y_end": shown(curve.values[end]),
        "run": shown(curve.h),
        "rise": shown(rise),
        "slope": shown(slope),
        "count": len(curve.xs) * (len(curve.xs) - 1) // 2,
    }
    image = drawing(
        own["title"].format(**said), own["description"].format(**said), "".join(parts), HEIGHT
    )
    values = [
        value("x =", "x", curve.at),
        value("Δx =", "run", curve.h),
        value("Δy =", "rise", rise),
        value("Δy/Δx =", "slope", slope, "secant"),
    ]
    last = len(curve.xs) - 1
    data = {
        "start": i,
        "run": k,
        "xs": rounded(curve.xs),
        "ys": rounded(curve.values),
        "runs": rounded(curve.hs),
        "rises": [row[: last - n] for n, row in enumerate(rounded(curve.rises))],
        "slopes": [row[: last - n] for n, row in enumerate(rounded(curve.secants))],
        "scale": axes.scale,
    }
    return explorer(
        "line",
        snippet,
        drawings=[image],
        values=values,
        samples=data,
        words={k: own[k] for k in ("start", "length")},
    )


def label_places(
    x1: float, y1: float, x2: float, y2: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the labels of run and rise stand: outside the triangle, clear of the line."""
    side = 1 if y2 <= y1 else -1  # of the run on which the line is not
    rise = side * max(side * (y1 + y2) / 2, side * y2 + 12)
    run = y1 + side * 18
    if x2 - x1 < 50:
        run = side * max(side * run, side * rise + 18)
    return (max((x1 + x2) / 2, x1 + 32), run), (x2 + 10, rise)


def _triangle(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{x1:.2f} {y1:.2f}H{x2:.2f}V{y2:.2f}"
