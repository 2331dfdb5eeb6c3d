"""Formulas become MathML at build, and bad LaTeX is named with its line."""

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.markdown.maths import MathsExtension
from nabla.problem import ProblemError


def render(text: str, **options: object) -> BeautifulSoup:
    extensions = [MathsExtension(**options), "admonition"]
    return BeautifulSoup(markdown(text, extensions=extensions), "html.parser")


def test_a_formula_in_a_line_of_text():
    page = render("The slope of $x^2$ is $2x$.")

    assert [m.annotation.text for m in page.select("p math")] == ["x^2", "2x"]
    assert not page.select("math[display=block]")


def test_a_formula_on_lines_of_its_own():
    page = render("$$\nx = \\frac{1}{2}\n$$")

    assert page.select_one("math[display=block] annotation").text == "x = \\frac{1}{2}"
    assert page.select_one("mfrac")


@pytest.mark.parametrize(
    ("tex", "selector"),
    [
        (r"\lim_{h \to 0} \frac{f(x+h) - f(x)}{h}", "math munder"),
        (r"\begin{aligned} x &= 1 \\ y &= 2 \end{aligned}", "mtable mtr"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "mtable"),
        (r"\underbrace{2 \cdot 2}_{\text{via } x}", "munder"),
        (r"\sum_{i=1}^{n} x_i", "munderover"),
        (r"f'(x)", "msup"),
    ],
)
def test_the_kinds_of_formula_that_lessons_need(tex: str, selector: str):
    assert render(f"$$\n{tex}\n$$").select(selector)


def test_less_than_and_ampersand_survive():
    page = render("$a < b$\n\n$$\n\\begin{aligned} a &< b \\end{aligned}\n$$")

    assert [a.text for a in page.select("annotation")] == [
        "a < b",
        r"\begin{aligned} a &< b \end{aligned}",
    ]


def test_a_price_is_not_a_formula():
    assert not render("It costs $5 or $6 here, and `$x$` is code.").select("math")


def test_a_formula_in_an_admonition():
    assert render('!!! note "Note"\n\n    $$\n    x = 1\n    $$\n').select(".admonition math")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One.\n\nTwo $\\fracc{1}{2}$.", 12),
        ("One.\n\n$$\nx = 1 \\\\\n\\fracc{1}{2}\n$$", 14),
    ],
)
def test_bad_latex_is_named_with_its_line(text: str, line: int):
    with pytest.raises(ProblemError) as error:
        render("\n" * 9 + text, page="docs/fr/page.md")

    message = str(error.value)
    assert message.startswith(f"docs/fr/page.md:{line}: bad LaTeX in `")
    assert message.endswith('`: Unknown command "\\fracc"; mend the formula')
