"""Look at two functions of one variable as the sides of a rectangle that grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.explorers.shared.arguments import read_arguments
from nabla.explorers.shared.function import FunctionProbe
from nabla.explorers.shared.numbers import without_noise

EXAMPLE = "rectangle lesson/name u v at=2 h=0.5,0.1,0.01"

Row = tuple[float, ...]


@dataclass(frozen=True)
class Rectangle:
    """The sides `u` and `v` at `x`, and by how much they are longer at x + h.

    All Rows have a number for each h of `hs`: the two strips, the corner and their sum
    are areas divided by h. `slope` is that of the product, by its rule.
    """

    u: str
    v: str
    variable: str
    x: float
    sides: tuple[float, float]
    slope: float
    hs: Row
    du: Row
    dv: Row
    first: Row
    second: Row
    corner: Row
    total: Row


@dataclass(frozen=True)
class RectangleProbe(FunctionProbe):
    """Observes the Rectangle whose sides are the functions `name` and `other`, at `x`."""

    other: str
    x: float
    hs: Row

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Rectangle:
        """Return the Rectangle. Raises UnseenError where its sides do not grow from x to x + h."""
        import torch

        functions = [FunctionProbe(name).find(namespace) for name in (self.name, self.other)]
        (u, du_dx), (v, dv_dx) = (
            (one.value, one.slopes[0])
            for function in functions
            for one in function.evaluate_all([(self.x,)])
        )
        hs = torch.tensor(self.hs, dtype=torch.float64)
        ends = [(x,) for x in (self.x + hs).tolist()]
        longer = [torch.tensor(one.values(ends), dtype=torch.float64) for one in functions]
        du, dv = longer[0] - u, longer[1] - v
        for function, side, growth in zip(functions, (u, v), (du, dv), strict=True):
            if side <= 0 or growth.min() <= 0:
                raise function.error(f"that is no growing side at x = {self.x:g}")
        first, second, corner = du * v / hs, u * dv / hs, du * dv / hs
        found = (du, dv, first, second, corner, first + second + corner)
        rows = [row.tolist() for row in found]
        (variable,) = functions[0].variables(1)
        slope = du_dx * v + u * dv_dx
        return Rectangle(
            self.name, self.other, variable, self.x, (u, v), slope, self.hs, *without_noise(rows)
        )


def probe(arguments: Sequence[str]) -> RectangleProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    first, rest = arguments[:1], arguments[1:]
    other, options = rest[:1], rest[1:]
    if not other or not other[0].isidentifier():
        raise ValueError(f"write it as `{EXAMPLE}`")
    read = read_arguments([*first, *options], EXAMPLE, {"at", "h"})
    hs = read.numbers("h")
    if min(hs) <= 0:
        raise ValueError("write `h=` with positive numbers")
    return RectangleProbe(read.name, other[0], read.number("at"), hs)
