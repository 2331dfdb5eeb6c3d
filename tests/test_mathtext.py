"""A formula in one line of plain text, for search results, lists of contents and titles."""

import pytest

from nabla.mathml import to_mathml
from nabla.mathtext import formulas_as_text, to_text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x^2", "x²"),
        (r"\frac{dy}{dx}", "dy/dx"),
        (r"\frac{\partial z}{\partial x_1}", "∂z/∂x₁"),
        (r"\frac{\partial^2 f}{\partial x\partial y}", "∂²f/(∂x∂y)"),
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{1}{2x}", "1/(2x)"),
        (r"\frac{f(x+h)-f(x)}{h}", "(f(x + h) − f(x))/h"),
        (r"f'(x)", "f′(x)"),
        (r"f''", "f″"),
        (r"x_0'", "x₀′"),
        (r"y = -2x + 5", "y = −2x + 5"),
        (r"10^{-5}", "10⁻⁵"),
        (r"e^{-x}", "e^(−x)"),
        (r"x^{y^2}", "x^(y²)"),
        (r"(a+b)^2", "(a + b)²"),
        (r"\left(\frac12\right)^2", "(1/2)²"),
        (r"\sqrt{x+1}", "√(x + 1)"),
        (r"\sqrt[3]{x}", "∛x"),
        (r"\hat y", "ŷ"),
        (r"\sum_{i=1}^n x_i", "∑ᵢ₌₁ⁿxᵢ"),
        (r"\lim_{h \to 0} q", "lim (h → 0) q"),
        (r"2\sin x\cos x", "2 sin x cos x"),
        (r"\cos^2 x", "cos² x"),
        (r"\log\sigma(x)", "log σ(x)"),
        (r"\max(0, x)", "max(0, x)"),
        (r"1{,}5", "1,5"),
        (r"1\,000", "1 000"),
        (r"a<b", "a < b"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\begin{aligned}x&=1\\y&=2+3\end{aligned}", "x = 1; y = 2 + 3"),
        (r"\begin{cases}0 & x<0\\ x & x\ge 0\end{cases}", "{0, x < 0; x, x ≥ 0"),
        (r"\underbrace{2\cdot2}_{\text{via } x}", "2 ⋅ 2 (via x)"),
    ],
)
@pytest.mark.parametrize("display", [False, True])
def test_a_formula_reads_in_a_line_as_it_does_on_the_page(tex, text, display):
    assert to_text(to_mathml(tex, display)) == text


def test_what_is_no_mathml_keeps_its_text():
    assert to_text("<math><mi>x</math>") == "x"


def test_the_formulas_of_a_page_become_text_that_is_html():
    page = f"<p>If {to_mathml('a<b', False)}, stop.</p>"

    assert formulas_as_text(page) == "<p>If a &lt; b, stop.</p>"
