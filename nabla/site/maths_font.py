"""The mathematics font of the site: STIX Two Math, cut down to the glyphs in use."""

import io
import re
import unicodedata
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
ANNOTATION = re.compile(r"<annotation\b.*?</annotation>|<[^>]*>", re.DOTALL)
MATHEMATICAL_ALPHABETS = range(0x1D400, 0x1D800)
ROOT = re.compile(r"<m(?:sqrt|root)\b")
RADICAL = "√"
"""What a browser draws for a root, without the character standing in the formula."""
PLANCK = "\u210e"
"""What stands for an italic h in Unicode."""


def find_characters(html: str) -> frozenset[str]:
    """Return the characters that the formulas of a page show."""
    formulas = FORMULA.findall(html)
    shown = "".join(unescape(ANNOTATION.sub("", formula)) for formula in formulas)
    roots = RADICAL if any(map(ROOT.search, formulas)) else ""
    return frozenset(shown + roots) - {"\n"}


@lru_cache(maxsize=4)
def subset_font(used: frozenset[str]) -> bytes:
    """Return a WOFF2 font with the glyphs of `used`, in italics too, and all their sizes.

    The sizes that brackets, roots and sums stretch to come along through the
    font's MATH table.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=True)
    font = TTFont(_stix(), recalcTimestamp=False, lazy=True)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(used | _italics(used))))
    subsetter.subset(font)
    _offer_script_forms(font)
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def _offer_script_forms(font: "TTFont") -> None:
    """Offer the glyphs for scripts, of primes above all, to all scripts of the world.

    The font has them for the script `math` alone, which no browser but Firefox asks for.
    """
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    records = enumerate(table.FeatureList.FeatureRecord)
    own = [index for index, record in records if record.FeatureTag == "ssty"][:1]
    for script in (record.Script for record in table.ScriptList.ScriptRecord):
        languages = [record.LangSys for record in script.LangSysRecord]
        for system in filter(None, [script.DefaultLangSys, *languages]):
            system.FeatureIndex = sorted({*system.FeatureIndex, *own})
            system.FeatureCount = len(system.FeatureIndex)


def _stix() -> Path:
    """Return the font's file, as ziamath ships it, without importing ziamath."""
    spec = find_spec("ziamath")
    assert spec and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "fonts" / "STIXTwoMath-Regular.ttf"


def _italics(used: frozenset[str]) -> frozenset[str]:
    """Return what a browser shows for an `<mi>` of one letter: its italic."""
    italics = {
        unicodedata.normalize("NFKC", chr(code)): chr(code)
        for code in MATHEMATICAL_ALPHABETS
        if unicodedata.name(chr(code), "").startswith("MATHEMATICAL ITALIC")
    }
    return frozenset({**italics, "h": PLANCK}[c] for c in used if c in italics or c == "h")
