"""Labs: notebooks that run once for all languages, and are pages like any other."""

import gzip
import json
import math
import re
from pathlib import Path

import pytest
import torch
from bs4 import BeautifulSoup
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nabla.markdown.plots import apply_theme
from nabla.source.lessons import LABS, lesson_slugs
from nabla.source.page import read_page
from nabla.source.project import Project
from nabla.source.samples import Reading, read_lab

from .conftest import LOCALES, ROOT, SmallProject
from .pages import built

PROJECT = Project(ROOT)
SLUGS = lesson_slugs(PROJECT, LABS)
HEAD = """---
title: Lab
minutes: 5
requires: []
jupyter:
  kernelspec: {display_name: Python 3, language: python, name: python3}
---

# Lab { #lab }

"""
CELLS = """```python
import matplotlib.pyplot as plt

n = 2
print(n)
```

<!--nabla:plot A line-->

<!--pytest-codeblocks:cont-->

```python
plt.plot([0, n])
plt.show()
print(n + 1)
```

<!--pytest-codeblocks:expected-output-->

```text
2
3
```
"""


def read(body: str) -> Reading:
    return read_lab(read_page(HEAD + body), "lab.md")


def problems(body: str) -> list[str]:
    return [str(problem) for problem in read(body).problems]


def cells_of(locale: str, slug: str) -> tuple[str, ...]:
    (sample,) = PROJECT.samples(locale, slug).samples
    return tuple(cell.code for cell in sample.cells)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cells_of_a_lab_are_the_same_in_every_language(slug: str):
    (cells,) = {cells_of(locale, slug) for locale in LOCALES}

    assert len(cells) >= 10


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_lab_shows_each_cell_with_what_it_printed(site, slug: str, locale: str):
    html = built(site, locale, slug)
    cells = html.select("figure.snippet")
    (sample,) = PROJECT.samples(locale, slug).samples

    assert tuple(cell.select_one(".highlight code").text for cell in cells) == cells_of(
        locale, slug
    )
    assert "".join(pre.text for pre in html.select(".result pre")) == sample.stated.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_lab_has_plots_in_the_colours_of_the_page_with_words_for_each(site, slug, locale):
    plots = built(site, locale, slug).select("svg.plot")

    assert plots
    for plot in plots:
        assert len(plot["aria-label"]) > 15
        assert "var(--nabla-value)" in str(plot) or plot.select('image[href^="data:image/png"]')
        assert not re.search(r"#[0-9a-f]{6}|style=|<style|font-family", str(plot))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_of_each_exercise_of_a_lab_is_folded_below_it(site, slug, locale):
    html = built(site, locale, slug)
    exercises = html.select('h3[id^="exercise-"]')
    folds = html.select("article details.success")

    assert len(exercises) == len(folds) >= 3
    for exercise, fold in zip(exercises, folds, strict=True):
        assert not fold.has_attr("open")
        assert fold.find_previous("h3") == exercise
        assert fold.select("p"), "says nothing"
        assert fold.select("figure.snippet .result pre"), "shows no result"
        assert not fold.select("h2, h3")
    assert not html.find(id="keep").find_parent("details")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_lab_is_a_light_page_without_styles_or_scripts_of_jupyter(site, slug, locale):
    folder = site if locale == PROJECT.default else site / locale
    html = (folder / slug / "index.html").read_text(encoding="utf-8")

    assert len(gzip.compress(html.encode())) <= 40_000
    assert not re.search("mathjax|jp-|<style", html, re.IGNORECASE)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_id_stands_twice_in_a_lab(site, slug: str):
    ids = [element["id"] for element in built(site, "en", slug).select("[id]")]

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_search_holds_the_text_of_a_lab_once(site: Path, locale: str):
    folder = site if locale == PROJECT.default else site / locale
    entries = json.loads((folder / "search/texts.json").read_text(encoding="utf-8"))
    whole = [entry for entry in entries if entry["location"] == "labs/tangent/"]

    assert len(whole) == 1
    assert sum("torch.linspace" in entry["text"] for entry in entries) >= 1
    assert sum(entry["location"] == "labs/tangent/#curve" for entry in entries) == 1


def test_a_lab_reads_as_one_program_with_the_result_of_all_cells():
    reading = read(CELLS)
    (sample,) = reading.samples

    assert not reading.problems
    assert sample.stated.text == "2\n3\n"
    assert sample.code.endswith("print(n + 1)\n")
    row = (HEAD + CELLS).splitlines().index("print(n + 1)") + 1
    assert sample.row(len(sample.code.splitlines())) == row


