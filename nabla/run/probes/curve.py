"""A function of one variable: its values, its slopes, and those of its secants."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from nabla.run.outcome import UnseenError
from nabla.run.probes.function import at, function_named, heights, look_at_all

STRAIGHT = 1e-9
"""How far slopes of a line may be apart, relative to the largest."""


@dataclass(frozen=True)
class Curve:
    """The function `name` at each of `xs`.

    `ahead`, `rises` and `secants` have a row for each h of `hs`, and in it for each
    x: f(x + h), f(x + h) − f(x), and the latter divided by h. `beyond` has x, value
    and slope for what was seen from the last of `xs` up to `at` + `h`.
    """

    name: str
    at: float
    h: float
    xs: tuple[float, ...]
    hs: tuple[float, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]
    ahead: tuple[tuple[float, ...], ...]
    rises: tuple[tuple[float, ...], ...]
    secants: tuple[tuple[float, ...], ...]
    beyond: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class CurveProbe:
    """Observes the Curve of the function `name`.

    `at`, among `xs`, and `h`, among `hs`, are where the reader is to begin.
    """

    name: str
    xs: tuple[float, ...]
    hs: tuple[float, ...]
    at: float
    h: float

    def watch(self) -> AbstractContextManager[None]:
        return nullcontext()

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Curve:
        """Return the Curve. Raises UnseenError where the function is not there or not finite."""
        import torch

        function = function_named(self.name, namespace)
        xs = torch.tensor(self.xs, dtype=torch.float64)
        hs = torch.tensor(self.hs, dtype=torch.float64).unsqueeze(1)
        steps = xs + hs
        after = [
            x for x in steps[self.hs.index(self.h)].tolist() if self.xs[-1] < x <= self.at + self.h
        ]
        seen = look_at_all(self.name, function, [(x,) for x in (*self.xs, *after)])
        values = torch.tensor([one.value for one in seen[: len(xs)]], dtype=torch.float64)
        ahead = torch.tensor(
            heights(self.name, function, [(x,) for x in steps.flatten().tolist()]),
            dtype=torch.float64,
        ).reshape(steps.shape)
        rises = ahead - values
        beyond = [
            (x, one.value, one.slopes[0]) for x, one in zip(after, seen[len(xs) :], strict=True)
        ]
        return Curve(
            self.name,
            self.at,
            self.h,
            self.xs,
            self.hs,
            tuple(values.tolist()),
            tuple(one.slopes[0] for one in seen[: len(xs)]),
            *(tuple(map(tuple, rows.tolist())) for rows in (ahead, rises, rises / hs)),
            tuple(beyond),
        )


@dataclass(frozen=True)
class LineProbe(CurveProbe):
    """Observes the Curve of a function whose slope is the same between all its points."""

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Curve:
        """Return the Curve. Raises UnseenError where it is not straight as well."""
        curve = super().observe(namespace, watched)
        slopes = [
            (slope, f"{slope:g} from {at([x])} with a run of {h:g}")
            for h, row in zip(curve.hs, curve.secants, strict=True)
            for x, slope in zip(curve.xs, row, strict=True)
        ]
        least, most = min(slopes), max(slopes)
        if most[0] - least[0] > STRAIGHT * max(1, abs(most[0]), abs(least[0])):
            raise UnseenError(
                f"has a function `{self.name}` that is no line: its slope is {least[1]}, {most[1]}"
            )
        return curve
