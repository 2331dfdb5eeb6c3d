"""Draw runs of gradient descent as paths on a map, and the loss curves."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.shared.axes import WIDTH, margin
from nabla.explorers.shared.losses import (
    HEIGHT,
    SCRIPT_WORDS,
    clamped,
    draw_losses,
    front,
    loss_axes,
    loss_range,
    run_samples,
    visited,
)
from nabla.explorers.shared.numbers import Notation, rounded
from nabla.explorers.shared.relief import draw_relief
from nabla.explorers.trajectory.probe import Trajectories
from nabla.templates import render


def draw(trajectories: Trajectories, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of runs, at the end of the first one that settles."""
    own = words["explorers"]["descent"] | words["explorers"]["trajectory"]
    notation = Notation.of(words)
    runs, chosen = trajectories.runs, front(trajectories.runs)
    run = runs[chosen]
    last = len(run.xs) - 1
    x, y = run.xs[-1], run.ys[-1]
    plane = trajectories.ground.axes(notation.decimal)
    heights = [height for row in trajectories.ground.heights for height in row]
    losses = loss_range(runs, heights)
    right = loss_axes(trajectories.steps, losses, margin(losses), notation.decimal)
    first, second = trajectories.variables
    start_x, start_y = trajectories.start
    said = {
        **notation.numbers(start_x=start_x, start_y=start_y, rate=run.rate),
        **notation.numbers(x=x, y=y, value=run.values[-1]),
        "letter": trajectories.letter,
        "whole": trajectories.whole,
        "first": first,
        "second": second,
        "steps": last,
    }
    samples = {
        "at": chosen,
        "steps": trajectories.steps,
        "rates": rounded([run.rate for run in runs]),
        "runs": run_samples(runs),
        "boxes": [plane.box, right.box],
        "scales": [plane.scale, right.scale],
    }
    return render(
        "explorers/trajectory/trajectory.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key] for key in SCRIPT_WORDS},
        said=said,
        step=f"{last} / {trajectories.steps}",
        outcome=own[run.outcome],
        size=(WIDTH, plane.bottom + 42),
        loss_size=(WIDTH, HEIGHT),
        plane=plane,
        relief=draw_relief(trajectories.ground, plane),
        trail=plane.path(run.xs, run.ys),
        visited=visited(plane, run.xs, run.ys),
        here=clamped(plane, x, y),
        here_outside=not plane.holds(x, y),
        losses=draw_losses(right, runs, run, trajectories.whole, words),
    )
