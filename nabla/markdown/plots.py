"""Plots of matplotlib as a page shows them: in its colours, light or dark, and small.

nabla/run/matplotlibrc draws them in the colours that are given a meaning here.
"""

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
DROPPED = {f"{SVG}metadata", f"{SVG}style"}
COLOURS = {
    "#000000": "ink",
    "#23292f": "ink",
    "#5a646e": "muted",
    "#dedad1": "line",
    "#ffffff": "surface",
    "#1c5d9c": "value",
    "#a8401c": "slope",
    "#2b6d46": "leaf",
    "#7a4a9c": "fourth",
    "#8a6a00": "fifth",
}
COLOUR = re.compile(r"#[0-9a-f]{6}\b")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
NUMBER = re.compile(r"-?\d+\.\d+")
MEASURES = {"d", "x", "y", "width", "height", "transform", "viewBox", "points"}

ET.register_namespace("", SVG.strip("{}"))


def apply_theme(svg: str, name: str, label: str) -> str:
    """Return a plot as an element of a page.

    `name` is unlike that of any other plot of the page; `label` says what the plot shows
    to those who cannot see it. Raises ValueError where `svg` is none.
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise ValueError(f"no SVG: {error}") from None
    _drop(root)
    used = _references(root)
    for element in root.iter():
        _attributes(element, name, used)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib.pop("version", None)
    root.attrib |= {"class": "plot", "role": "img", "aria-label": label}
    for element in root.iter():
        element.tail = None
        if element.tag != f"{SVG}text" and not (element.text or "").strip():
            element.text = None
    return ET.tostring(root, encoding="unicode")


def _drop(parent: ET.Element) -> None:
    for child in list(parent):
        if child.tag in DROPPED:
            parent.remove(child)
        else:
            _drop(child)


def _references(root: ET.Element) -> set[str]:
    """Return the ids that something in the drawing refers to."""
    found = {element.get(LINK, "").removeprefix("#") for element in root.iter()}
    for element in root.iter():
        for value in element.attrib.values():
            found |= set(REFERENCE.findall(value))
    return found


def _attributes(element: ET.Element, name: str, used: set[str]) -> None:
    """Write an element's style as attributes, in the page's colours, with ids of its own."""
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = declaration.partition(":")
        if key.strip() and key.strip() != "font-family":
            element.set(key.strip(), value.strip())
    if element.get("id") not in used:
        element.attrib.pop("id", None)
    else:
        element.set("id", f"{name}-{element.get('id')}")
    if link := element.attrib.pop(LINK, ""):
        picture = "".join(link.split())  # `data:…`, which matplotlib breaks into lines
        own = f"#{name}-{link.removeprefix('#')}"
        element.set("href", picture if picture.startswith("data:") else own)
    for key, given in element.attrib.items():
        value = REFERENCE.sub(rf"url(#{name}-\1)", COLOUR.sub(_colour, given))
        shorter = " ".join(NUMBER.sub(_shorter, value).split())
        element.set(key, shorter if key in MEASURES else value)


def _colour(match: re.Match) -> str:
    meaning = COLOURS.get(match[0])
    return f"var(--nabla-{meaning})" if meaning else match[0]


def _shorter(match: re.Match) -> str:
    """Write a tenth of a point, or less where the whole number is small, as in a marker."""
    number = float(match[0])
    return f"{number:.2f}".rstrip("0").rstrip(".") if abs(number) < 10 else f"{number:.1f}"
