"""Look at a function of one variable whose slope is the same between all its points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.curve.probe import Curve, CurveProbe
from nabla.explorers.shared.arguments import on_grid, read_arguments
from nabla.explorers.shared.numbers import samples
from nabla.run.outcome import UnseenError

EXAMPLE = "line lesson/name f x=-3..3 at=1 run=1"
MAX_SAMPLES = 25
"""Each may be the start, and each after it the end."""
STRAIGHT = 1e-9
"""How far slopes of a line may be apart, relative to the largest."""


@dataclass(frozen=True)
class LineProbe(CurveProbe):
    """Observes the Curve of a straight line."""

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Curve:
        """Return the Curve. Raises UnseenError where it is not straight as well."""
        curve = super().observe(namespace, watched)
        slopes = [
            (slope, f"{slope:g} from x = {x:g} with a run of {h:g}")
            for h, row in zip(curve.hs, curve.secants, strict=True)
            for x, slope in zip(curve.xs, row, strict=True)
        ]
        (least, at_least), (most, at_most) = min(slopes), max(slopes)
        if most - least > STRAIGHT * max(1, abs(most), abs(least)):
            raise UnseenError(
                f"has a function `{self.name}` that is no line: its slope is {at_least}, {at_most}"
            )
        return curve


def probe(arguments: Sequence[str]) -> LineProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"x", "at", "run"})
    xs = samples(read.range("x"), MAX_SAMPLES)
    runs = samples((0, xs[-1] - xs[0]), MAX_SAMPLES)[1:]
    at = on_grid(read.number("at"), xs[:-1], "at")
    run = on_grid(read.number("run"), runs[: len(xs) - 1 - xs.index(at)], "run")
    return LineProbe(read.name, xs, runs, at, run, called=read.called)
