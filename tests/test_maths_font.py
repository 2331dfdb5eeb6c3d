"""The font of formulas holds the glyphs in use, and little else."""

import io

import pytest
from fontTools.ttLib import TTFont

from nabla.mathml import to_mathml
from nabla.site.maths_font import find_characters, subset_font


def glyphs(*formulas: str) -> set[str]:
    used = find_characters("".join(to_mathml(tex, True) for tex in formulas))
    font = TTFont(io.BytesIO(subset_font(used)))
    assert "MATH" in font
    return set(map(chr, font.getBestCmap()))


def test_the_characters_of_formulas_are_found_and_their_tex_is_not():
    assert find_characters(f"words {to_mathml('2x', True)} words") == {"2", "x"}


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("x", "𝑥"),
        ("h", "ℎ"),
        (r"\alpha", "𝛼"),
        (r"\partial", "𝜕"),
        (r"\Delta", "Δ"),
        ("f'", "′"),
        (r"\sum", "∑"),
        (r"\sqrt{x}", "√"),
        (r"\text{pente}", "p"),
        (r"\mathbf{v}", "𝐯"),
    ],
)
def test_what_a_browser_shows_is_in_the_font(tex: str, shown: str):
    assert shown in glyphs(tex)


def test_what_is_not_used_is_not_in_the_font():
    assert "∮" not in glyphs("x + 1")


def test_brackets_keep_the_sizes_that_they_stretch_to():
    used = find_characters(to_mathml(r"\left( \frac{1}{2} \right)", True))
    font = TTFont(io.BytesIO(subset_font(used)))

    variants = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    assert font.getBestCmap()[ord("(")] in variants


def test_the_prime_for_scripts_is_offered_to_every_script_of_the_world():
    used = find_characters(to_mathml("f'", True))
    table = TTFont(io.BytesIO(subset_font(used)))["GSUB"].table

    records = table.ScriptList.ScriptRecord
    systems = {record.ScriptTag: record.Script.DefaultLangSys for record in records}
    for name in ("DFLT", "latn", "math"):
        features = systems[name].FeatureIndex
        tags = {table.FeatureList.FeatureRecord[index].FeatureTag for index in features}
        assert "ssty" in tags, name
