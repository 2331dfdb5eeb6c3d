"""`<!--nabla:descent lesson/name f start=3 rates=0.1,1.1 steps=20-->`: runs to step through."""

from collections.abc import Mapping, Sequence

from nabla.markdown.drawings.arguments import read_arguments
from nabla.markdown.drawings.axes import WIDTH, Axes, margin, padded
from nabla.markdown.drawings.explorer import dot, drawing, explorer, value
from nabla.markdown.drawings.shown import rounded, shown
from nabla.markdown.drawings.svg import tag
from nabla.run.probes.descent import Descent, DescentProbe, Descents

EXAMPLE = "descent lesson/name f start=3 rates=0.01,0.1,0.5,0.9,1.1 steps=20"
MOST = 100
"""Steps of a run."""
TOP, BOTTOM, HEIGHT = 28, 232, 274
RIGHT = WIDTH - 12


def probe(arguments: Sequence[str]) -> DescentProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `x` is the range to see; without it, it is that of the runs.
    """
    read = read_arguments(arguments, EXAMPLE, {"start", "rates", "steps"}, {"x"})
    steps = read.number("steps")
    if steps not in range(1, MOST + 1):
        raise ValueError(f"write `steps=` with a whole number from 1 to {MOST}")
    start = read.number("start")
    window = read.range("x") if "x" in read.options else None
    if window and not window[0] <= start <= window[1]:
        raise ValueError("write `x=` with a range that holds the start")
    return DescentProbe(read.name, start, read.numbers("rates"), int(steps), window)


def html(descents: Descents, snippet: str, words: Mapping) -> str:
    """Return the explorer of runs: the function with the steps on it, and the loss curves."""
    own = words["explorers"]["descent"]
    name, runs, variable = descents.name, descents.runs, descents.variable
    whole = f"{name}({variable})"
    chosen = next((n for n, run in enumerate(runs) if run.settles), 0)
    run = runs[chosen]
    last = len(run.xs) - 1
    left, right = _axes(descents)
    said = {
        "name": name,
        "variable": variable,
        "start": shown(descents.start),
        "rate": shown(run.rate),
        "steps": last,
        "x": shown(run.xs[-1]),
        "value": shown(run.values[-1]),
        "slope": shown(run.slopes[-1]),
    }
    function = [
        left.drawing(variable, whole),
        tag("path", class_="value-line", d=left.path(descents.xs, descents.values)),
        *_trail(left, run.xs, run.values),
        tag("path", class_="tangent", data_part="tangent", d=_tangent(left, run)),
        _current(left, run.xs[-1], run.values[-1], "here"),
    ]
    counts = range(descents.steps + 1)
    faint = [right.path(counts[: len(run.xs)], run.values) for run in runs]
    losses = [
        right.drawing(own["steps"], whole, kind_x="words"),
        tag("path", class_="other", d="".join(faint)),
        tag(
            "path",
            class_="loss",
            data_part="loss",
            d=right.path(counts[: last + 1], run.values),
        ),
        _current(right, last, run.values[-1], "loss-here"),
    ]
    ends = " ".join(
        own["run"].format(
            **said | {"rate": shown(run.rate), "value": shown(run.values[-1])},
            outcome=own[outcome(run)],
        )
        for run in runs
    )
    drawings = [
        drawing(
            own["title"].format(**said),
            own["description"].format(**said),
            "".join(function),
            HEIGHT,
        ),
        drawing(own["loss_title"].format(**said), ends, "".join(losses), HEIGHT),
    ]
    values = [
        value(own["rate"], "rate", run.rate),
        value(own["step"], "step", f"{last} / {descents.steps}"),
        value(f"{variable} =", "x", run.xs[-1]),
        value(f"{whole} =", "value", run.values[-1]),
        value(f"{name}′({variable}) =", "slope", run.slopes[-1], "tangent"),
        tag("strong", own[outcome(run)], data_part="outcome"),
    ]
    data = {
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
    kept = ("rate", "step", "next", "play", "pause", "outside", "settles", "moving", "diverges")
    return explorer(
        "descent",
        snippet,
        drawings=drawings,
        values=values,
        samples=data,
        words={key: own[key] for key in kept},
    )


def outcome(run: Descent) -> str:
    """Return the key of the words that say how a run went."""
    if run.diverges:
        return "diverges"
    return "settles" if run.settles else "moving"


def _axes(descents: Descents) -> tuple[Axes, Axes]:
    """Return axes of the function and of the losses; what diverges does not stretch them."""
    bounded = [v for run in descents.runs if not run.diverges for v in run.values]
    start = descents.runs[0].values[0]
    values = padded(descents.values)
    losses = padded([start, *(bounded or descents.values)])
    left = max(margin(values), margin(losses))
    x = (descents.xs[0], descents.xs[-1])
    return (
        Axes(x, values, left, RIGHT, TOP, BOTTOM),
        Axes((0, descents.steps), losses, left, RIGHT, TOP, BOTTOM),
    )


def _trail(axes: Axes, xs: Sequence[float], ys: Sequence[float]) -> list[str]:
    """Return the steps of a run, and a dot wherever it was."""
    places = [axes.place(x, y) for x, y in zip(xs, ys, strict=True) if axes.holds(x, y)]
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in places)
    return [
        tag("path", class_="trail", data_part="trail", d=axes.path(xs, ys)),
        tag("path", class_="visited", data_part="visited", d=dots),
    ]


def _tangent(axes: Axes, run: Descent) -> str:
    x, y = run.xs[-1], run.values[-1]
    return axes.through(x, y, run.slopes[-1]) if axes.holds(x, y) else ""


def _current(axes: Axes, x: float, y: float, part: str) -> str:
    """Return the point of the last step: hollow, and at the edge, where it lies outside."""
    px, py = axes.place(x, y)
    left, top, right, bottom = axes.box
    place = min(max(px, left), right), min(max(py, top), bottom)
    return dot(place, part, kind="point" if axes.holds(x, y) else "point hollow")
