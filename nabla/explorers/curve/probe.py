"""Look at a function of one variable: its values, its slopes, and those of its secants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nabla.explorers.shared.arguments import on_grid, read_arguments
from nabla.explorers.shared.function import Function, FunctionProbe
from nabla.explorers.shared.numbers import samples, without_noise

EXAMPLE = "curve lesson/name f x=-2..2 at=1 h=2,1,0.5,0.1,0.01"
MAX_SAMPLES = 101

Row = tuple[float, ...]
Rows = tuple[Row, ...]
"""A row for each h, and in it a number for each x."""


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
    xs: Row
    hs: Row
    values: Row
    slopes: Row
    ahead: Rows
    rises: Rows
    secants: Rows
    beyond: tuple[tuple[float, float, float], ...]
    variable: str = "x"
    letter: str = "y"
    """Of the function's value, in what is said of changes."""
    behind: Rows = ()
    central: Rows = ()
    """f(x − h) and the central difference, like `ahead`; empty where they are not asked for."""

    def without_noise(self) -> "Curve":
        """Return the curve with 0 for slopes and rises that are rounding errors."""
        return replace(
            self,
            slopes=without_noise(self.slopes),
            rises=without_noise(self.rises),
            secants=without_noise(self.secants),
            central=without_noise(self.central),
        )


@dataclass(frozen=True)
class CurveProbe(FunctionProbe):
    """Observes the Curve of the function `name`.

    `at`, among `xs`, and `h`, among `hs`, are where the reader is to begin; `central`
    asks for the central difference too.
    """

    xs: Row
    hs: Row
    at: float
    h: float
    central: bool = False

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Curve:
        """Return the Curve. Raises UnseenError where the function is not there or not finite."""
        import torch

        function = self.find(namespace)
        xs = torch.tensor(self.xs, dtype=torch.float64)
        hs = torch.tensor(self.hs, dtype=torch.float64).unsqueeze(1)
        ends = xs + hs
        first = ends[self.hs.index(self.h)].tolist()
        after = [x for x in first if self.xs[-1] < x <= self.at + self.h]
        seen = function.evaluate_all((x,) for x in (*self.xs, *after))
        within, past = seen[: len(xs)], seen[len(xs) :]
        values = torch.tensor([one.value for one in within], dtype=torch.float64)
        ahead = _values(function, ends)
        rises = ahead - values
        behind = _values(function, xs - hs) if self.central else values[:0]
        return Curve(
            self.called or self.name,
            self.at,
            self.h,
            self.xs,
            self.hs,
            tuple(values.tolist()),
            tuple(one.slopes[0] for one in within),
            ahead=as_rows(ahead),
            rises=as_rows(rises),
            secants=as_rows(rises / hs),
            beyond=tuple((x, one.value, one.slopes[0]) for x, one in zip(after, past, strict=True)),
            variable=function.variables(1)[0],
            letter=self.called or "y",
            behind=as_rows(behind),
            central=as_rows((ahead - behind) / (2 * hs)) if self.central else (),
        )


def probe(arguments: Sequence[str]) -> CurveProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments.

    The option `show=central` asks for the central difference beside the forward one.
    """
    read = read_arguments(arguments, EXAMPLE, {"x", "at", "h"}, {"show"})
    show = read.options.get("show")
    if show not in {None, "central"}:
        raise ValueError("write `show=central`, or leave it out")
    xs = samples(read.range("x"), MAX_SAMPLES)
    hs = read.numbers("h")
    if not 0 < min(hs) <= max(hs) <= xs[-1] - xs[0]:
        raise ValueError("write `h=` with positive numbers, no longer than the range of `x=`")
    at = on_grid(read.number("at"), xs, "at")
    return CurveProbe(read.name, xs, hs, at, hs[0], show == "central", called=read.called)


def _values(function: Function, xs: Any) -> Any:
    """Return the tensor of values at the numbers of a tensor."""
    import torch

    found = function.values((x,) for x in xs.flatten().tolist())
    return torch.tensor(found, dtype=torch.float64).reshape(xs.shape)


def as_rows(tensor: Any) -> Rows:
    """Return a tensor of two dimensions as plain numbers."""
    return tuple(map(tuple, tensor.tolist()))
