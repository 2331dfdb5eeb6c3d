"""Fractions, scripts and roots by characters alone: x², (a + b)/2, √3."""

import re
import unicodedata

SIGNS = frozenset("+−-±∓")
PRIMES = re.compile("[′″‴⁗]+")
LETTERS = dict.fromkeys("∂ΔδdD")
RUN = re.compile(r"[\d.,]+|\S")


def fraction(above: str, below: str) -> str:
    """Return two texts as a quotient: (a + b)/2, dy/dx, 1/(2x)."""
    return f"{_grouped(above.strip())}/{_grouped(below.strip(), is_below=True)}"


def _grouped(text: str, *, is_below: bool = False) -> str:
    """Return a part of a fraction, in brackets where it would be read as something else."""
    if _is_bracketed(text):
        return text
    outer = _outside_brackets(text)
    if " " in outer or "/" in outer or text[:1] in SIGNS:
        return f"({text})"
    if is_below and len(RUN.findall(outer)) > 1 and not _is_name(text):
        return f"({text})"
    return text


def _is_name(text: str) -> bool:
    """Whether a text is read as one thing: dx, ∂x, x₁, f(x), x²."""
    bare = re.sub(r"[₀-₉ᵢⱼₙₘₖ⁰-⁹²³¹ⁿ′″^_]|\(.*\)", "", text)
    return len(bare) < 2 or (len(bare) == 2 and bare[0] in LETTERS)


def _outside_brackets(text: str) -> str:
    while (inner := re.sub(r"\([^()]*\)", "", text)) != text:
        text = inner
    return text


def _is_bracketed(text: str) -> bool:
    return text.startswith("(") and not _outside_brackets(text)


def superscript(base: str, script: str) -> str:
    """Return a text with an exponent or primes: x², f′, e^(a/b)."""
    base, script = base.strip(), script.strip()
    if PRIMES.fullmatch(script):
        return base + script
    base = _base(base)
    raised = _in_alphabet(script, "SUPERSCRIPT")
    return base + (raised or f"^{_scripted(script)}")


def subscript(base: str, script: str) -> str:
    """Return a text with an index: x₁, xₘₐₓ, x_(A,B)."""
    base, script = _base(base.strip()), script.strip()
    return base + (_in_alphabet(script, "SUBSCRIPT") or f"_{_scripted(script)}")


def _base(text: str) -> str:
    """Return what bears an exponent: a product or a quotient stands in brackets."""
    outer = _outside_brackets(text)
    return f"({text})" if " " in outer.strip() or "/" in outer else text


def _scripted(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() or _is_bracketed(text) else f"({text})"


def _in_alphabet(text: str, alphabet: str) -> str:
    """Return a text in the superscripts or subscripts of Unicode, or nothing if one lacks."""
    own = {SAME.get(c, c): s for c, s in ALPHABETS[alphabet].items()}
    compact = text.replace(" ", "")
    return "".join(own[c] for c in compact) if all(c in own for c in compact) else ""


def _alphabet(name: str) -> dict[str, str]:
    """Return the characters that have a small form, in Unicode's own words, with that form."""
    codes = [0xB2, 0xB3, 0xB9, *range(0x1D2C, 0x1D6B), *range(0x2070, 0x20A0), 0x2C7C]
    kind = {"SUPERSCRIPT": "<super>", "SUBSCRIPT": "<sub>"}[name]
    small = {}
    for code in codes:
        form, _, plain = unicodedata.decomposition(chr(code)).partition(" ")
        if form == kind and " " not in plain:
            small.setdefault(chr(int(plain, 16)), chr(code))
    return small


ALPHABETS = {name: _alphabet(name) for name in ("SUPERSCRIPT", "SUBSCRIPT")}
SAME = {"-": "−"}


def root(text: str, index: str = "") -> str:
    """Return the root of a text: √x, ∛8, √(x + 1)."""
    text = text.strip()
    bare = len(text) == 1 or text.isdigit() or _is_bracketed(text)
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(index)
    sign = sign or f"{_in_alphabet(index, 'SUPERSCRIPT') or index}√"
    return sign + (text if bare else f"({text})")


def labelled(text: str, label: str) -> str:
    """Return a text with what stands above or below it behind: lim (h → 0)."""
    return f"{text} ({label})"
