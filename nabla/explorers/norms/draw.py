"""Draw the norms of gradients, layer by layer, on a logarithmic axis. Nothing moves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nabla.explorers.norms.probe import Norms
from nabla.explorers.shared.axes import RIGHT, WIDTH, Axes
from nabla.explorers.shared.numbers import Notation, Range, power_of_ten, ticks
from nabla.templates import render

TOP, BOTTOM, HEIGHT = 30, 312, 354
ROOM = 0.5
"""Beside the first and the last layer."""
MOST_POWERS, MOST_LAYERS = 8, 12
"""How many numbers stand beside and below the axes."""
SMALL_DIGIT = 7
"""Width of a character, on average, where half of them are raised."""


@dataclass(frozen=True)
class PowerAxes(Axes):
    """Axes for which `y` has exponents: the numbers beside them are powers of ten."""

    @property
    def rows(self) -> list[tuple[str, float]]:
        """The powers of ten beside the axes, each with its place down."""
        return [
            (power_of_ten(n), self.place(self.x[0], n)[1]) for n in whole_ticks(self.y, MOST_POWERS)
        ]

    @property
    def columns(self) -> list[tuple[str, float]]:
        """The numbers of the layers, each with its place across."""
        return [(str(n), self.place(n, self.y[0])[0]) for n in whole_ticks(self.x, MOST_LAYERS)]

    @property
    def zeros(self) -> str:
        """No line: an exponent of 0 is the number 1."""
        return ""


@dataclass(frozen=True)
class Line:
    """A network: how its line looks, and its norms in the first and in the last layer.

    Networks whose names are alike up to a comma have the same `colour`, and differ in `dashes`.
    """

    name: str
    colour: int
    dashes: int
    path: str
    dots: str
    first: str
    last: str

    @property
    def look(self) -> str:
        """The classes of the line."""
        return f"colour-{self.colour} dashes-{self.dashes}"


def draw(norms: Norms, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the drawing of the norms, with what each line is called below it."""
    own, notation = words["explorers"]["norms"], Notation.of(words, digits=2)
    return render(
        "explorers/norms/norms.html.j2",
        snippet=snippet,
        words=own,
        layers=norms.layers,
        size=(WIDTH, HEIGHT),
        plane=(axes := _axes(norms)),
        lines=_lines(norms, axes, notation),
    )


def whole_ticks(ends: Range, most: int) -> list[int]:
    """Return the whole numbers among up to `most` ticks between two ends."""
    return [int(tick) for tick in ticks(ends, most) if tick.is_integer()]


def _axes(norms: Norms) -> PowerAxes:
    """Return axes from the power of ten below all norms to the one above."""
    exponents = [math.log10(norm) for _, row in norms.rows for norm in row]
    low, high = math.floor(min(exponents)), math.ceil(max(exponents))
    y = (low, max(high, low + 1))
    left = 12 + SMALL_DIGIT * max(len(power_of_ten(n)) for n in whole_ticks(y, MOST_POWERS))
    return PowerAxes((1 - ROOM, norms.layers + ROOM), y, left, RIGHT, TOP, BOTTOM)


def _lines(norms: Norms, axes: PowerAxes, notation: Notation) -> list[Line]:
    layers = range(1, norms.layers + 1)
    groups: dict[str, int] = {}
    lines = []
    for name, row in norms.rows:
        group = name.partition(",")[0]
        dashes = groups[group] = groups.get(group, 0) + 1
        exponents = [math.log10(norm) for norm in row]
        places = [axes.place(*at) for at in zip(layers, exponents, strict=True)]
        lines.append(
            Line(
                name,
                colour=list(groups).index(group) + 1,
                dashes=dashes,
                path=axes.path(layers, exponents),
                dots="".join(f"M{x:.1f} {y:.1f}h0" for x, y in places),
                first=notation.scientific(row[0]),
                last=notation.scientific(row[-1]),
            )
        )
    return lines