def test_a_cell_that_would_run_alone_is_named():
    body = CELLS.replace("<!--pytest-codeblocks:cont-->\n\n", "")
    line = (HEAD + body).splitlines().index("plt.plot([0, n])")

    assert problems(body) == [
        f"lab.md:{line}: pytest-codeblocks would run this cell without those before it; "
        "put <!--pytest-codeblocks:cont--> above it"
    ]


def test_a_fence_that_is_no_cell_is_named():
    (said,) = problems(CELLS.replace("<!--nabla:plot A line-->", "```text\nn\n```"))

    assert "a lab has no fence but its cells and the result after the last one" in said


def test_a_result_before_the_last_cell_is_named():
    first, second = CELLS.split("<!--nabla:plot A line-->")
    stated = second[second.index("<!--pytest-codeblocks:expected") :]
    (said,) = problems(first + stated + second[: second.index("<!--pytest-codeblocks:expected")])

    assert "this cell stands after the stated result" in said


@pytest.fixture
def lab_project(project: SmallProject) -> SmallProject:
    config = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - labs/lab.md\n", 1)
    project.write("mkdocs.yml", config)
    project.write_page("labs/lab", HEAD + CELLS)
    for locale in LOCALES[1:]:
        assert project.nabla("stamp", locale, "labs/lab").code == 0
    return project


def outputs(project: SmallProject) -> dict[str, float]:
    files = (project.root / "kept/results").glob("*")
    return {file.name: file.stat().st_ino for file in files}


def test_a_lab_runs_once_for_all_languages_and_not_again_until_its_code_changes(lab_project):
    kept = str(lab_project.root / "kept")
    first = lab_project.build(NABLA_CACHE=kept)
    assert first.code == 0, first.said
    ran = outputs(lab_project)
    assert len(ran) == 2, "the lab, and the snippet of the home page"
    page = BeautifulSoup(lab_project.read("site/fr/labs/lab/index.html"), "html.parser")
    assert [pre.text for pre in page.select(".result pre")] == ["2\n", "3\n"]
    assert page.select_one("svg.plot")["aria-label"] == "A line"

    assert lab_project.build(NABLA_CACHE=kept).code == 0
    assert outputs(lab_project) == ran

    changed = (HEAD + CELLS).replace("n = 2", "n = 3").replace("2\n3\n", "3\n4\n")
    lab_project.write_page("labs/lab", changed)
    lab_project.build(NABLA_CACHE=kept)
    assert outputs(lab_project).items() > ran.items()
    assert len(outputs(lab_project)) == 3


def test_what_a_lab_prints_is_compared_with_what_it_states(lab_project):
    lab_project.write_page("labs/lab", (HEAD + CELLS).replace("2\n3\n```", "2\n4\n```"))
    outcome = lab_project.build()
    line = (HEAD + CELLS).splitlines().index("3") + 1

    assert outcome.code == 1
    assert f"docs/en/labs/lab.md:{line}: the result differs from the stated one" in outcome.said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("plt.plot([0, n])\n1 / 0\n", "raises ZeroDivisionError: division by zero; mend the code"),
        ("n\n", "shows 2; print it, so that it can be checked"),
        (
            "import sys\nprint(1, file=sys.stderr)\n",
            "writes what the page does not show: 1; write nothing to",
        ),
    ],
)
def test_a_cell_that_no_page_can_show_stops_the_build(lab_project, code: str, said: str):
    body = CELLS.replace("plt.plot([0, n])\nplt.show()\nprint(n + 1)\n", code)
    lab_project.write_page("labs/lab", HEAD + body)
    outcome = lab_project.build()

    assert outcome.code == 1
    assert re.search(rf"docs/\w\w/labs/lab\.md:\d+: {re.escape(said)}", outcome.said), outcome.said
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize(
    "code", ["x = 1\nwhile True:\n    pass\n", "def f():\n    while True:\n        n\n\n\nf()\n"]
)
def test_a_cell_that_never_ends_is_stopped_and_named_by_its_line(lab_project, code: str):
    text = HEAD + CELLS.replace("plt.plot([0, n])\nplt.show()\nprint(n + 1)\n", code)
    lab_project.write_page("labs/lab", text)
    outcome = lab_project.build(NABLA_LIMIT="3")
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines, 1) if "while True" in line)

    assert outcome.code == 1
    found = re.search(r"docs/en/labs/lab\.md:(\d+): is still running after 3 s", outcome.said)
    assert found, outcome.said
    assert start <= int(found[1]) <= start + 1
    assert "Traceback" not in outcome.said


