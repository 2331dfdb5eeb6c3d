"""`python contributing/sharing_picture.py`: draw the picture of link previews, without words.

On the left a curve with its tangent at a point; on the right a gradient descent across the
contour lines of a valley. Both are computed, as every drawing of the site is.
"""

from collections.abc import Iterable
from math import cos, pi, sin, sqrt
from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).parents[1] / "overrides/assets/images/sharing.png"
SIZE = (1200, 630)
FINE = 4
"""How many times larger it is drawn, for smooth edges."""
PAPER, LINE, INK, VALUE, SLOPE = "#fcfbf8", "#dedad1", "#0f5c6e", "#1c5d9c", "#a8401c"

Point = tuple[float, float]


def draw() -> Image.Image:
    picture = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), PAPER)
    pen = ImageDraw.Draw(picture)
    _draw_curve(pen)
    _draw_descent(pen)
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    return small.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _draw_curve(pen: ImageDraw.ImageDraw) -> None:
    def place(x: float, y: float) -> Point:
        return 290 + 95 * x, 500 - 62 * y

    def f(x: float) -> float:
        return x**3 / 4 - x + 3

    for x in range(-2, 3):
        _line(pen, [place(x, -1), place(x, 6.6)], LINE, 2)
    for y in range(-1, 7):
        _line(pen, [place(-2.3, y), place(2.6, y)], LINE, 2)
    at, slope = 1.9, 3 * 1.9**2 / 4 - 1
    _line(pen, [place(x, f(at) + slope * (x - at)) for x in (0.35, 2.6)], SLOPE, 6)
    _line(pen, [place(x / 50, f(x / 50)) for x in range(-115, 131)], VALUE, 8)
    _dot(pen, place(at, f(at)), SLOPE, 13)


def _draw_descent(pen: ImageDraw.ImageDraw) -> None:
    steep, flat, turn, rate = 5.0, 1.0, pi / 7, 0.32

    def place(u: float, v: float) -> Point:
        across, up = u * cos(turn) - v * sin(turn), u * sin(turn) + v * cos(turn)
        return 865 + 76 * across, 320 - 76 * up

    for level in range(1, 7):
        height = 0.28 * level**1.9
        ring = [2 * pi * step / 240 for step in range(241)]
        a, b = sqrt(2 * height / flat), sqrt(2 * height / steep)
        _line(pen, [place(a * cos(t), b * sin(t)) for t in ring], LINE, 3)
    path = [(3.1, 1.25)]
    for _ in range(14):
        u, v = path[-1]
        path.append((u - rate * flat * u, v - rate * steep * v))
    places = [place(*point) for point in path]
    _line(pen, places, SLOPE, 5)
    for point in places:
        _dot(pen, point, SLOPE, 9)
    _dot(pen, place(0, 0), INK, 8)


def _line(pen: ImageDraw.ImageDraw, points: Iterable[Point], colour: str, width: int) -> None:
    fine = [(x * FINE, y * FINE) for x, y in points]
    pen.line(fine, fill=colour, width=width * FINE, joint="curve")


def _dot(pen: ImageDraw.ImageDraw, at: Point, colour: str, radius: int) -> None:
    corners = [(n + away) * FINE for away in (-radius, radius) for n in at]
    pen.ellipse(corners, fill=colour, outline=PAPER, width=3 * FINE)


if __name__ == "__main__":
    draw().save(TARGET, optimize=True)
