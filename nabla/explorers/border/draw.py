"""Draw points of two classes, and the border that a model has between them at each step."""

from collections.abc import Mapping, Sequence
from typing import Any

from nabla.explorers.border.probe import Training
from nabla.explorers.shared.axes import WIDTH, Axes, Point
from nabla.explorers.shared.ground import Ground
from nabla.explorers.shared.numbers import Notation, rounded
from nabla.explorers.shared.relief import draw_level
from nabla.templates import render

DIGITS = 4
"""Of a loss."""
SCRIPT_WORDS = ("step", "play", "pause")
LEGEND = 64
"""How far below the map its legend stands."""


def draw(training: Training, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a training, at its last frame."""
    own = words["explorers"]["descent"] | words["explorers"]["border"]
    notation = Notation.of(words, DIGITS)
    grounds = [Ground(training.xs, training.ys, frame.outputs, (0.0,)) for frame in training.frames]
    axes = grounds[-1].axes(notation.decimal)
    levels = [draw_level(ground, axes, 0) for ground in grounds]
    points, total = training.points, len(training.points)
    wrong = [_dots(axes, [points[n] for n in frame.wrong]) for frame in training.frames]
    said = [
        {
            "step": frame.step,
            "right": total - len(frame.wrong),
            "total": total,
            "labels": training.labels_name,
            **notation.numbers(loss=frame.loss),
        }
        for frame in training.frames
    ]
    samples = {
        "steps": [frame.step for frame in training.frames],
        "losses": rounded([frame.loss for frame in training.frames], DIGITS),
        "right": [one["right"] for one in said],
        "total": total,
        "areas": [level.area for level in levels],
        "lines": [level.lines for level in levels],
        "wrong": wrong,
    }
    return render(
        "explorers/border/border.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={key: own[key] for key in SCRIPT_WORDS},
        said=said[-1],
        frames=" ".join(own["frame"].format(**one) for one in said),
        names=(training.points_name + "₁", training.points_name + "₂"),
        size=(WIDTH, axes.bottom + LEGEND + 14),
        plane=axes,
        level=levels[-1],
        wrong=wrong[-1],
        classes=[_dots(axes, _of_class(training, label)) for label in (0, 1)],
        legend=axes.bottom + LEGEND,
    )


def _of_class(training: Training, label: int) -> list[Point]:
    pairs = zip(training.points, training.labels, strict=True)
    return [point for point, own in pairs if own == label]


def _dots(axes: Axes, points: Sequence[Point]) -> str:
    """Return the path of a dot at each point."""
    places = (axes.place(*point) for point in points)
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places)
