"""The LaTeX of a page can be converted."""

from collections.abc import Iterator

from nabla.mathml import LatexError, locate_error, to_mathml
from nabla.problem import Problem
from nabla.source.page import Page


def check_formulas(page: Page, path: str) -> Iterator[Problem]:
    """Name each formula of a page that is not LaTeX, with the line of the mistake."""
    for formula in page.formulas:
        try:
            to_mathml(formula.tex.strip(), formula.display)
        except LatexError as error:
            yield bad_latex(formula.tex, error, path, formula.line)


def bad_latex(tex: str, error: LatexError, path: str, line: int) -> Problem:
    """Return the problem of a formula that begins on a line of a file."""
    above, reason = locate_error(tex.strip(), error)
    above += tex[: len(tex) - len(tex.lstrip())].count("\n")
    what = f"bad LaTeX in `{' '.join(tex.split())}`: {reason}"
    return Problem(path, line + above, what, "mend the formula")
