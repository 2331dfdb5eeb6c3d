"""What readers take away: notebooks and Python files, with the results of the page."""

import ast
import json
import multiprocessing
import os
import posixpath
import re
import runpy
import subprocess
import sys
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import nbclient
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode

from nabla.run.outcome import CellOutput
from nabla.site.notebook import Source, make_notebook, make_script
from nabla.source.lessons import LABS, LESSONS, lesson_slugs
from nabla.source.page import read_page
from nabla.source.project import Project

from .commands import forked
from .conftest import LOCALES, ROOT, SNIPPET, SmallProject
from .pages import built

PROJECT = Project(ROOT)
SLUGS = lesson_slugs(PROJECT) + lesson_slugs(PROJECT, LABS)
WORDS = {
    "from": "From {address}.",
    "drawing": "Drawing",
    "variants": "Switches",
    "solution": "Solution",
    "left_out": "See {address}.",
}
PAGE = """# Title { #title }

See [slope](../learn/slope.md#torch), [above](#title) and `[a](b.md)`.

--8<-- "sum/two.md"

1. A note.

## Drawn { #drawn }

<!--nabla:graph sum/two-->

<!--nabla:predict-->

--8<-- "sum/two.md"

??? success "Solution 1"

    First this:

    --8<-- "sum/two.md"

    Then that.

After all.
"""


def file_of(site: Path, locale: str, slug: str, ending: str) -> Path:
    folder = site if locale == PROJECT.default else site / locale
    return folder / slug / f"{posixpath.basename(slug)}.{ending}"


def has_solutions(slug: str) -> bool:
    """Say whether a page has a second notebook, since the first leaves its solutions out."""
    return bool(PROJECT.page(PROJECT.default, slug).solutions)


NOTEBOOKS = [
    (slug, solved)
    for slug in SLUGS
    for solved in ((True, False) if has_solutions(slug) else [True])
]


def downloaded(site: Path, locale: str, slug: str, solved: bool = True) -> NotebookNode:
    """Return a notebook, with the solutions of its page or without those of a lab."""
    folder = file_of(site, locale, slug, "ipynb").parent
    ending = "-solutions" if solved and has_solutions(slug) else ""
    return nbformat.read(folder / f"{posixpath.basename(slug)}{ending}.ipynb", as_version=4)


@pytest.fixture(scope="module", params=product(LOCALES, SLUGS), ids="/".join)
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The locale and the slug of each lesson and lab: all that is asked of one comes together."""
    return request.param


def code_of(made: NotebookNode) -> list[str]:
    return [cell.source for cell in made.cells if cell.cell_type == "code"]


def printed(made: NotebookNode) -> list[str]:
    """Return what each code cell printed; what it drew is only counted."""
    return [
        "".join(out.text for out in cell.outputs if out.output_type == "stream")
        + "[plot]" * sum(out.output_type == "display_data" for out in cell.outputs)
        for cell in made.cells
        if cell.cell_type == "code"
    ]


@pytest.fixture
def made() -> NotebookNode:
    source = Source(
        lambda name: ("print(1 + 1)  # (1)!\n", CellOutput("2\n")),
        (),
        "http://here/learn/a/",
        lambda target: f"http://there/{target}",
    )
    return make_notebook(read_page(PAGE), 0, source, WORDS)


def prose(made: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")


def in_a_kernel(given: NotebookNode) -> list[str]:
    """Return what each cell prints when Jupyter runs a notebook."""
    client = nbclient.NotebookClient(
        nbformat.from_dict(given), timeout=120, shutdown_kernel="immediate"
    )
    return printed(client.execute())


def in_a_shell(given: NotebookNode) -> list[str]:
    """Return what each cell prints in the shell that a kernel wraps, without its start."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = forked(shell, code_of(given), sender)
    sender.close()
    found = receiver.recv()
    process.join()
    return found


