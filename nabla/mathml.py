"""LaTeX as MathML Core, with the LaTeX as an annotation: `math-core` converts it."""

import re
from functools import lru_cache

from math_core import LatexError, LatexToMathML

__all__ = ["LatexError", "locate_error", "to_mathml"]

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
SIDES = {"right": "to-right", "left": "to-left"}
STYLE = re.compile(r' style="text-align: (right|left);justify-items: \w+;padding-\w+: 0;"')
"""How the columns of aligned lines are set: by classes, since the site allows no inline style."""


@lru_cache(maxsize=4096)
def to_mathml(tex: str, display: bool) -> str:
    """Return the MathML of `tex`. Raises LatexError where it is not LaTeX."""
    mathml = CONVERTER.convert_with_local_state(tex, displaystyle=display)
    return STYLE.sub(lambda match: f' class="{SIDES[match[1]]}"', mathml)


def locate_error(tex: str, error: LatexError) -> tuple[int, str]:
    """Return the line within `tex`, from 0, that an error is on, and what is wrong there."""
    position, _, reason = str(error).partition(": ")
    if not position.isdigit():
        return 0, str(error).rstrip(".")
    before = tex.encode()[: int(position)].decode(errors="ignore")
    return before.count("\n"), reason.rstrip(".")
