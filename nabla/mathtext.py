"""A formula in one line of plain text: x², dy/dx, for places that take nothing but text."""

import html
import re
import unicodedata
from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError, fromstring

from nabla.inline_maths import SIGNS, fraction, labelled, root, subscript, superscript

FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")
INVISIBLE = re.compile("[\u200b\u2062-\u2064]|\u2061(?=[(\\s]|$)")
APPLIED = "\u2061"
"""What stands, unseen, between the name of a function and what it is applied to."""
ABOVE = {"ˆ": "\u0302", "^": "\u0302", "¯": "\u0304", "‾": "\u0304", "˜": "\u0303", "~": "\u0303"}
ABOVE |= {"˙": "\u0307", "¨": "\u0308", "→": "\u20d7", "⃗": "\u20d7", "´": "\u0301", "`": "\u0300"}
LIMITS = frozenset({"lim", "max", "min", "sup", "inf"})
OPENING, CLOSING = frozenset("([{⟨⌈⌊|‖"), frozenset(")]}⟩⌉⌋|‖!")
TIGHT = frozenset("/,;:.|‖∣∇∂√∑∏∫!%°′″‴")
"""Operators that no space stands around."""
PAUSES = frozenset(",;:")
BEFORE_SIGNS = OPENING - CLOSING | frozenset("=<>≤≥≈←→,")
"""What makes of a plus or minus behind it a sign."""


def formulas_as_text(page: str) -> str:
    """Return HTML with each of its formulas as text."""
    return FORMULA.sub(lambda match: html.escape(to_text(match[0]), quote=False), page)


def to_text(mathml: str) -> str:
    """Return the text of a `<math>` element, in one line."""
    whole = ENTITY.sub(lambda match: html.unescape(match[0]), ANNOTATION.sub("", mathml))
    try:
        formula = fromstring(whole)
    except ParseError:
        return " ".join(html.unescape(TAG.sub("", whole)).split())
    text = INVISIBLE.sub("", _text(formula)).replace(APPLIED, " ")
    text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _text(element: Element) -> str:
    return KINDS.get(_kind(element), _row)(element)


def _kind(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _leaf(element: Element) -> str:
    return "".join(element.itertext())


def _row(element: Element) -> str:
    """Join the parts of a row, with spaces around operators that stand between two others."""
    text = element.text or "" if not len(element) else ""
    for child in element:
        part = _text(child)
        bare = INVISIBLE.sub("", part).strip()
        if _kind(child) == "mo" and bare in PAUSES:
            text += bare if child.get("rspace") == "0" else f"{bare} "
        elif _kind(child) == "mo" and bare and _is_infix(text, bare):
            text = f"{text.rstrip()} {bare} "
        elif _touches(text, child, bare):
            text += f" {part}"
        else:
            text += part
    return text


def _is_infix(before: str, sign: str) -> bool:
    before = before.rstrip()
    if sign[0] in OPENING | CLOSING | TIGHT:
        return False
    if sign[0] in SIGNS or sign == "*":
        return bool(before) and before[-1] not in BEFORE_SIGNS
    return bool(before)


def _touches(before: str, child: Element, part: str) -> bool:
    """Whether a name such as sin would run into what stands before it."""
    if not before or not (before[-1].isalnum() or before[-1] in CLOSING):
        return False
    first = next((one.text or "" for one in child.iter("mi")), "")
    return len(first) > 1 and first.isalpha() and part.startswith(first)


def _fraction(element: Element) -> str:
    above, below = map(_text, element)
    return fraction(above, below)


def _sub(element: Element) -> str:
    base, script = (_text(child).strip() for child in element)
    return f"{labelled(base, script)} " if base in LIMITS else subscript(base, script)


def _sup(element: Element) -> str:
    base, script = element
    return superscript(_text(base), _text(script))


def _sub_sup(element: Element) -> str:
    base, below, above = element
    return superscript(subscript(_text(base), _text(below)), _text(above))


def _root(element: Element) -> str:
    return root("".join(map(_text, element)))


def _nth_root(element: Element) -> str:
    inner, index = element
    return root(_text(inner), _text(index).strip())


def _over(element: Element) -> str:
    base, above = (_text(child).strip() for child in element)
    if above in ABOVE and len(base) == 1:
        return base + ABOVE[above]
    return base if len(above) == 1 and not above.isalnum() else labelled(base, above)


def _under(element: Element) -> str:
    base, below = (_text(child).strip() for child in element)
    if len(below) == 1 and not below.isalnum():
        return base
    if base in LIMITS:
        return f"{labelled(base, below)} "
    if len(element[0]) or " " in base:
        return labelled(base, below)
    return subscript(base, below)


def _under_over(element: Element) -> str:
    base, below, above = element
    return superscript(subscript(_text(base), _text(below)), _text(above))


def _table(element: Element) -> str:
    aligned = any("to-right" in cell.get("class", "") for cell in element.iter("mtd"))
    rows = (_aligned(row) if aligned else _cells(row) for row in element)
    return "; ".join(rows)


def _aligned(row: Element) -> str:
    """Return a row whose columns only say where its parts are to stand."""
    whole = Element("mrow")
    for cell in row:
        whole.extend(cell)
    return _row(whole)


def _cells(row: Element) -> str:
    return ", ".join(filter(None, (_text(cell).strip() for cell in row)))


def _space(element: Element) -> str:
    return " " if element.get("width") else ""


def _nothing(_: Element) -> str:
    return ""


def _first(element: Element) -> str:
    return _text(element[0]) if len(element) else ""


KINDS: dict[str, Callable[[Element], str]] = {
    "mi": _leaf,
    "mn": _leaf,
    "mo": _leaf,
    "mtext": _leaf,
    "ms": _leaf,
    "mfrac": _fraction,
    "msup": _sup,
    "msub": _sub,
    "msubsup": _sub_sup,
    "msqrt": _root,
    "mroot": _nth_root,
    "mover": _over,
    "munder": _under,
    "munderover": _under_over,
    "mtable": _table,
    "mspace": _space,
    "mphantom": _nothing,
    "semantics": _first,
}
