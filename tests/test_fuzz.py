"""Whatever stands in a file of an author, readers return or name a problem: nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nabla.checks.bless import Blessing, bless_again
from nabla.checks.formulas import check_formulas
from nabla.checks.freshness import stamp
from nabla.checks.parity import compare_pages
from nabla.checks.terms import check_terms, find_prose
from nabla.checks.typography import check_typography, typeset
from nabla.checks.unread import find_unread
from nabla.explorers.directive import read_drawing
from nabla.problem import ProblemError
from nabla.run.outcome import CellOutput, Run
from nabla.source.front_matter import YAML, check_front_matter, read_front_matter, set_key
from nabla.source.glossary import (
    Concept,
    Term,
    check_surfaces,
    find_terms,
    load_exemptions,
    load_glossary,
)
from nabla.source.lessons import check_lessons, read_lesson
from nabla.source.page import Directive, Fence, Line, read_page
from nabla.source.pins import find_pin
from nabla.source.project import Project
from nabla.source.samples import read_lab, read_samples, read_snippet
from nabla.source.words import load_words

from .conftest import SmallProject

TRIES = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ODD = [
    *("---\n", "--- \n", "...\n", "```python\n", "````\n", "```\n", "~~~\n", "> ```python\n"),
    *("<!--pytest-codeblocks:cont-->\n", "<!--pytest-codeblocks:expected-output-->\n\n```text\n"),
    *("<!--nabla:graph a z-->\n", "<!--nabla:plot\n", "<!--", "-->", '--8<-- "sum/two.md"\n'),
    *('--8<-- "../x"\n', "# T { #t }\n", "####### { ##", '!!! note "a"\n', "??? x\n    ", "    "),
    *("$x^2$", "$$\n", "\\frac{", "{a} ;", "«", "»", " ?", "l'eau", "[a](b#c)", "](", "|--|\n"),
    *(
        "title: a\n",
        "title: a : b\n",
        "minutes: x\n",
        "requires: [a, a]\n",
        "jupyter:\n",
        "english",
    ),
    *("- id: x\n", "  fr: {term: a, definition: b, c}\n", "? [a]\n: b\n", "&a [*a]", "!!int x\n"),
    *("\r", "\r\n", "\u2028", "\x85", "\x0c", "\t", "\ue0105\ue011", "\ufeff", "\u200b", "ſK İß"),
    *("\U0001f600", "葉", "微分（", "，", "\U0010ffff", "\ufdd0", "[" * 300, "#" * 300, "`" * 300),
    *("torch==2.13.0 \\\n", "-r requirements.txt\n", "torch ; x\n", "2024-13-45", "~", "null\n"),
]
TEXTS = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=20)), max_size=12).map("".join)
BYTES = st.one_of(
    st.binary(max_size=60),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass")),
    TEXTS.map(lambda text: text.encode("latin-1", "replace")),
)
CONCEPTS = (Concept("leaf", {"fr": Term("l'eau", "D.", ("ſ", "K"), ("x^",), ("a(",), ("K",))}),)


def in_a_file(text: str) -> str:
    """Return a text as it is read from a file."""
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


@TRIES
@given(TEXTS.map(in_a_file))
@example("---\na: \ue0105\ue011\n...\n\nb ?")
def test_a_page_is_read(text: str):
    page = read_page(text)
    assert page.is_lab in (True, False)
    for read in (read_samples, read_lab):
        read(page, "docs/fr/x.md")
    read_snippet(page, "snippets/a/b.md", "a/b")
    read_lesson("learn/x", page)
    list(check_formulas(page, "x.md"))
    compare_pages(text, "en.md", text[::-1], "fr.md")
    for directive in page.all(Directive):
        read_drawing(directive, "x.md")
    list(find_terms(text, CONCEPTS, "fr"))
    assert all(problem.line > 0 for problem in check_front_matter(text, "x.md"))
    lines = text.split("\n")
    for item in page.all(Line):
        assert lines[item.line - 1] == item.text


@TRIES
@given(TEXTS.map(in_a_file), st.sampled_from(["fr", "ja", "zh"]))
@example("---\ntitle: a\n...\n\n# T\n", "fr")
def test_typography_changes_no_code_no_key_and_no_line(text: str, locale: str):
    new = typeset(text, locale)

    assert check_typography(text, locale, "x.md") or new == text
    assert len(new.split("\n")) == len(text.split("\n"))
    assert read_front_matter(new).data.keys() == read_front_matter(text).data.keys()
    code = [(fence.line, fence.text) for fence in read_page(text).all(Fence)]
    assert [(fence.line, fence.text) for fence in read_page(new).all(Fence)] == code


@TRIES
@given(TEXTS.map(in_a_file), st.sampled_from(["2\n", "", "\n\n", "```\n", "a\u2028b\n", " \n x\n"]))
@example("    ```python\n    print(1)\n    ```\n", "\n\n")
@example("```python\nprint(1)\n```", "2\n")
def test_bless_changes_nothing_but_results(text: str, output: str):
    samples = read_samples(read_page(text), "x.md").samples
    blessings = [Blessing(sample, Run((CellOutput(output),))) for sample in samples]
    new, problems = bless_again(text, "x.md", blessings)

    after = read_samples(read_page(new), "x.md").samples
    assert [sample.code for sample in after] == [sample.code for sample in samples]
    left = {problem.line for problem in problems}
    for before, sample in zip(samples, after, strict=True):
        if before.line not in left:
            assert sample.stated and sample.stated.text == output
    assert bless_again(new, "x.md", blessings)[0] == new


@TRIES
@given(TEXTS.map(in_a_file))
@example("---\nenglish: |\n  a\ntitle: b\n---\n")
@example('---\n"english": a # why\n---\n')
@example("---\n{title: a}\n---\n")
@example("---\n  title: a\n---\n")
def test_stamping_changes_one_key_or_nothing(text: str):
    if check_front_matter(text, "x.md"):
        return
    new = set_key(text, "english", "0123456701234567")

    if new is not None:
        before, after = read_front_matter(text), read_front_matter(new)
        assert after.data == {**before.data, "english": "0123456701234567"}
        assert after.body.lstrip("\n") == before.body.lstrip("\n")
        assert YAML.match(new)


READERS: dict[str, Callable[[Project], object]] = {
    "mkdocs.yml": lambda project: (
        project.check_config(),
        project.locales,
        project.default,
        project.nav,
    ),
    "words/fr.yml": lambda project: load_words(project, "fr"),
    "words/en.yml": lambda project: load_words(project, "en"),
    "glossary.yml": lambda project: (load_glossary(project), check_surfaces(project)),
    "glossary-exceptions.yml": load_exemptions,
    "requirements.txt": find_pin,
    "docs/fr/index.md": lambda project: (
        stamp(project, "fr", "index"),
        check_terms(project, [("fr", "index")]),
        list(check_lessons(project)),
    ),
    "snippets/sum/two.md": lambda project: project.read_snippet("sum/two"),
}


@pytest.fixture(scope="module")
def shared(make_project) -> SmallProject:
    return make_project()


@pytest.mark.parametrize("path", READERS)
@TRIES
@given(data=BYTES)
@example(data=b"")
@example(data=b"\xff\xfe")
@example(data=b"---\n[[[[" + b"[" * 100_000)
@example(data=b"nav: &a [*a]\nplugins: {i18n: {languages: [{locale: no, name: x}]}}")
@example(data=b"plugins: 5")
@example(data=b"- {id: x, fr: 1}\n- 1\n- {}")
def test_a_file_is_read_or_named(shared: SmallProject, path: str, data: bytes):
    before = (shared.root / path).read_bytes() if (shared.root / path).exists() else None
    shared.write(path, data)
    try:
        READERS[path](Project(shared.root))
    except ProblemError as error:
        assert all(problem.line > 0 for problem in error.problems)
        assert all(problem.path.startswith(path[:4]) for problem in error.problems)
    finally:
        (shared.root / path).unlink() if before is None else shared.write(path, before)


REPEATED = [
    *("#", "`", "$", "-", "{", "[", "<", ">", " ", "|", "*", "葉", "«", "a", '"'),
    *(": ", "a, ", "<!--", "[a](", "](", "${", "<a ", "{#", "--8<--", "`a", "[a] "),
]
BEFORE = ["", "# ", "# a", "!!! a", "<!--nabla:a", "<!--pytest-codeblocks:", '--8<-- "', "- ["]


@pytest.mark.parametrize("before", BEFORE)
def test_a_very_long_line_is_read_in_a_time_that_grows_as_its_length(before: str):
    for repeated in REPEATED:
        text = f"---\ntitle: a\n---\n\n{before}{repeated * 20_000}x\n"
        page = read_page(text)
        read_samples(page, "x.md")
        list(find_unread(page, "x.md"))
        compare_pages(text, "en.md", text.replace("x", "y"), "fr.md")
        find_prose(text)
        assert len(typeset(text, "fr").split("\n")) == 6
