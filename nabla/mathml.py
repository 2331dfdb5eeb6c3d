"""LaTeX as MathML Core, with the LaTeX as an annotation: `math-core` converts it.

It writes styles into its elements, which the policy of the site forbids. Each becomes a
class that nabla.css sets; a formula that asks for one without a class is refused.
"""

import re
from functools import lru_cache

from math_core import LatexError, LatexToMathML

__all__ = ["LatexError", "locate_error", "to_mathml"]

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
CLASSES = {
    "text-align:left": "to-left",
    "text-align:right": "to-right",
    "justify-items:start": "",  # as the alignment of the text says
    "justify-items:end": "",
    "padding-left:0": "flush-left",
    "padding-right:0": "flush-right",
    "padding-top:0": "flush-top",
    "padding-bottom:0": "flush-bottom",
    "padding-left:1em": "apart",
    "padding-left:0.1em": "close-left",
    "padding-right:0.1em": "close-right",
    "padding-left:0.1667em": "thin-left",
    "padding-right:0.1667em": "thin-right",
    "padding-left:0.2778em": "thick-left",
    "padding-right:0.2778em": "thick-right",
    "padding-top:0.1667em": "thin-top",
    "margin-left:-0.16666667em": "back-thin",
    "margin-left:-0.22222222em": "back-medium",
    "margin-left:-0.2777778em": "back-thick",
    "border-top:0.05em solid currentcolor": "line-top",
    "border-top:0.05em dashed currentcolor": "dashes-top",
    "border-left:0.05em solid currentcolor": "line-left",
    "border-left:0.05em dashed currentcolor": "dashes-left",
    "border-right:0.05em solid currentcolor": "line-right",
    "border-right:0.05em dashed currentcolor": "dashes-right",
    "width:100%": "whole",
    "width:50%": "half",
    "width:7.5%": "margin",
    "math-shift:compact": "cramped",
    **{f"font-size:{size}%": f"size-{size}" for size in (50, 60, 70, 80, 90, 120, 140, 170, 200)},
    "font-size:100%": "",
}
"""What `math-core` may write into a style, and the class that nabla.css has for it."""
COLOURS = ("black", "blue", "red", "green", "purple", "violet", "brown", "gray")
"""The colours that nabla.css has a light and a dark shade of."""
ENCLOSURES = {
    "box": "boxed",
    "actuarial": "line-top line-right",
    "updiagonalstrike": "struck-up",
    "downdiagonalstrike": "struck-down",
    "updiagonalstrike downdiagonalstrike": "struck-up struck-down",
}
"""What `\\boxed`, `\\cancel` and their like draw: MathML Core leaves that to style sheets."""
STYLED = re.compile(r'(?P<before><[a-z]+)(?P<others>[^<>]*?) style="(?P<style>[^"]*)"')
ENCLOSED = re.compile(r'<menclose notation="([^"]*)"')
LAST_LINE = re.compile(
    r'(<mtr>(?:(?!<mtr>).)*</mtr>)<mtr><mtd class="([^"]*)"></mtd></mtr></mtable>', re.DOTALL
)
"""The row of one empty cell that a line below the last row of a table comes as."""
PRIME = re.compile(r"<mo>([′″‴⁗]+)</mo>")
COLOURING = re.compile(r"\\(?:text)?color\s*\{\s*(\w+)|\\(?:text)?color\b")
REFERENCE = re.compile(r"\\(?:eq)?ref\b")
PHASE = re.compile(r"\\phase\b")
SPACING = re.compile(r"\\(?:hspace|kern|mkern|mskip|mspace|hskip)\b[\s*{]*-")


@lru_cache(maxsize=4096)
def to_mathml(tex: str, display: bool) -> str:
    """Return the MathML of `tex`, without styles.

    Raises LatexError where it is not LaTeX, or asks for what the site cannot show.
    """
    mathml = CONVERTER.convert_with_local_state(tex, displaystyle=display)
    formula, mark, annotation = mathml.rpartition("<annotation ")
    if "<a " in formula:
        raise _refuse(tex, REFERENCE, "a formula cannot lead to another one")
    formula = re.sub(r' id="[^"]*"', "", formula)
    formula = re.sub(r'<mrow class="menclose-[a-z]*"></mrow>', "", formula)
    formula = ENCLOSED.sub(lambda match: f'<mrow class="{_enclosure(tex, match[1])}"', formula)
    formula = formula.replace("</menclose>", "</mrow>")
    formula = STYLED.sub(lambda match: _set_class(tex, match), formula)
    formula = LAST_LINE.sub(_close_table, formula)
    return PRIME.sub(r'<mo class="prime">\1</mo>', formula) + mark + annotation


def _set_class(tex: str, match: re.Match) -> str:
    """Return the beginning of an element with classes in place of its style."""
    declarations = [one.strip() for one in match["style"].split(";") if one.strip()]
    names = filter(None, (_class_of(tex, re.sub(r":\s+", ":", one)) for one in declarations))
    classes = " ".join(names)
    return match["before"] + match["others"] + (f' class="{classes}"' if classes else "")


def _close_table(match: re.Match) -> str:
    """Return the end of a table whose last line goes through all of its columns."""
    columns = match[1].count("<mtd")
    cell = f'<mtd class="{match[2]} flush-top flush-bottom" columnspan="{columns}">'
    return f"{match[1]}<mtr>{cell}</mtd></mtr></mtable>"


def _class_of(tex: str, declaration: str) -> str:
    if declaration in CLASSES:
        return CLASSES[declaration]
    name, _, value = declaration.partition(":")
    if name == "color":
        if value in _colours():
            return f"in-{_colours()[value]}"
        what = f"only {', '.join(COLOURS)} can be read on light and on dark"
        raise _refuse(tex, COLOURING, what)
    if name == "margin-left":
        raise _refuse(tex, SPACING, r"no way back but by \!, \negmedspace and \negthickspace")
    raise _refuse(tex, None, f"the site has no style for `{declaration}`")


def _enclosure(tex: str, notation: str) -> str:
    if notation not in ENCLOSURES:
        raise _refuse(tex, PHASE, f"the site cannot draw `{notation}`")
    return ENCLOSURES[notation]


@lru_cache(maxsize=1)
def _colours() -> dict[str, str]:
    """Return the names of COLOURS by the values that `math-core` writes for them."""
    found: dict[str, str] = {}
    for name in COLOURS:
        mathml = CONVERTER.convert_with_local_state(rf"\color{{{name}}}x", displaystyle=False)
        (style,) = (match["style"] for match in STYLED.finditer(mathml))
        found[style.removeprefix("color:").rstrip(";")] = name
    return found


def _refuse(tex: str, pattern: re.Pattern | None, reason: str) -> LatexError:
    """Return the error of a command, at the place in `tex` where it is first used wrongly."""
    places = pattern.finditer(tex) if pattern else ()
    at = next((one.start() for one in places if (one.lastindex and one[1]) not in COLOURS), 0)
    return LatexError(f"{len(tex[:at].encode())}: {reason}")


def locate_error(tex: str, error: LatexError) -> tuple[int, str]:
    """Return the line within `tex`, from 0, that an error is on, and what is wrong there."""
    position, _, reason = str(error).partition(": ")
    if not position.isdigit():
        return 0, str(error).rstrip(".")
    before = tex.encode()[: int(position)].decode(errors="ignore")
    return before.count("\n"), reason.rstrip(".")
