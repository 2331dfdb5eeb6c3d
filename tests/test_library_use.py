"""The site builds by MkDocs' own functions, from any script, without its command line."""

import json
import os
import subprocess
import sys

import pytest

from .conftest import ADDRESS, CACHE, LOCALES, SmallProject

BUILD = """
from mkdocs.commands.build import build
from mkdocs.config import load_config

build(load_config("mkdocs.yml", strict=True, site_dir="made"))
"""
LOAD = """
import json
import sys

import psutil
from mkdocs.config import load_config

started = []
sys.addaudithook(lambda event, what: started.append(str(what[:1])) if event in STARTS else None)
load_config("mkdocs.yml")
children = [child.name() for child in psutil.Process().children(recursive=True)]
print(json.dumps({"modules": list(sys.modules), "started": started, "children": children}))
"""
JUPYTEXT = "('pandoc',)"
"""jupytext, which mkdocs-jupyter imports, asks at once for the version of pandoc."""
STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system")


def run_script(project: SmallProject, script: str) -> str:
    """Run a script, that stands elsewhere, in the folder of a project, and return its output."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.root,
        env={**os.environ, "NABLA_CACHE": CACHE, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": ADDRESS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_plain_script_builds_all_languages(project: SmallProject):
    run_script(project, BUILD)

    for locale in LOCALES:
        home = "made/index.html" if locale == "en" else f"made/{locale}/index.html"
        html = project.read(home)
        assert "2\n</pre>" in html
        assert f'<html lang="{locale}"' in html


def test_a_script_builds_what_the_command_line_builds(project: SmallProject):
    assert project.build("--site-dir", "commanded").code == 0
    run_script(project, BUILD)

    assert files(project, "made") == files(project, "commanded")


def files(project: SmallProject, folder: str) -> dict[str, bytes]:
    """Return what a built site holds, but for the time at which it was."""
    root = project.root / folder
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith("sitemap")
    }


@pytest.fixture(scope="module")
def loaded(make_project) -> dict[str, list[str]]:
    """What a process has done that read mkdocs.yml and did no more."""
    return json.loads(run_script(make_project(), f"STARTS = {STARTS!r}\n{LOAD}"))


def test_reading_the_configuration_starts_no_process(loaded):
    assert [one for one in loaded["started"] if one != JUPYTEXT] == []
    assert loaded["children"] == []


@pytest.mark.parametrize("heavy", ["torch", "matplotlib", "IPython.core"])
def test_reading_the_configuration_imports_no(loaded, heavy: str):
    assert heavy not in loaded["modules"]


def test_a_configuration_that_was_read_changed_nothing_in_the_folder(make_project):
    project = make_project()
    before = sorted(project.root.rglob("*"))
    run_script(project, f"STARTS = {STARTS!r}\n{LOAD}")

    assert sorted(project.root.rglob("*")) == before