def shell(cells: list[str], sender: Connection) -> None:
    ran = InteractiveShell.instance()
    found = []
    for code in cells:
        with capture_output() as captured:
            ran.run_cell(code).raise_error()
        found.append(captured.stdout)
    sender.send(found)


@pytest.mark.parametrize(("slug", "solved"), NOTEBOOKS)
def test_a_notebook_run_from_first_to_last_cell_finds_the_results_that_it_came_with(
    site, slug, solved
):
    run = in_a_kernel if slug.startswith(LABS) else in_a_shell
    given = downloaded(site, "en", slug, solved)

    assert run(given) == printed(given)
    for locale in LOCALES[1:]:
        other = downloaded(site, locale, slug, solved)
        assert code_of(other) == code_of(given)
        assert printed(other) == printed(given)


def printed_by_script(path: Path) -> str:
    """Return what a downloaded Python file prints when it is run."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = forked(run_script, str(path), sender)
    sender.close()
    found = receiver.recv()
    process.join()
    return found


def run_script(path: str, sender: Connection) -> None:
    os.environ["MPLBACKEND"] = "agg"
    with capture_output() as captured:
        runpy.run_path(path, run_name="__main__")
    sender.send(captured.stdout)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_downloaded_python_file_prints_what_its_page_shows(site, slug: str):
    shown = "".join(printed(downloaded(site, "en", slug))).replace("[plot]", "")
    programs = {
        ast.dump(ast.parse(file_of(site, locale, slug, "py").read_text(encoding="utf-8")))
        for locale in LOCALES
    }

    assert printed_by_script(file_of(site, "en", slug, "py")) == shown
    assert len(programs) == 1


SHELL = """rm = 0.0
rm += 0.1 * 3
ls = [1]
ls += [2]
cat = cd = cp = mv = man = more = less = mkdir = 1
cat -= 1
cd *= 3
text = '''
# %% [markdown]
%matplotlib
!ls
'''
# %% a comment
print(f"{rm:.1f}", ls, cat, cd, len(text))
"""


def test_names_that_are_commands_of_a_shell_stay_code_in_the_python_file(project: SmallProject):
    config = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - learn/a.md\n", 1)
    project.write("mkdocs.yml", config)
    snippet = SNIPPET.replace("print(1 + 1)\n", SHELL).replace("text\n2", "text\n0.3 [1, 2] 0 3 33")
    project.write("snippets/sum/shell.md", snippet)
    head = "---\ntitle: A\nminutes: 1\nrequires: []\n---\n\n# A { #a }\n\n%magic\n\n!ls\n\n"
    project.write_page("learn/a", head + '--8<-- "sum/shell.md"\n')
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    script = project.root / "site/learn/a/a.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)

    assert done.stdout == "0.3 [1, 2] 0 3 33\n"


def test_a_notebook_is_valid_and_holds_every_result_of_its_page(site, place):
    locale, slug = place
    made = downloaded(site, locale, slug)
    nbformat.validate(made)
    page = built(site, locale, slug)

    assert [text for text in printed(made) if text.replace("[plot]", "")] == [
        pre.text + "[plot]" * len(pre.find_parent("figure").select("svg.plot"))
        for pre in page.select("figure.snippet .result pre")
    ]
    assert len(code_of(made)) == len(page.select("figure.snippet"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug.startswith(LABS)])
def test_the_notebook_of_a_lab_has_an_empty_cell_in_place_of_each_solution(site, slug, locale):
    with_them, without = (downloaded(site, locale, slug, solved) for solved in (True, False))
    nbformat.validate(without)
    folds = built(site, locale, slug).select("details.success")
    solutions = [code.text for fold in folds for code in fold.select(".highlight code")]

    code, left = code_of(with_them), [cell for cell in code_of(without) if cell]
    assert [cell for cell in code if cell not in left] == [cell.rstrip("\n") for cell in solutions]
    assert left == [cell for cell in code if cell in left]
    assert code_of(without).count("") == len(folds) >= 3
    for number in range(1, len(folds) + 1):
        assert f"#exercise-{number})" in prose(without)


def test_a_notebook_has_no_markup_that_only_the_site_understands(site, place):
    locale, slug = place
    made = [downloaded(site, locale, slug, solved) for solved in (True, not has_solutions(slug))]
    text = "\n".join(map(prose, made))

    assert not re.search(r"\{ ?#|--8<--|<!--|^\s*(!!!|\?\?\?)|\.md[)#]", text, re.MULTILINE)


def test_every_link_of_a_notebook_leads_to_a_place_of_the_site(site, place):
    locale, slug = place
    made = [downloaded(site, locale, slug, solved) for solved in (True, not has_solutions(slug))]
    text = "\n".join(map(prose, made))
    for target in set(re.findall(r"(?<!!)\]\((http://localhost:8000/[^)]*)\)", text)):
        url = urlsplit(target)
        page = site / url.path.lstrip("/") / "index.html"
        assert page.is_file(), target
        if url.fragment:
            assert f'id="{url.fragment}"' in page.read_text(encoding="utf-8"), target


def test_a_page_offers_its_notebook_and_a_python_file_that_compiles(site, place):
    locale, slug = place
    page = built(site, locale, slug)
    links = page.select(".nabla-takeaway:not(.at-head) a[download]")
    name = posixpath.basename(slug)

    solved = [f"{name}-solutions.ipynb"] if has_solutions(slug) else []
    assert [link["href"] for link in links] == [f"{name}.ipynb", *solved, f"{name}.py"]
    assert page.select(".nabla-takeaway.at-head a[download]") == links
    assert page.select_one(".nabla-takeaway.at-head").find_next("h1") is not None
    assert all(
        (file_of(site, locale, slug, "py").parent / link["href"]).is_file() for link in links
    )
    compile(file_of(site, locale, slug, "py").read_text(encoding="utf-8"), name, "exec")


def test_ids_of_headings_go_and_links_lead_to_the_site(made):
    text = prose(made)

    assert text.startswith("# Title\n\nFrom http://here/learn/a/.\n")
    assert "[slope](http://there/../learn/slope.md#torch)" in text
    assert "[above](http://there/#title)" in text


def test_a_drawing_becomes_a_link_to_its_place(made):
    assert "[Drawing](http://here/learn/a/#drawn)" in prose(made)


def test_programs_with_switches_become_the_first_of_them_and_a_link_to_their_place(made):
    page = read_page("# Title { #title }\n\n<!--nabla:variants a/one a/two-->\n")
    source = Source(lambda name: (f"print('{name}')\n", CellOutput("")), (), "http://here/", str)
    switched = make_notebook(page, 0, source, WORDS)

    assert code_of(switched) == ["print('a/one')"]
    assert "[Switches](http://here/#title)" in prose(switched)


def test_a_note_keeps_its_number_beside_the_code(made):
    assert code_of(made)[0] == "print(1 + 1)  # (1)"


def test_a_result_to_predict_and_a_solution_are_folded(made):
    cells = [cell for cell in made.cells if cell.cell_type == "code"]

    assert [dict(cell.metadata.get("jupyter", {})) for cell in cells] == [
        {},
        {"outputs_hidden": True},
        {"outputs_hidden": True, "source_hidden": True},
    ]


def test_an_admonition_becomes_a_quote_around_its_code(made):
    text = prose(made)

    assert "> **Solution 1**\n>\n> First this:" in text
    assert "> Then that.\n\nAfter all." in text


def test_the_python_file_holds_the_prose_as_comments(made):
    text = make_script(made)

    assert "# # Title" in text
    assert "print(1 + 1)" in text
    compile(text, "a.py", "exec")


LAB = """# Lab { #lab }