NOTED = CELLS.replace("print(n)\n", "print(n)  # (1)!\n", 1).replace(
    "<!--nabla:plot A line-->",
    "1.  A *note*, $x^2$.\n\nWords.\n\n1.  A list.\n\n<!--nabla:plot A line-->",
)


def test_notes_to_a_cell_stand_between_its_code_and_its_result(lab_project):
    lab_project.write_page("labs/lab", HEAD + NOTED)
    outcome = lab_project.command("mkdocs", "build")
    assert outcome.code == 0, outcome.said
    page = BeautifulSoup(lab_project.read("site/labs/lab/index.html"), "html.parser")
    first, second = page.select("figure.snippet")

    assert "annotate" in first["class"]
    assert [child.name for child in first.find_all(recursive=False)] == ["div", "ol", "details"]
    assert first.ol.select_one("em").text == "note"
    assert first.ol.select_one("math annotation").text == "x^2"
    assert [item.text.strip() for item in page.select("article > ol li")] == ["A list."]
    assert "annotate" not in second["class"]
    assert "end-of-notes" not in str(page)


COLAB = """```python id="a1" colab={"base_uri": "x"}
n = 2
```

<!--pytest-codeblocks:cont-->

```python colab={"base_uri": "x"} outputId="b"
print(n)
```

<!--pytest-codeblocks:cont-->

```python
print(n)
```

<!--pytest-codeblocks:expected-output-->

```text
2
2
```
"""


def test_cells_that_colab_marked_are_named_one_by_one_with_what_takes_the_marks_off(lab_project):
    lab_project.write_page("labs/lab", HEAD + COLAB)
    outcome = lab_project.build()
    lines = (HEAD + COLAB).splitlines()
    named = re.findall(r"docs/en/labs/lab\.md:(\d+): (.*)", outcome.said)

    assert outcome.code == 1
    remedy = "jupytext --opt cell_metadata_filter=-all --to md docs/en/labs/lab.md"
    marked = [lines[int(line) - 1][:10] for line, what in named if remedy in what]
    assert marked == ["```python "] * 2
    assert "Traceback" not in outcome.said
    assert "Traceback" not in lab_project.command("mkdocs", "build").said


def test_the_named_command_takes_the_marks_off(lab_project):
    lab_project.write_page("labs/lab", HEAD + COLAB)
    for locale in LOCALES:
        words = ("--opt", "cell_metadata_filter=-all", "--to", "md", f"docs/{locale}/labs/lab.md")
        assert lab_project.command("jupytext", *words).code == 0
    for locale in LOCALES[1:]:
        assert lab_project.nabla("stamp", locale, "labs/lab").code == 0
    outcome = lab_project.build()

    assert outcome.code == 0, outcome.said


def test_a_plot_without_words_is_named(lab_project):
    body = CELLS.replace("<!--nabla:plot A line-->\n\n", "")
    lab_project.write_page("labs/lab", HEAD + body)
    outcome = lab_project.build()

    assert outcome.code == 1
    assert "no words for a plot; write `<!--nabla:plot …-->` above the cell" in outcome.said


SOLVED = CELLS.replace(
    "<!--nabla:plot A line-->",
    "## Exercise { #exercise-1 }\n\nAsked.\n\n<!--nabla:solution-->\n\nFirst *this*.\n\n"
    "<!--nabla:plot A line-->",
).replace(
    "<!--pytest-codeblocks:expected-output-->",
    "Then that.\n\n<!--pytest-codeblocks:expected-output-->",
)


def test_a_solution_is_folded_with_its_cells_up_to_the_next_heading(lab_project):
    lab_project.write_page("labs/lab", HEAD + SOLVED + "\n## Keep { #keep }\n\nAll.\n")
    outcome = lab_project.command("mkdocs", "build")
    assert outcome.code == 0, outcome.said
    article = BeautifulSoup(lab_project.read("site/fr/labs/lab/index.html"), "html.parser").article
    (fold,) = article.select("details.success")

    assert [child.name for child in fold.find_all(recursive=False)] == [
        "summary",
        "p",
        "figure",
        "p",
    ]
    assert fold.summary.text == "Corrigé"
    assert fold.em.text == "this"
    assert fold.select_one(".result pre").text == "3\n"
    assert fold.select("svg.plot")
    assert article.select_one("#keep").parent == article
    assert "Then that." in fold.text
    assert "All." not in fold.text


