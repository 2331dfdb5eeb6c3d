"""What the explorers have in common: an element with drawings, values and samples.

Without its script an explorer is a drawing of one state, with its values in
words. With it, `overrides/assets/javascripts/explorers/` moves the parts, which
it finds by their `data-part`, from one sample to the next.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from nabla.markdown.drawings.axes import WIDTH
from nabla.markdown.drawings.shown import compact, shown
from nabla.markdown.drawings.svg import tag, text


def explorer(
    kind: str,
    snippet: str,
    *,
    drawings: Sequence[str],
    values: Sequence[str],
    samples: Mapping[str, Any],
    words: Mapping[str, str],
) -> str:
    """Return the element `nabla-kind`. `words` are those that its script needs."""
    side = tag("div", tag("output", " ".join(values), aria_live="polite"), class_="side")
    return tag(
        f"nabla-{kind}",
        "".join(drawings) + side,
        class_="explorer",
        data_snippet=snippet,
        data_samples=compact(samples),
        data_words=compact(words),
        data_search_exclude="",
    )


def drawing(title: str, description: str, content: str, height: float) -> str:
    """Return an SVG that says what it shows."""
    said = tag("title", escape(title, quote=False)) + tag("desc", escape(description, quote=False))
    return tag("svg", said + content, role="img", viewBox=f"0 0 {WIDTH} {height:g}")


def value(label: str, part: str, number: float | str, kind: str = "") -> str:
    """Return a value with its label. `kind` is the class of what shows it in the drawing."""
    written = number if isinstance(number, str) else shown(number)
    key = tag("i", class_=f"key {kind}") if kind else ""
    # Fonts for Japanese and Chinese have a ∂ as wide as an ideograph.
    named = escape(label, quote=False).replace("∂", tag("span", "∂", class_="partial-sign"))
    return tag("span", f"{key}{named} {tag('b', escape(written), data_part=part)}", class_="value")


def dot(place: tuple[float, float], part: str, hidden: bool = False, kind: str = "point") -> str:
    """Return a point of the drawing that can move."""
    x, y = place
    return tag(
        "circle",
        class_=kind,
        data_part=part,
        cx=float(x),
        cy=float(y),
        r=6,
        visibility="hidden" if hidden else None,
    )


def label(written: str, part: str, x: float, y: float, kind: str = "label") -> str:
    """Return a text of the drawing that can move."""
    return text(written, float(x), float(y), class_=kind, data_part=part)
