"""Draw runs of gradient descent: the function with the steps on it, and the loss curves."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.descent.probe import Descents
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes, margin
from nabla.explorers.shared.losses import (
    BOTTOM,
    HEIGHT,
    SCRIPT_WORDS,
    TOP,
    clamped,
    draw_losses,
    front,
    loss_axes,
    loss_range,
    run_samples,
    visited,
)
from nabla.explorers.shared.numbers import Notation, padded, rounded
from nabla.templates import render


def draw(descents: Descents, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of runs, at the end of the first one that settles."""
    own, notation = words["explorers"]["descent"], Notation.of(words)
    runs, chosen = descents.runs, front(descents.runs)
    run = runs[chosen]
    last = len(run.xs) - 1
    x, y, slope = run.xs[-1], run.values[-1], run.slopes[-1]
    left, right = _axes(descents, notation.decimal)
    whole = f"{descents.name}({descents.variable})"
    said = {
        **notation.numbers(start=descents.start, rate=run.rate, x=x, value=y, slope=slope),
        "name": descents.name,
        "variable": descents.variable,
        "whole": whole,
        "steps": last,
    }
    samples = {
        "at": chosen,
        "steps": descents.steps,
        "rates": rounded([run.rate for run in runs]),
        "runs": run_samples(runs),
        "boxes": [left.box, right.box],
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
        step=f"{last} / {descents.steps}",
        outcome=own[run.outcome],
        size=(WIDTH, HEIGHT),
        left=left,
        value_line=left.path(descents.xs, descents.values),
        trail=left.path(run.xs, run.values),
        visited=visited(left, run.xs, run.values),
        tangent=left.through(x, y, slope) if left.holds(x, y) else "",
        here=clamped(left, x, y),
        here_outside=not left.holds(x, y),
        losses=draw_losses(right, runs, run, whole, words),
    )


def _axes(descents: Descents, decimal: str) -> tuple[Axes, Axes]:
    """Return axes of the function and of the losses, one above the other on a phone."""
    values = padded(descents.values)
    losses = loss_range(descents.runs, descents.values)
    left = max(margin(values), margin(losses))
    x = (descents.xs[0], descents.xs[-1])
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM, decimal),
        loss_axes(descents.steps, losses, left, decimal),
    )
