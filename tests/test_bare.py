"""Each extension under a bare `markdown.markdown(text, extensions=[…])`, its options left alone."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.explorers import KINDS
from nabla.problem import ProblemError
from nabla.source.page import Directive

from .conftest import CACHE, ROOT
from .pages import PROJECT

EXTENSIONS = ("samples", "questions", "maths", "terms", "lessons", "verified")
CODE = """import torch


def line(x):
    return 3 * x


def square(x):
    return x**2


def bowl(x, y):
    return x**2 + y**2


x = torch.tensor(2.0, requires_grad=True)
z = square(x)
norms = {"two layers": [0.01, 10.0]}
print(z.item())

points = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
labels = torch.tensor([[0.0], [1.0]])
model = torch.nn.Linear(2, 1)
compare = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for _ in range(3):
    compare(model(points), labels).backward()
    optimizer.step()
"""
SNIPPET = f"```python\n{CODE}```\n\n<!--pytest-codeblocks:expected-output-->\n\n```text\n4.0\n```\n"
DRAWN = {
    "border": "model points=points labels=labels loss=compare steps=0,3",
    "contour": "bowl x=-2..2 y=-2..2 at=1,1",
    "curve": "square x=-2..2 at=1 h=2,1,0.5",
    "descent": "square start=1 rates=0.1,1.1 steps=5",
    "differential": "square x=-2..2 at=1 dx=1,0.5",
    "graph": "z",
    "line": "line x=-3..3 at=1 run=1",
    "norms": "norms",
    "rectangle": "square line at=2 h=1,0.5",
    "trajectory": "bowl x=-2..2 y=-2..2 start=1,1 rates=0.1,0.4 steps=5",
}


@pytest.fixture(scope="module", autouse=True)
def kept_elsewhere() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NABLA_CACHE", CACHE)
        yield


@pytest.fixture
def no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: it has a snippet, and nothing else."""
    write_snippet(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder is the root of this very project."""
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def drawn_nowhere(tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    """A page of all drawings, rendered in a folder that has a snippet and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    write_snippet(folder)
    with contextlib.chdir(folder):
        lines = (f"<!--nabla:{kind} own/all {DRAWN[kind]}-->" for kind in KINDS)
        return render("\n\n".join(lines), "samples")


@pytest.fixture(scope="module")
def drawn_here() -> BeautifulSoup:
    """A page of one drawing of each kind that this project's lessons have."""
    asked = {
        one.keyword: one.text
        for slug in PROJECT.slugs("en")
        for one in PROJECT.page("en", slug).all(Directive)
        if one.keyword in KINDS
    }
    with contextlib.chdir(ROOT):
        return render("\n\n".join(asked.values()), "samples")


def write_snippet(folder: Path) -> None:
    (folder / "snippets/own").mkdir(parents=True)
    (folder / "snippets/own/all.md").write_text(SNIPPET, encoding="utf-8")


def render(text: str, *names: str) -> BeautifulSoup:
    html = markdown(text, extensions=[f"nabla.markdown.{name}" for name in names])
    return BeautifulSoup(html, "html.parser")


def assert_drawn(page: BeautifulSoup, kind: str) -> None:
    """Check that a page has one drawing of a kind: a picture, with the words of the interface."""
    (drawing,) = page.select(f".drawn > nabla-{kind}")
    assert drawing.select("svg [d], svg [points], svg line, svg rect")
    assert drawing.select("[aria-label], label, title") or drawing.get("data-forward")


def test_every_kind_of_drawing_is_tried():
    assert DRAWN.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_needs_no_project(drawn_nowhere: BeautifulSoup, kind: str):
    assert_drawn(drawn_nowhere, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_of_this_project_needs_no_options(drawn_here: BeautifulSoup, kind: str):
    assert_drawn(drawn_here, kind)


def test_a_snippet_needs_no_project(no_project):
    (figure,) = render('--8<-- "own/all.md"', "samples").select("figure.snippet")

    assert figure["data-snippet"] == "own/all"
    assert figure.select_one(".highlight code").text == CODE
    assert figure.summary.text.strip() == "Result"
    assert figure.select_one(".result pre").text == "4.0\n"


def test_a_fence_of_the_text_needs_no_project(no_project):
    (figure,) = render("```python\nprint(1 + 2)\n```\n", "samples").select("figure.snippet")

    assert figure.select_one(".result pre").text == "3\n"


def test_a_directive_within_a_snippet_draws_where_the_snippet_is_embedded(no_project: Path):
    drawn = f"{SNIPPET}\n<!--nabla:graph z-->\n"
    (no_project / "snippets/own/all.md").write_text(drawn, encoding="utf-8")
    page = render('--8<-- "own/all.md"', "samples")

    ops = [node["data-op"] for node in page.select("svg.autograd-graph [data-op]")]
    assert ops == ["leaf", "PowBackward0"]


def test_formulas_need_no_project(no_project):
    page = render("$x^2$ and\n\n$$\\frac{1}{2}$$\n", "maths")

    assert [annotation.text for annotation in page.select("annotation")] == ["x^2", "\\frac{1}{2}"]


@pytest.mark.parametrize("name", EXTENSIONS)
def test_prose_needs_no_project(no_project, name: str):
    page = render("# Title\n\nThe *gradient* of a function.\n", name)

    assert page.h1.text == "Title"
    assert page.p.decode_contents() == "The <em>gradient</em> of a function."


def test_all_extensions_together_need_no_project(no_project):
    text = '# Title\n\nOf $x$ and its gradient.\n\n--8<-- "own/all.md"\n\n<!--nabla:path-->\n'
    page = render(text, *EXTENSIONS)

    assert page.select_one(".result pre").text == "4.0\n"
    assert page.select("math") and page.select("ol.path")


@pytest.mark.parametrize(("name", "keyword"), [("terms", "glossary"), ("verified", "verified")])
def test_what_is_about_a_whole_project_says_so_where_there_is_none(no_project, name, keyword):
    with pytest.raises(ProblemError) as error:
        render(f"<!--nabla:{keyword}-->\n", name)

    assert str(error.value).startswith("mkdocs.yml:1: no i18n plugin lists the languages")


def test_a_term_is_linked_from_this_project_s_root(this_project):
    (link,) = render("The *gradient* and the gradient.\n", "terms").select("a.term")

    assert link["href"] == "/en/reference/glossary.md#gradient"
    assert link["title"]


@pytest.mark.parametrize(
    ("name", "keyword", "selected"),
    [
        ("lessons", "path", "ol.path > li > a[href^='/en/learn/']"),
        ("terms", "glossary", ".glossary tbody tr[id]"),
        ("verified", "verified", "dl.verified dd"),
    ],
)
def test_what_is_about_a_whole_project_shows_this_one(this_project, name, keyword, selected):
    assert len(render(f"<!--nabla:{keyword}-->\n", name).select(selected)) > 5


def test_nothing_is_written_but_the_results_that_are_kept(no_project: Path, monkeypatch):
    monkeypatch.delenv("NABLA_CACHE")
    render('--8<-- "own/all.md"', *EXTENSIONS)

    files = [path.relative_to(no_project) for path in no_project.rglob("*") if path.is_file()]
    assert {file.parts[0] for file in files} == {"snippets", ".cache"}
    assert len([file for file in files if file.parts[:3] == (".cache", "nabla", "results")]) == 1
