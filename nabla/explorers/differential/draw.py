"""Draw how much a function changes along its curve and along the tangent line, by two segments.

The second drawing shows the same so close that the run, however short, fills it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from nabla.explorers.curve.probe import Curve
from nabla.explorers.differential.probe import PARTS, Changes
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes, margin
from nabla.explorers.shared.numbers import Notation, padded, rounded
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 28, 232, 274
CLOSE_LEFT, CLOSE_RIGHT = 24, 220
"""Where the run begins and ends when it is seen close; to the right, there is room for labels."""
ROOM = 0.12
"""Above and below what is seen close, a part of its height."""
DRAWN_DIGITS = 3
"""Of numbers that are not shown."""
APART = 5, 16
"""How far Δy is drawn beside dy, from afar and close."""


def draw(changes: Changes, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of the changes."""
    own, notation = words["explorers"]["differential"], Notation.of(words)
    changes = changes.without_noise()
    curve = changes.curve
    i, k = curve.xs.index(curve.at), curve.hs.index(curve.h)
    x, y, run = curve.at, curve.values[i], curve.h
    actual, expected, gap = curve.rises[k][i], changes.expected[k][i], changes.gaps[k][i]
    axes = _axes(curve, notation.decimal)
    past = tuple(zip(*curve.beyond, strict=True)) or ((), (), ())
    said = {"name": curve.name, "variable": curve.variable, "letter": curve.letter}
    said |= notation.numbers(x=x, y=y, run=run, actual=actual, expected=expected)
    said |= notation.numbers(gap=gap, slope=curve.slopes[i])
    samples = {
        "at": i,
        "run": k,
        "xs": rounded(curve.xs),
        "ys": rounded(curve.values),
        "runs": rounded(curve.hs),
        "slopes": rounded(curve.slopes),
        "actual": rounded(curve.rises),
        "expected": rounded(changes.expected),
        "gaps": rounded(changes.gaps),
        "between": rounded(changes.between, DRAWN_DIGITS),
        "box": axes.box,
        "scale": axes.scale,
        "close": [CLOSE_LEFT, TOP, CLOSE_RIGHT, BOTTOM],
    }
    return render(
        "explorers/differential/differential.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key].format(**said) for key in ("point", "run")}
        | {"variable": curve.variable, "letter": curve.letter},
        said=said,
        size=(WIDTH, HEIGHT),
        plane=axes,
        value_line=axes.path(curve.xs + past[0], curve.values + past[1]),
        tangent=axes.through(x, y, curve.slopes[i]),
        far=_far(axes, (x, y), run, expected, actual),
        here=axes.place(x, y),
        close=close([*rounded(changes.between[k][i], DRAWN_DIGITS), actual], expected),
    )


def close(rises: Sequence[float], expected: float) -> dict[str, Any]:
    """Return the paths and places of the run seen close; `differential.js` has it too.

    `rises` are those of the curve after each part of the run.
    """
    low, high = padded((0, expected, *rises), ROOM)
    width, height = (CLOSE_RIGHT - CLOSE_LEFT) / PARTS, BOTTOM - TOP
    base, straight, *curved = (
        BOTTOM - (rise - low) / (high - low) * height for rise in (0, expected, *rises)
    )
    points = [(CLOSE_LEFT + n * width, down) for n, down in enumerate((base, *curved))]
    end, beside = curved[-1], CLOSE_RIGHT + APART[1]
    beyond = abs(expected) > abs(rises[-1])  # then the gap is what Δy lacks, else what dy lacks
    return {
        "curve": "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points),
        "tangent": f"M{CLOSE_LEFT} {base:.2f}L{CLOSE_RIGHT} {straight:.2f}",
        "run": f"M{CLOSE_LEFT} {base:.2f}H{beside}",
        "top": f"M{CLOSE_RIGHT} {straight if beyond else end:.2f}H{beside}",
        "expected": f"M{CLOSE_RIGHT} {base:.2f}V{straight:.2f}",
        "actual": f"M{beside} {base:.2f}V{end:.2f}",
        "gap": f"M{beside if beyond else CLOSE_RIGHT} {straight:.2f}V{end:.2f}",
        "run_place": ((CLOSE_LEFT + CLOSE_RIGHT) / 2, base + (18 if expected >= 0 else -8)),
        "expected_place": (CLOSE_RIGHT - 8, base + (straight - base) / 3),
        "actual_place": (beside + 8, (base + end) / 2),
    }


def _far(
    axes: Axes, start: tuple[float, float], run: float, expected: float, actual: float
) -> dict[str, str]:
    """Return the paths of the segments beside the curve as a whole."""
    x, y = start
    foot, straight, curved = (axes.place(x + run, y + rise) for rise in (0, expected, actual))
    beside = [(place[0] + APART[0], place[1]) for place in (foot, curved)]
    return {
        "run": axes.segment(axes.place(x, y), foot),
        "expected": axes.segment(foot, straight),
        "actual": axes.segment(*beside),
    }


def _axes(curve: Curve, decimal: str) -> Axes:
    x = (curve.xs[0], max(curve.xs[-1], curve.at + curve.h))
    values = padded([*curve.values, *(value for _, value, _ in curve.beyond)])
    return Axes(x, values, margin(values), RIGHT, TOP, BOTTOM, decimal)
