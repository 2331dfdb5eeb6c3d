"""The weekly run against the newest torch says what differs, in one issue."""

import importlib.util
import json
from importlib.metadata import version
from types import ModuleType

import pytest

from .conftest import ROOT, SNIPPET, SmallProject
from .test_languages import git

TORCH = version("torch").partition("+")[0]
REQUIREMENTS = "numpy==1.0\ntorch==2.0.0  # the lessons\npytest==1.0\n"


@pytest.fixture
def drift() -> ModuleType:
    path = ROOT / ".github/scripts/drift.py"
    spec = importlib.util.spec_from_file_location("drift", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def older(project: SmallProject) -> SmallProject:
    """A project whose results were stated under an older torch, in the history of git."""
    project.write("requirements.txt", REQUIREMENTS)
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "one")
    return project


def commit(project: SmallProject) -> None:
    git(project, "add", ".")
    git(project, "commit", "-qm", "more")


def test_only_the_pin_of_torch_is_changed(drift, tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text(REQUIREMENTS, encoding="utf-8")

    assert drift.pin(file, "3.1.0") == "2.0.0"
    assert file.read_text(encoding="utf-8") == REQUIREMENTS.replace("2.0.0", "3.1.0")


def test_this_project_s_own_pin_is_found(drift, tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text((ROOT / "requirements.txt").read_text(encoding="utf-8"), encoding="utf-8")

    assert drift.pin(file, "9.9") == TORCH


def test_where_nothing_differs_there_is_nothing_to_report(drift, older: SmallProject):
    assert drift.compare(older.root, TORCH) == ""


def test_a_result_that_differs_is_in_the_report_as_a_diff(drift, older: SmallProject):
    older.embed("sum/three", SNIPPET.replace("1 + 1", "1 + 2"))
    commit(older)
    text = drift.compare(older.root, TORCH)

    assert f"stated under torch 2.0.0. Under torch {TORCH}, some differ." in text
    assert "````diff\ndiff --git a/snippets/sum/three.md b/snippets/sum/three.md\n" in text
    assert "\n-2\n+3\n" in text
    assert text.rstrip().endswith("````")
    assert "cannot rewrite" not in text


def test_a_snippet_that_fails_now_is_in_the_report(drift, older: SmallProject):
    older.embed("sum/gone", SNIPPET.replace("print(1 + 1)", "import torch\n\ntorch.nowhere()"))
    commit(older)
    text = drift.compare(older.root, TORCH)

    assert "## What it cannot rewrite" in text
    assert "snippets/sum/gone.md:4: raises AttributeError" in text
    assert "```diff" not in text


def test_a_long_difference_is_cut_to_what_an_issue_holds(drift):
    text = drift.written("1", "2", "+line\n" * 20_000, "problem\n" * 20_000)

    assert len(text) < 65_536
    assert text.count("… and more\n```") == 2


class Calls:
    """Stands for gh, which a test must not run."""

    def __init__(self, *issues: tuple[int, str]):
        self.issues = json.dumps([{"number": n, "title": title} for n, title in issues])
        self.made: list[tuple[str, ...]] = []

    def __call__(self, *words: str, given: str = "") -> str:
        if words[:2] == ("issue", "list"):
            return self.issues
        self.made.append((*words[1:3], given))
        return ""


@pytest.mark.parametrize(
    ("open_issue", "text", "made"),
    [
        (
            False,
            "differs",
            [("create", "--title=Results differ under the newest torch", "differs")],
        ),
        (True, "differs", [("edit", "7", "differs")]),
        (True, "", [("close", "7", "")]),
        (False, "", []),
    ],
)
def test_there_is_one_issue_as_long_as_results_differ(drift, monkeypatch, open_issue, text, made):
    calls = Calls((3, "Another"), *([(7, drift.TITLE)] if open_issue else []))
    monkeypatch.setattr(drift, "_gh", calls)
    drift.report(text)

    assert calls.made == made