```python
n = 1
```

### Exercise 1 { #exercise-1 }

What is n?

<!--nabla:solution-->

It is this.

<!--pytest-codeblocks:cont-->

```python
print(n)
```

### Exercise 2 { #exercise-2 }

<!--nabla:solution-->

Nothing to run.

## To keep { #keep }

<!--pytest-codeblocks:cont-->

```python
print(2)
```
"""


def notebook_of_lab(solved: bool) -> NotebookNode:
    cells = [CellOutput(), CellOutput("1\n"), CellOutput("2\n")]
    source = Source(lambda name: ("", CellOutput()), cells, "http://here/", str)
    return make_notebook(read_page(LAB), 0, source, WORDS, solved)


def test_a_notebook_without_solutions_says_where_they_are_and_has_room_for_the_readers_own():
    made = notebook_of_lab(solved=False)

    assert code_of(made) == ["n = 1", "", "", "print(2)"]
    assert printed(made) == ["", "", "", "2\n"]
    assert prose(made).count("It is this.") == prose(made).count("Nothing to run.") == 0
    assert "What is n?\n\nSee http://here/#exercise-1." in prose(made)
    assert "### Exercise 2\n\nSee http://here/#exercise-2." in prose(made)
    assert [cell.execution_count for cell in made.cells if cell.cell_type == "code"] == [
        1,
        None,
        None,
        2,
    ]
    assert make_script(made).count("print") == 1
    nbformat.validate(made)


def test_a_notebook_with_solutions_names_each_and_folds_its_code():
    made = notebook_of_lab(solved=True)
    cells = [cell for cell in made.cells if cell.cell_type == "code"]

    assert printed(made) == ["", "1\n", "2\n"]
    assert "What is n?\n\n**Solution**\n\nIt is this." in prose(made)
    assert "### Exercise 2\n\n**Solution**\n\nNothing to run.\n\n## To keep" in prose(made)
    assert [dict(cell.metadata.get("jupyter", {})) for cell in cells] == [
        {},
        {"outputs_hidden": True, "source_hidden": True},
        {},
    ]


def test_what_looks_like_a_link_in_code_is_none():
    source = Source(
        lambda name: ("", CellOutput()), (), "", lambda target: f"http://there/{target}"
    )
    text = "# Title { #title }\n\nA layer `model[0](x)`, and [`nn`](nn.md) `y`.\n"

    made = prose(make_notebook(read_page(text), 0, source, WORDS))
    assert "A layer `model[0](x)`, and [`nn`](http://there/nn.md) `y`." in made


def test_emphasis_ends_where_commonmark_would_not_see_it():
    source = Source(lambda name: ("", CellOutput()), (), "", str)
    page = read_page("# T { #t }\n\n**要点。**导数")
    made = make_notebook(page, 0, source, WORDS)

    assert "<b>要点。</b>导数" in prose(made)


def test_colab_is_offered_where_the_project_names_the_published_repository(project: SmallProject):
    config = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - learn/a.md\n", 1)
    project.write("mkdocs.yml", config)
    project.write_page(
        "learn/a",
        "---\ntitle: A\nminutes: 1\nrequires: []\n---\n\n# A { #a }\n\n" + '--8<-- "sum/two.md"\n',
    )
    outcome = project.build(PUBLISHED="some/one")
    assert outcome.code == 0, outcome.said
    page = project.read("site/fr/learn/a/index.html")

    there = "https://colab.research.google.com/github/some/one/blob/gh-pages/fr/learn/a/a.ipynb"
    assert page.count(f'href="{there}"') == 2
    assert json.loads(project.read("site/fr/learn/a/a.ipynb"))["nbformat"] == 4


def test_the_home_page_of_a_published_site_offers_all_of_it_as_a_zip(project: SmallProject):
    assert project.build(PUBLISHED="some/one").code == 0

    assert 'href="nabla-offline.zip" download' in project.read("site/index.html")
    assert 'href="../nabla-offline.zip" download' in project.read("site/zh/index.html")


def test_no_page_of_this_project_links_to_colab_before_it_is_published(site):
    page = built(site, "en", f"{LESSONS}slope")

    assert bool(page.select('a[href*="colab"]')) == bool(os.environ.get("PUBLISHED"))
