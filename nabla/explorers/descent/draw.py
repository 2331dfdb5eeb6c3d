"""Draw runs of gradient descent: the function with the steps on it, and the loss curves."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.descent.probe import Descent, Descents
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes, Point, margin
from nabla.explorers.shared.numbers import Notation, padded, rounded
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 28, 232, 274
SCRIPT_WORDS = (
    *("rate", "step", "next", "play", "pause", "outside"),
    *("settles", "moving", "diverges"),
)


def draw(descents: Descents, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of runs, at the end of the first one that settles."""
    own, notation = words["explorers"]["descent"], Notation.of(words)
    runs = descents.runs
    chosen = next((n for n, run in enumerate(runs) if run.settles), 0)
    run = runs[chosen]
    last = len(run.xs) - 1
    x, y, slope = run.xs[-1], run.values[-1], run.slopes[-1]
    left, right = _axes(descents, notation.decimal)
    said = {
        **notation.numbers(start=descents.start, rate=run.rate, x=x, value=y, slope=slope),
        "name": descents.name,
        "variable": descents.variable,
        "whole": f"{descents.name}({descents.variable})",
        "steps": last,
    }
    ends = [
        notation.numbers(rate=run.rate, value=run.values[-1]) | {"outcome": own[outcome(run)]}
        for run in runs
    ]
    visited = [left.place(*at) for at in zip(run.xs, run.values, strict=True) if left.holds(*at)]
    samples = {
        "at": chosen,
        "steps": descents.steps,
        "rates": rounded([run.rate for run in runs]),
        "runs": [
            {
                "xs": rounded(run.xs),
                "ys": rounded(run.values),
                "slopes": rounded(run.slopes),
                "outcome": outcome(run),
            }
            for run in runs
        ],
        "box": left.box,
        "scales": [left.scale, right.scale],
    }
    return render(
        "explorers/descent/descent.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key] for key in SCRIPT_WORDS},
        said=said,
        loss_description=" ".join(own["run"].format(**said | end) for end in ends),
        step=f"{last} / {descents.steps}",
        outcome=own[outcome(run)],
        size=(WIDTH, HEIGHT),
        left=left,
        right=right,
        value_line=left.path(descents.xs, descents.values),
        trail=left.path(run.xs, run.values),
        visited="".join(f"M{px:.1f} {py:.1f}h0" for px, py in visited),
        tangent=left.through(x, y, slope) if left.holds(x, y) else "",
        here=_clamped(left, x, y),
        here_outside=not left.holds(x, y),
        losses="".join(_loss_line(right, run) for run in runs),
        loss=_loss_line(right, run),
        loss_here=_clamped(right, last, y),
        loss_outside=not right.holds(last, y),
    )


def outcome(run: Descent) -> str:
    """Return the key of the words that say how a run went."""
    if run.diverges:
        return "diverges"
    return "settles" if run.settles else "moving"


def _axes(descents: Descents, decimal: str) -> tuple[Axes, Axes]:
    """Return axes of the function and of the losses; what diverges does not stretch them."""
    bounded = [v for run in descents.runs if not run.diverges for v in run.values]
    start = descents.runs[0].values[0]
    values = padded(descents.values)
    losses = padded([start, *(bounded or descents.values)])
    left = max(margin(values), margin(losses))
    x = (descents.xs[0], descents.xs[-1])
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM, decimal),
        Axes((0, descents.steps), losses, left, RIGHT, TOP, BOTTOM, decimal),
    )


def _loss_line(axes: Axes, run: Descent) -> str:
    return axes.path(range(len(run.values)), run.values)


def _clamped(axes: Axes, x: float, y: float) -> Point:
    """Return the place of a point or, where it lies outside the axes, the nearest at the edge."""
    px, py = axes.place(x, y)
    left, top, right, bottom = axes.box
    return min(max(px, left), right), min(max(py, top), bottom)