def test_a_solution_where_nothing_would_fold_it_is_named(lab_project):
    lab_project.write_page(
        "index", lab_project.read("docs/en/index.md") + "\n<!--nabla:solution-->\n"
    )
    line = len(lab_project.read("docs/en/index.md").splitlines())
    said = lab_project.nabla("check").said

    assert (
        f"docs/en/index.md:{line}: only a lab has its solutions folded by this line; write ???"
        in said
    )


def test_a_second_solution_below_the_same_heading_is_named(lab_project):
    body = SOLVED.replace("Then that.\n", "<!--nabla:solution-->\n\nThen that.\n")
    lab_project.write_page("labs/lab", HEAD + body)
    first, second = (
        number
        for number, line in enumerate((HEAD + body).splitlines(), 1)
        if line == "<!--nabla:solution-->"
    )

    what = f"the solution that begins on line {first} has not ended; put the heading"
    assert f"docs/en/labs/lab.md:{second}: {what}" in lab_project.nabla("check").said


def test_a_picture_of_an_array_stays_in_the_plot_and_is_not_broken_into_lines():
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<image id="a" xlink:href="data:image/png;base64,\nAAAA\nBBBB" width="8" height="8"/></svg>'
    )
    image = BeautifulSoup(apply_theme(drawn, "plot-1", "A picture"), "html.parser").image

    assert image["href"] == "data:image/png;base64,AAAABBBB"
    assert not image.has_attr("id")


def test_what_is_no_drawing_is_no_plot():
    with pytest.raises(ValueError, match="no SVG"):
        apply_theme("<svg", "a", "b")


# The engine of the lab mini-autograd.


def engine() -> type:
    """Return the class Value that the cells of the lab build."""
    namespace: dict = {}
    for cell in cells_of("en", "labs/mini-autograd"):
        if "import torch" in cell:
            break
        exec(cell, namespace)
    return namespace["Value"]


VALUE = engine()
OPERATIONS = {
    "add": (2, lambda m, a, b: a + b),
    "sub": (2, lambda m, a, b: a - b),
    "mul": (2, lambda m, a, b: a * b),
    "div": (2, lambda m, a, b: a / b),
    "left": (1, lambda m, a: 3 - a),
    "scale": (1, lambda m, a: 2 * a + 1),
    "cube": (1, lambda m, a: a**3),
    "exp": (1, lambda m, a: (a * 0.1).exp()),
    "relu": (1, lambda m, a: a.relu()),
}
GRAPHS = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=12,
)
NUMBERS = st.floats(-2, 2).map(lambda x: round(x, 3))


def grown(leaves: list, graph: list) -> list:
    """Return the leaves and all nodes of a graph, each made from two earlier ones."""
    nodes = list(leaves)
    for name, first, second in graph:
        arity, operation = OPERATIONS[name]
        chosen = [nodes[first % len(nodes)], nodes[second % len(nodes)]][:arity]
        nodes.append(operation(None, *chosen))
    return nodes


@settings(max_examples=150, deadline=None)
@given(graph=GRAPHS, data=st.lists(NUMBERS, min_size=3, max_size=3))
def test_the_engine_finds_the_gradients_that_torch_finds_on_any_graph(graph, data):
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in data]
    try:
        nodes = grown([VALUE(x) for x in data], graph)
    except (ZeroDivisionError, OverflowError):
        assume(False)
    others = grown(theirs, graph)
    assume(all(math.isfinite(node.item()) and abs(node.item()) < 1e8 for node in others))
    own = nodes[:3]
    for _ in range(2):
        nodes[-1].backward()
        others[-1].backward(retain_graph=True)

    assert nodes[-1].data == pytest.approx(others[-1].item(), rel=1e-9, abs=1e-12)
    for mine, their in zip(own, theirs, strict=True):
        there = 0.0 if their.grad is None else their.grad.item()
        assert mine.grad == pytest.approx(there, rel=1e-6, abs=1e-9)


def test_the_engine_adds_over_both_ways_to_a_shared_node():
    a = VALUE(3)
    (a + a).backward()

    assert a.grad == 2


def test_the_engine_goes_through_a_long_chain():
    x = VALUE(1)
    y = x
    for _ in range(5000):
        y = y + 1
    y.backward()

    assert x.grad == 1
