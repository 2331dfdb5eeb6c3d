"""Formulas become MathML at build, and bad LaTeX is named with its line."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import math_core
import pytest
from bs4 import BeautifulSoup
from markdown import Markdown, markdown

from nabla import mathml
from nabla.markdown.maths import MathsExtension
from nabla.mathml import LatexError, to_mathml
from nabla.problem import ProblemError

from .browser import serve
from .conftest import HOME, ROOT, SmallProject


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


# Where only text is taken.


def test_a_formula_in_a_heading_is_plain_text_in_the_list_of_contents_and_mathml_on_the_page():
    md = Markdown(extensions=[MathsExtension(), "toc", "attr_list"])
    page = BeautifulSoup(
        md.convert("## Slope of $x^2$ at $\\frac{1}{2}$ { #slope }\n\n### **$a < b$** & $f'$"),
        "html.parser",
    )
    (first,) = md.toc_tokens

    assert first["name"] == "Slope of x² at 1/2"
    assert first["children"][0]["name"] == "a &lt; b &amp; f′"
    assert [len(title.select("math annotation")) for title in page.select("h2, h3")] == [2, 2]


def test_a_formula_in_a_heading_is_said_once_wherever_its_text_stands(project: SmallProject):
    config = project.read("mkdocs.yml").replace("- Home: index.md\n", "- index.md\n  - b.md\n", 1)
    project.write("mkdocs.yml", config)
    for slug, title in (("index", "Slope of $x^2$"), ("b", "Half, $\\frac{1}{2}$")):
        text = HOME.replace("title: Home", "description: A").replace("# Home", f"# {title}")
        project.write_page(slug, text + "\n## Of $f'$ { #of }\n")
    outcome = project.build("--no-directory-urls")
    assert outcome.code == 0, outcome.said
    page = BeautifulSoup(project.read("site/index.html"), "html.parser")

    assert page.select_one(".md-footer__link--next")["aria-label"].endswith("Half, 1/2")
    assert {" ".join(link.text.split()) for link in page.select("a[href='#of']")} >= {"Of f′"}
    for part in page.select("title, nav, .md-footer, [aria-label]"):
        said = f"{part.text} {part.get('aria-label')}"
        assert "\\frac" not in said
        assert "x2" not in said


def test_the_latex_stands_where_a_browser_without_mathml_can_show_it():
    for whole in render("$\\frac{1}{2}$\n\n$$\nx\n$$").select("math > semantics"):
        shown, annotation = whole.find_all(recursive=False)
        assert annotation.name == "annotation"
        assert annotation["encoding"] == "application/x-tex"
        assert shown.name != "annotation"


# No style: the policy of the site forbids it.

SHAPES = (
    *(
        "{0}",
        "{0} x",
        "{0}{{x}}",
        "{0}{{x}}{{y}}",
        "{0}[a]{{x}}",
        "{0}{{red}}{{x}}",
        "{0}{{blue}}x",
    ),
    *("{0}{{1em}} x", "{0}{{-1em}} x", "x {0} y", "x_{0}", "\\text{{{0}{{x}}}}", "{{a {0} b}}"),
    "\\begin{{matrix}}a\\\\{0} b\\end{{matrix}}",
)
ENVIRONMENTS = (
    *(
        "matrix",
        "pmatrix",
        "smallmatrix",
        "cases",
        "dcases",
        "rcases",
        "aligned",
        "align",
        "align*",
    ),
    *("alignedat", "gathered", "gather", "split", "multline", "equation", "subarray", "array"),
)
TABLES = (
    *("a & b \\\\ c & d", "\\hline a & b \\\\ \\hline c & d \\\\ \\hdashline", "a \\\\[1em] b"),
    *("a \\\\ b", "a \\tag{1} \\\\ b \\label{q}"),
)


def commands() -> set[str]:
    """Return every command that math-core knows: all words within its binary are tried."""
    beside = Path(math_core.__file__).parent.iterdir()
    (binary,) = (path for path in beside if path.suffix in {".so", ".pyd"})
    runs = re.findall(rb"[A-Za-z]{60,}", binary.read_bytes())
    words = {run[i : i + n].decode() for run in runs for i in range(len(run)) for n in range(1, 23)}
    return {word for word in words if "Unknown command" not in failure(f"\\{word}")}


def failure(tex: str) -> str:
    try:
        mathml.CONVERTER.convert_with_local_state(tex, displaystyle=True)
    except LatexError as error:
        return str(error)
    return ""


def test_no_formula_has_a_style_or_a_class_that_the_style_sheet_does_not_know():
    css = (ROOT / "overrides/assets/stylesheets/nabla.css").read_text(encoding="utf-8")
    known = commands()
    assert len(known) > 700
    formulas = [shape.format(f"\\{word}") for word, shape in product(known, SHAPES)]
    formulas += [
        f"\\begin{{{name}}}{columns}{table}\\end{{{name}}}"
        for name, columns, table in product(ENVIRONMENTS, ("", "{c|r:l}", "{|l|}", "{2}"), TABLES)
    ]
    classes: set[str] = set()
    for tex in formulas:
        try:
            made = to_mathml.__wrapped__(tex, True)
        except LatexError:
            continue
        assert not re.search(r"<[^>]*\b(style|href|id|onclick)=|<menclose", made), tex
        for names in re.findall(r'class="([^"]*)"', made):
            classes |= set(names.split())
    assert classes >= {"to-left", "apart", "boxed", "struck-up", "prime", "in-red", "line-top"}
    assert {name for name in classes if f".{name}" not in css} <= {"math-core-serif-font"}


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"x + \color{cyan} y", "4: only black, blue, red, green, purple, violet, brown, gray"),
        (r"\color{red}x + \textcolor{pink}{y}", "15: only black"),
        (r"x \kern-1em y", r"2: no way back but by \!, \negmedspace and \negthickspace"),
        (r"\textsc{a}", "0: the site has no style for `font-variant-caps:small-caps`"),
        (r"\phase{x}", "0: the site cannot draw `phasorangle`"),
        (r"\begin{align} x \eqref{a} \end{align}", "16: a formula cannot lead to another one"),
    ],
)
def test_what_the_site_cannot_show_is_refused_at_its_place(tex: str, said: str):
    with pytest.raises(LatexError) as error:
        to_mathml(tex, True)

    assert str(error.value).startswith(said)


def test_a_colour_without_two_shades_stops_a_strict_build_with_its_line(project: SmallProject):
    formula = "\n$$\nx \\\\\n\\color{cyan} y\n$$\n"
    project.write_page("index", HOME + formula)
    line = (HOME + formula).split("\n").index("\\color{cyan} y") + 1
    outcome = project.build()

    assert outcome.code == 1
    assert f"docs/en/index.md:{line}: bad LaTeX in `x \\\\ \\color{{cyan}} y`: only" in outcome.said


FORMULAS = r"""
$$
\begin{cases}0 & x<0\\ 100000 & x\ge 0\end{cases} \quad \boxed{a} \quad \cancel{b}
$$

