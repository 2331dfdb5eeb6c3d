"""Look at how a function changes along its curve, and along its tangent lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.curve.probe import Curve, CurveProbe, Rows, as_rows
from nabla.explorers.shared.arguments import on_grid, read_arguments
from nabla.explorers.shared.numbers import samples, without_noise

EXAMPLE = "differential lesson/name f x=0..5 at=3 dx=1.5,1,0.5,0.1"
MAX_SAMPLES = 51
PARTS = 8
"""Of a run, seen close."""


@dataclass(frozen=True)
class Changes:
    """A curve, whose `hs` are the runs dx and whose `rises` are the true changes Δy.

    `expected` and `gaps` have, for each run and each x, the differential dy and the error
    Δy − dy; `between` has how much higher than at x the curve is after each part of the run.
    """

    curve: Curve
    expected: Rows
    gaps: Rows
    between: tuple[Rows, ...]

    def without_noise(self) -> "Changes":
        """Return the changes with 0 for what is a rounding error."""
        curve = self.curve.without_noise()
        _, gaps = without_noise((curve.rises, self.gaps))
        return Changes(curve, without_noise(self.expected), gaps, without_noise(self.between))


@dataclass(frozen=True)
class ChangesProbe(CurveProbe):
    """Observes the Changes of the function `name`."""

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Changes:
        """Return the Changes. Raises UnseenError where the function is not there or not finite."""
        import torch

        curve = super().observe(namespace, watched)
        function = self.find(namespace)
        xs, hs, values, slopes, rises = (
            torch.tensor(numbers, dtype=torch.float64)
            for numbers in (curve.xs, curve.hs, curve.values, curve.slopes, curve.rises)
        )
        expected = slopes * hs.unsqueeze(1)
        parts = torch.arange(1, PARTS, dtype=torch.float64) / PARTS
        places = xs.unsqueeze(1) + hs.reshape(-1, 1, 1) * parts
        heights = torch.tensor(function.values((x,) for x in places.flatten().tolist()))
        between = heights.reshape(places.shape) - values.unsqueeze(1)
        parted = tuple(as_rows(row) for row in between)
        return Changes(curve, as_rows(expected), as_rows(rises - expected), parted)


def probe(arguments: Sequence[str]) -> ChangesProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"x", "at", "dx"})
    xs = samples(read.range("x"), MAX_SAMPLES)
    runs = read.numbers("dx")
    if not 0 < min(runs) <= max(runs) <= xs[-1] - xs[0]:
        raise ValueError("write `dx=` with positive numbers, no longer than the range of `x=`")
    at = on_grid(read.number("at"), xs, "at")
    return ChangesProbe(read.name, xs, runs, at, runs[0], called=read.called)
