"""Under `mkdocs serve`, what is saved shows at once, and only what changed runs again."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from .browser import free_port
from .conftest import SNIPPET, SmallProject

PATIENCE = 60


@pytest.fixture
def served(project: SmallProject) -> Iterator[tuple[SmallProject, str]]:
    """A small project and the address at which it is being served."""
    counted = SNIPPET.replace(
        "print(1 + 1)",
        f"with open({str(project.root / 'runs')!r}, 'a') as file:\n    file.write('x')\nprint(2)",
    )
    project.embed("sum/counted", counted)
    address = f"localhost:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address],
        cwd=project.root,
        env={**os.environ, "ONLY": "fr", "SITE_URL": "http://localhost/"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield project, f"http://{address}/"
    finally:
        process.terminate()
        process.wait()


def page_with(url: str, text: str) -> str:
    """Return the page at `url` as soon as it holds `text`."""
    seen = ""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url) as answer:
                seen = answer.read().decode()
        except OSError:
            pass
        if text in seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"{text!r} did not appear in:\n{seen}")


def test_a_saved_snippet_or_page_shows_and_only_what_changed_runs_again(served):
    project, url = served
    page_with(url, ">2\n</pre>")

    project.write("snippets/sum/two.md", SNIPPET.replace("1 + 1", "20 + 22"))
    page_with(url, ">42\n</pre>")

    project.write("docs/fr/index.md", project.read("docs/fr/index.md") + "\nBonjour.\n")
    page_with(url, "<p>Bonjour.</p>")

    assert (project.root / "runs").read_text() == "x"