$$
\color{blue} x \color{red} x \color{green} x \color{purple} x \color{brown} x \color{gray} x
$$

$$
f'(x) + f''(x)^2 + y'_1 + f'^2
$$
"""
LUMINANCE = """colour => {
    const part = (one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = colour.match(/[\\d.]+/g).map((one) => part(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""


@pytest.fixture(scope="module")
def formulas(make_project) -> Iterator[str]:
    project: SmallProject = make_project()
    project.write_page("index", HOME + FORMULAS)
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    with serve(project.root / "site") as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_columns_colours_and_strokes_are_as_asked_and_the_console_is_silent(
    browser_page, formulas: str, scheme: str
):
    tab = browser_page(color_scheme=scheme)
    page = tab.go(formulas)

    second = page.locator("mtd.apart")
    lefts = second.evaluate_all(
        "cells => cells.map((cell) => cell.firstElementChild.getBoundingClientRect().left)"
    )
    assert lefts[0] == pytest.approx(lefts[1], abs=0.5)
    contrasts = page.evaluate(
        f"""() => {{
            const luminance = {LUMINANCE};
            const paper = luminance(getComputedStyle(document.body).backgroundColor);
            return [...document.querySelectorAll("[class^=in-]")].map((element) => {{
                const ink = luminance(getComputedStyle(element).color);
                return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
            }});
        }}"""
    )
    assert len(contrasts) == 6
    assert min(contrasts) >= 4.5
    assert "solid" in page.locator(".boxed").evaluate("e => getComputedStyle(e).borderStyle")
    assert "gradient" in page.locator(".struck-up").evaluate("e => getComputedStyle(e).background")
    assert not tab.errors


def test_a_prime_is_the_glyph_for_scripts_which_is_not_raised_twice(browser_page, formulas):
    """STIX has two primes: one that is raised, 0.296 em wide, and one that is to be, 0.356 em."""
    page = browser_page().go(formulas)
    page.evaluate("document.fonts.ready")
    widths = page.locator("mo.prime").evaluate_all(
        """all => all.map((one) =>
            one.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize))"""
    )

    assert widths == pytest.approx([0.356, 0.595, 0.356, 0.356], abs=0.02)


# Lines are not broken between a formula and what belongs to it.

TOUCHING = {
    "en": [
        *("($x=3+4$)", "($x=3+4$),", "[$x=3+4$].", "$n$-th", "$x=3+4$,", "(**$x=3+4$**)"),
        *("**($x=3+4$)**", "“$x=3+4$”", "non-$x$", "($x=3+4$)-free", "*$n$*-th,", "$x=3$/$y=4$"),
    ],
    "fr": ["«\u00a0$x=3+4$\u00a0»", "d’$x=3+4$\u00a0:", "«\u202f$x=3+4$\u202f»,", "l’*$x=3+4$*"],
    "ja": ["（$x=3+4$）", "「$x=3+4$」。", "$x=3+4$、", "（**$x=3+4$**）", "『$n$』"],
    "zh": ["（$x=3+4$）", "“$x=3+4$”。", "$x=3+4$，", "《$n$》"],
}
AROUND = {
    "en": "the whole of the value {} is what we have here",
    "fr": "la valeur que nous avons {} est celle que nous avons",
    "ja": "関数の値について説明するとき{}となることがあるので注意する",
    "zh": "在说明函数的值的时候{}是一个需要注意的地方",
}
BROKEN = """() => {
    const broken = new Set();
    const same = (a, b) => a.top < b.bottom - 2 && a.bottom > b.top + 2;
    for (const line of document.querySelectorAll("article p:has(.maths)")) {
        for (let width = 150; width <= 360; width += 2) {
            line.style.width = width + "px";
            const boxes = [];
            const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            const seen = new Set();
            while (walk.nextNode()) {
                const node = walk.currentNode;
                const formula = node.parentElement.closest("math");
                if (formula) {
                    if (!seen.has(formula)) boxes.push(["∎", formula.getBoundingClientRect()]);
                    seen.add(formula);
                    continue;
                }
                for (let at = 0; at < node.data.length; at += 1) {
                    const range = document.createRange();
                    range.setStart(node, at);
                    range.setEnd(node, at + 1);
                    boxes.push([node.data[at], range.getBoundingClientRect()]);
                }
            }
            const string = boxes.map(([character]) => character).join("");
            for (const found of string.matchAll(
                /[^\\s\\u3040-\\u30ff\\u4e00-\\u9fff]*[\\u00a0\\u202f]?∎[\\u00a0\\u202f]?[^\\s\\u3040-\\u30ff\\u4e00-\\u9fff]*/g,
            )) {
                const part = boxes.slice(found.index, found.index + found[0].length);
                const solid = part.filter(([character]) => !/[\\u00a0\\u202f]/.test(character));
                if (solid.some(([, box]) => !same(box, solid[0][1])))
                    broken.add(`${found[0]} at ${width}`);
            }
        }
        line.style.width = "";
    }
    return [...broken];
}"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the ($x$), and", ["(∎),"]),
        ("the (**$x$**) and", ["(∎)"]),
        ("$n$-th of $x$/$y$.", ["∎-th", "∎/∎."]),
        ("«\u00a0$x$\u00a0», l’$x$", ["«\u00a0∎\u00a0»,", "l’∎"]),
        ("是（$x$）。的$x$，$y$，d", ["（∎）。", "∎，", "∎，"]),
        ("$x$ and $y$", []),
        ("关于$x$的", []),
    ],
)
def test_a_formula_is_one_word_with_what_touches_it_and_with_no_more(text: str, words: list[str]):
    page = render(text)
    for formula in page.select("math"):
        formula.replace_with("∎")

    assert [word.text for word in page.select(".unbroken")] == words


def test_no_line_ends_in_an_opening_bracket_or_begins_with_a_closing_one(
    browser_page, project: SmallProject
):
    for locale, kinds in TOUCHING.items():
        body = "\n\n".join(AROUND[locale].format(kind) for kind in kinds)
        project.write(f"docs/{locale}/index.md", f"{HOME}\n{body}\n")
    outcome = project.command("mkdocs", "build")
    assert outcome.code == 0, outcome.said
    tab = browser_page(viewport={"width": 900, "height": 900})
    with serve(project.root / "site") as address:
        for locale, kinds in TOUCHING.items():
            page = tab.go(address if locale == "en" else f"{address}{locale}/")
            page.evaluate("document.fonts.ready")

            assert page.locator("article p .maths").count() >= len(kinds)
            assert page.evaluate(BROKEN) == []
