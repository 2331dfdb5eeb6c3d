"""Draw a rectangle that grows by two strips and a corner."""

from collections.abc import Mapping
from typing import Any

from nabla.explorers.rectangle.probe import Rectangle
from nabla.explorers.shared.axes import WIDTH
from nabla.explorers.shared.numbers import Notation, rounded
from nabla.templates import render

LEFT, BOTTOM, HEIGHT = 100, 196, 226
ROOM = 150, 160
"""Across and up, for the rectangle when it is largest."""


def draw(rectangle: Rectangle, snippet: str, words: Mapping[str, Any]) -> str:
    """Return the explorer of a rectangle."""
    own, notation = words["explorers"]["rectangle"], Notation.of(words)
    (width, height), du, dv = rectangle.sides, rectangle.du, rectangle.dv
    scale = ROOM[0] / (width + max(du)), ROOM[1] / (height + max(dv))
    said = {"u": rectangle.u, "v": rectangle.v, "variable": rectangle.variable}
    said |= notation.numbers(x=rectangle.x, h=rectangle.hs[0], width=width, height=height)
    said |= notation.numbers(du=du[0], dv=dv[0], slope=rectangle.slope, total=rectangle.total[0])
    said |= notation.numbers(
        first=rectangle.first[0], second=rectangle.second[0], corner=rectangle.corner[0]
    )
    samples = {
        "hs": rounded(rectangle.hs),
        "du": rounded(du),
        "dv": rounded(dv),
        "first": rounded(rectangle.first),
        "second": rounded(rectangle.second),
        "corner": rounded(rectangle.corner),
        "total": rounded(rectangle.total),
        "edge": [LEFT + width * scale[0], BOTTOM - height * scale[1]],
        "scale": scale,
    }
    return render(
        "explorers/rectangle/rectangle.html.j2",
        snippet=snippet,
        samples=samples,
        words=own,
        notation=notation,
        script_words={"run": own["run"], "u": rectangle.u, "v": rectangle.v},
        said=said,
        size=(WIDTH, HEIGHT),
        base=(LEFT, BOTTOM, width * scale[0], height * scale[1]),
        growth=(du[0] * scale[0], dv[0] * scale[1]),
    )
