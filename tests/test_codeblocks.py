"""Samples print the same under pytest-codeblocks whichever ran before in the same process."""

import shutil
from pathlib import Path

from .conftest import ROOT, SmallProject

CONFTEST = """
import sys

sys.path.insert(0, {root!r})

from tests.codeblocks import EachWarning


def pytest_configure(config):
    config.pluginmanager.register(EachWarning())
"""


def test_a_sample_that_is_about_a_warning_gets_it_each_time(tmp_path: Path):
    project = SmallProject(tmp_path)
    project.write("conftest.py", CONFTEST.format(root=str(ROOT)))
    (tmp_path / "docs").mkdir()
    about = [
        file for file in ROOT.glob("snippets/**/*.md") if "warnings" in file.read_text("utf-8")
    ]
    for number in (1, 2):
        for file in about:
            name = f"{file.parent.name}-{file.name}"
            there = tmp_path / f"snippets/{number}/{name}"
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, there)
    outcome = project.codeblocks()

    assert len(about) > 8
    assert outcome.code == 0, outcome.said
    assert f"{2 * len(about)} passed" in outcome.said
