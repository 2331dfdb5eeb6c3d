"""Draw the value of a function after each step of runs: the curves of the losses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.shared.axes import RIGHT, Axes, Point
from nabla.explorers.shared.numbers import Notation, Range, padded, rounded
from nabla.explorers.shared.runs import Run

TOP, BOTTOM, HEIGHT = 28, 232, 274
SCRIPT_WORDS = (
    *("rate", "step", "next", "play", "pause", "outside"),
    *("settles", "moving", "diverges"),
)


@dataclass(frozen=True)
class Losses:
    """What the template shows: all curves, that of one run, and the point at its end."""

    axes: Axes
    lines: str
    line: str
    here: Point
    outside: bool
    description: str


def loss_range(runs: Sequence[Run], otherwise: Sequence[float]) -> Range:
    """Return a range for the losses; what diverges does not stretch it."""
    bounded = [value for run in runs if not run.diverges for value in run.values]
    return padded([runs[0].values[0], *(bounded or otherwise)])


def draw_losses(
    axes: Axes, runs: Sequence[Run], run: Run, whole: str, words: Mapping[str, Any]
) -> Losses:
    """Return the curves of `runs`, with `run` in front and what is said of how each went."""
    notation = Notation.of(words)
    own = words["explorers"]["descent"]
    last, value = len(run.values) - 1, run.values[-1]
    ends = [
        own["run"].format(
            **notation.numbers(rate=one.rate, value=one.values[-1]),
            whole=whole,
            outcome=own[one.outcome],
        )
        for one in runs
    ]
    return Losses(
        axes,
        "".join(_line(axes, one) for one in runs),
        _line(axes, run),
        clamped(axes, last, value),
        not axes.holds(last, value),
        " ".join(ends),
    )


def run_samples(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return the runs as their script has them."""
    return [
        {
            "xs": rounded(run.xs),
            "values": rounded(run.values),
            "outcome": run.outcome,
            **({"ys": rounded(run.ys)} if run.ys else {"slopes": rounded(run.slopes)}),
        }
        for run in runs
    ]


def front(runs: Sequence[Run]) -> int:
    """Return the position of the run to begin with: the first one that settles."""
    return next((n for n, run in enumerate(runs) if run.settles), 0)


def loss_axes(steps: int, losses: Range, left: float, decimal: str) -> Axes:
    """Return the axes of the losses."""
    return Axes((0, steps), losses, left, RIGHT, TOP, BOTTOM, decimal)


def clamped(axes: Axes, x: float, y: float) -> Point:
    """Return the place of a point or, where it lies outside the axes, the nearest at the edge."""
    px, py = axes.place(x, y)
    left, top, right, bottom = axes.box
    return min(max(px, left), right), min(max(py, top), bottom)


def visited(axes: Axes, xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return the path of a dot at each of the points within the axes."""
    places = [axes.place(*at) for at in zip(xs, ys, strict=True) if axes.holds(*at)]
    return "".join(f"M{px:.1f} {py:.1f}h0" for px, py in places)


def _line(axes: Axes, run: Run) -> str:
    return axes.path(range(len(run.values)), run.values)
