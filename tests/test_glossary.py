"""One glossary makes the links of lessons, the table of terms, and the check of words."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.checks.api_names import find_api_name
from nabla.markdown.terms import TermsExtension
from nabla.problem import ProblemError
from nabla.source.glossary import Concept, Term, find_terms, load_glossary
from nabla.source.project import Project

from .conftest import LOCALES, ROOT, SNIPPET, SmallProject
from .pages import built

CONCEPTS = """
- id: slope
  en: {term: slope, forms: [slopes], definition: Rise over run.}
  zh: {term: 斜率, definition: 变}
- id: chain-rule
  en: {term: chain rule, definition: Multiply.}
  zh: {term: 链式法则, definition: 乘}
- id: derivative
  en: {term: derivative, definition: Slope.}
  zh: {term: 导数, definition: 率}
- id: partial
  en: {term: partial derivative, definition: One.}
  zh: {term: 偏导数, definition: 一}
"""
CONFIG = """plugins:
  - i18n:
      languages:
        - { locale: en, name: English, default: true }
        - { locale: zh, name: 中文 }
"""
GLOSSARY = """
- id: slope
  en: {term: slope, forms: [slopes], definition: D.}
  fr: {term: pente, forms: [pentes], never: [inclinaison], definition: D.}
  ja: {term: 傾き, definition: D。}
  zh: {term: 斜率, definition: D。}
