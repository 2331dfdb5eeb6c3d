"""A kind of explorer is one folder and one line in the registry."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from nabla.explorers import FOLDER, KINDS, script_files, style_files
from nabla.explorers.directive import Drawing, read_drawing
from nabla.problem import Problem


@dataclass(frozen=True)
class Directive:
    keyword: str
    rest: str
    line: int = 7


STILL = {"norms"}
"""Kinds of which nothing moves, so that they have no script."""


def test_each_folder_is_a_registered_kind_with_all_its_files():
    folders = {file.parent.name for file in FOLDER.glob("*/draw.py")}

    assert folders == set(KINDS)
    for kind in KINDS:
        for name in ("probe.py", f"{kind}.html.j2", f"{kind}.css"):
            assert (FOLDER / kind / name).is_file()
        assert (FOLDER / kind / f"{kind}.js").is_file() == (kind not in STILL)


def test_what_is_published_is_there_and_has_names_that_differ():
    for files in (script_files(), style_files()):
        assert all(file.is_file() for file in files)
        assert len({file.name for file in files}) == len(files)


def test_reading_a_directive_imports_nothing_that_only_drawing_or_running_needs():
    code = (
        "import sys\n"
        "from types import SimpleNamespace as Directive\n"
        "from nabla.explorers.directive import read_drawing\n"
        "rest = 'f x=-2..2 y=-2..2 at=1,1'\n"
        "read_drawing(Directive(keyword='contour', rest=rest, line=1), 'a.md', 'a/b')\n"
        "heavy = {'contourpy', 'jinja2', 'markdown', 'mkdocs', 'networkx', 'numpy', 'torch'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_a_directive_of_a_page_names_a_snippet_and_one_of_a_snippet_does_not():
    in_page = read_drawing(Directive("graph", "a/b z"), "docs/en/index.md")
    in_snippet = read_drawing(Directive("graph", "z"), "snippets/a/b.md", "a/b")

    assert isinstance(in_page, Drawing)
    assert isinstance(in_snippet, Drawing)
    assert (in_page.kind, in_page.snippet, in_page.probe) == ("graph", "a/b", in_snippet.probe)


@pytest.mark.parametrize(
    ("keyword", "rest", "said"),
    [
        ("garph", "a/b z", "`nabla:garph` is no directive"),
        ("graph", "", "`nabla:graph` names no snippet"),
        ("graph", "a/b", "`nabla:graph` does not understand `a/b`"),
    ],
)
def test_a_directive_that_is_not_understood_is_a_problem(keyword: str, rest: str, said: str):
    problem = read_drawing(Directive(keyword, rest), "docs/en/index.md")

    assert isinstance(problem, Problem)
    assert str(problem).startswith(f"docs/en/index.md:7: {said}; ")


def test_directives_that_draw_nothing_are_left_to_others():
    assert read_drawing(Directive("predict", ""), "docs/en/index.md") is None