"""
WORD = dict.fromkeys(LOCALES, "slopes") | {"fr": "pentes", "ja": "傾き", "zh": "斜率"}
GLOSSARY += "".join(
    f"  {locale}: {{term: slopes, definition: D.}}\n"
    for locale in LOCALES
    if f"  {locale}: " not in GLOSSARY
)


@pytest.fixture
def render(tmp_path: Path):
    """Return a function that renders a text of a project with the concepts above."""
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "glossary.yml").write_text(CONCEPTS, encoding="utf-8")
    for locale in ("en", "zh"):
        folder = tmp_path / "docs" / locale / "reference"
        folder.mkdir(parents=True)
        (folder / "glossary.md").touch()

    def html(text: str, locale: str = "en", concepts: str = CONCEPTS) -> BeautifulSoup:
        (tmp_path / "glossary.yml").write_text(concepts, encoding="utf-8")
        extension = TermsExtension(root=str(tmp_path), locale=locale)
        return BeautifulSoup(markdown(text, extensions=[extension, "admonition"]), "html.parser")

    return html


def links(page: BeautifulSoup) -> list[tuple[str, str]]:
    return [(link.text, link["href"]) for link in page.select("a.term")]


def test_the_first_use_of_a_term_links_to_it_with_its_definition(render):
    page = render("A slope is one; a slope again.\n\nSlopes.")

    assert links(page) == [("slope", "/en/reference/glossary.md#slope")]
    assert page.a["title"] == "Rise over run."
    assert page.p.text == "A slope is one; a slope again."


def test_a_longer_word_that_only_holds_a_term_is_none(render):
    leaf = "- id: leaf\n  en: {term: leaf, definition: D}\n"
    leaf += "  zh: {term: 葉, definition: D。, not_in: [言葉]}\n"
    page = render("言葉と葉。", "zh", leaf)

    assert links(page) == [("葉", "/zh/reference/glossary.md#leaf")]
    assert page.p.text == "言葉と葉。"


def test_the_longest_term_at_a_place_is_meant(render):
    assert links(render("A partial derivative.")) == [
        ("partial derivative", "/en/reference/glossary.md#partial")
    ]
    assert links(render("求偏导数。", "zh")) == [("偏导数", "/zh/reference/glossary.md#partial")]


def test_terms_in_emphasis_and_after_it_are_found_in_order(render):
    page = render("The **slope** and *the* chain rule.")

    assert [href for _, href in links(page)] == [
        "/en/reference/glossary.md#slope",
        "/en/reference/glossary.md#chain-rule",
    ]
    assert page.strong.a.text == "slope"


@pytest.mark.parametrize("text", ["# Slope", "`slope`", "[slope](a.md)", "    slope", "sloped"])
def test_headings_code_links_and_other_words_are_left_alone(render, text: str):
    assert not links(render(text))


def test_a_term_in_an_id_is_none(render):
    page = render("See [that](a.md){ #slope }, and the slope.")

    assert [link.text for link in page.select("a.term")] == ["slope"]
    assert page.p.text == "See that{ #slope }, and the slope."


def test_the_table_has_a_row_for_each_term_with_its_own_language_first(render):
    page = render("<!--nabla:glossary-->", "zh")

    assert [head.text for head in page.select("thead th")] == ["中文", "English"]
    assert page.select_one("#chain-rule dfn").text == "链式法则"
    assert page.select_one("#chain-rule td[lang=en]").text == "chain rule"


def test_words_broken_over_a_line_are_still_a_term():
    concept = Concept("chain-rule", {"en": Term("chain rule", "Multiply.")})

    found = find_terms("the chain\nrule", [concept], "en")
    assert [id_ for id_, _ in found] == ["chain-rule"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_glossary_of_the_site_has_every_term_in_every_language(site, locale: str):
    page = built(site, locale, "reference/glossary")

    assert [row["id"] for row in page.select(".glossary tbody tr")] == [
        entry.id for entry in load_glossary(Project(ROOT))
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_lessons_link_their_terms_to_the_glossary_of_their_language(site, locale: str):
    hrefs = [link["href"] for link in built(site, locale, "learn/slope").select("a.term")]

    assert "../../reference/glossary/#slope" in hrefs


@pytest.fixture
def termed(project: SmallProject) -> SmallProject:
    """A project whose English page speaks of slopes, and its translations too."""
    project.write("glossary.yml", GLOSSARY)
    for locale, word in WORD.items():
        path = f"docs/{locale}/index.md"
        project.write(path, project.read(path) + f"\n{word}\n")
    for locale in LOCALES[1:]:
        project.nabla("stamp", locale, "index")
    return project


def test_a_page_that_uses_the_agreed_words_passes(termed: SmallProject):
    assert termed.nabla("check").code == 0


def test_a_page_that_does_not_use_the_agreed_word_is_named(termed: SmallProject):
    termed.write("docs/fr/index.md", termed.read("docs/fr/index.md").replace("pentes", "montées"))

    outcome = termed.nabla("check")

    assert outcome.code == 1
    assert (
        "docs/fr/index.md:1: “pente” is expected, since docs/en/index.md:9 speaks of “slope”; "
        "use it, or list the page in glossary-exceptions.yml" in outcome.said
    )


def test_a_word_that_the_glossary_rules_out_is_named_with_its_line(termed: SmallProject):
    termed.write("docs/fr/index.md", termed.read("docs/fr/index.md") + "\nL’inclinaison.\n")

    assert (
        "docs/fr/index.md:12: “inclinaison” is not the term; write “pente”"
        in termed.nabla("check").said
    )


def test_an_exception_is_allowed_while_it_is_needed(termed: SmallProject):
    page = termed.read("docs/fr/index.md")
    termed.write("docs/fr/index.md", page.replace("pentes", "montées"))
    termed.write("glossary-exceptions.yml", "- {page: fr/index, term: slope, reason: why}\n")
    assert termed.nabla("check").code == 0

    termed.write("docs/fr/index.md", page)
    outcome = termed.nabla("check")
    assert outcome.code == 1
    assert (
        "glossary-exceptions.yml:1: the exception of `slope` in fr/index is not needed any more; "
        "remove it" in outcome.said
    )


def test_an_entry_without_a_language_is_named(project: SmallProject):
    project.write("glossary.yml", GLOSSARY.replace("zh: {term: 斜率", "zh: {forms: [斜率]"))

    with pytest.raises(ProblemError, match="`slope` lacks a term or a definition in `zh`; add it"):
        load_glossary(Project(project.root))


def test_a_build_says_what_is_wrong_with_the_glossary_without_a_traceback(project: SmallProject):
    project.write("glossary.yml", GLOSSARY.replace("zh: {term: 斜率", "zh: {forms: [斜率]"))

    outcome = project.build()

    assert outcome.code == 1
    assert "glossary.yml:2: `slope` lacks a term or a definition in `zh`; add it" in outcome.said
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("torch.autograd.grad", "torch.autograd.grad"),
        ("x.grad", "grad"),
        ("z.backward()", "backward"),
        ("backward()", "backward"),
        ("x.grad.zero_()", None),
        ("x = 3", None),
    ],
)
def test_names_of_the_api_are_recognised(code: str, name: str | None):
    assert find_api_name(code) == name


def test_a_name_that_torch_does_not_have_is_named_with_its_line(project: SmallProject):
    project.write(
        "docs/en/index.md", project.read("docs/en/index.md") + "\nCall `x.backwards()`.\n"
    )

    for outcome in (project.nabla("check"), project.build()):
        said = "docs/en/index.md:9: torch has no `backwards`; mend the name in the text"
        assert said in outcome.said
        assert outcome.code == 1


@pytest.mark.parametrize("line", ["## Two { #slopes }", '--8<-- "sum/slopes.md"'])
def test_an_id_or_the_name_of_a_snippet_is_no_use_of_a_term(termed: SmallProject, line: str):
    termed.write("snippets/sum/slopes.md", SNIPPET)
    for locale in LOCALES:
        page = termed.read(f"docs/{locale}/index.md").rsplit("\n", 2)[0]
        embed = '--8<-- "sum/slopes.md"' if "#" in line else ""
        termed.write(f"docs/{locale}/index.md", f"{page}\n\n{line}\n\n{embed}\n")
    for locale in LOCALES[1:]:
        termed.nabla("stamp", locale, "index")

    assert "“pente” is expected" not in termed.nabla("check").said


def test_the_address_of_a_link_is_no_use_of_a_term(termed: SmallProject):
    for locale in LOCALES:
        path = f"docs/{locale}/index.md"
        page = termed.read(path).rsplit("\n", 2)[0] + "\n\n[x](index.md#slopes)\n"
        termed.write(path, page.replace("title: Home\n", "title: Home\nrequires: [slopes]\n"))
    for locale in LOCALES[1:]:
        termed.nabla("stamp", locale, "index")

    assert "“pente” is expected" not in termed.nabla("check").said
