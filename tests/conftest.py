"""Small real projects to build, check and break."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from nabla.source.project import Project

from .browser import browser, browser_page, contexts  # noqa: F401
from .codeblocks import EachWarning
from .commands import run

ROOT = Path(__file__).parents[1]
gc.set_threshold(50_000, 20, 100)  # pages are parsed by the hundred: a tenth of the time else
CACHE = tempfile.mkdtemp(prefix="nabla-")
"""Where small projects keep the runs of their samples, which are the same in most."""
ADDRESS = "http://localhost:8000/"
"""Where the sites that tests build are told to stand, if a test does not say otherwise."""
LOCALES = [language.locale for language in Project(ROOT).languages]

SNIPPET = """```python
print(1 + 1)
```

<!--pytest-codeblocks:expected-output-->

```text
2
```
"""
HOME = """---
title: Home
---

# Home { #home }

--8<-- "sum/two.md"
"""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(EachWarning())  # for what stands outside this folder too


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and all that it said."""

    code: int
    said: str


@dataclass(frozen=True)
class SmallProject:
    """A project of one page in each language and one snippet, in a folder of its own."""

    root: Path

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write_page(self, slug: str, text: str) -> None:
        for locale in LOCALES:
            self.write(f"docs/{locale}/{slug}.md", text)

    def embed(self, name: str, snippet: str) -> None:
        """Add a snippet and a line that embeds it on the home page of every language."""
        self.write(f"snippets/{name}.md", snippet)
        self.write_page("index", self.read("docs/en/index.md") + f'\n--8<-- "{name}.md"\n')

    def command(self, *words: str, **environment: str) -> Outcome:
        kept = {"NO_MKDOCS_2_WARNING": "1", "NABLA_CACHE": CACHE, "SITE_URL": ADDRESS}
        return Outcome(*run(words, self.root, {**os.environ, **kept, **environment}))

    def nabla(self, *words: str) -> Outcome:
        return self.command("nabla", *words)

    def build(self, *words: str, **environment: str) -> Outcome:
        return self.command("mkdocs", "build", "--strict", *words, **environment)

    def codeblocks(self) -> Outcome:
        words = ("pytest", "-q", "-p", "no:cacheprovider", "--codeblocks", "snippets", "docs")
        return self.command(*words)


@pytest.fixture(scope="session")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], SmallProject]:
    """Return a function that makes small projects in which nothing is wrong."""
    return lambda: small_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(make_project: Callable[[], SmallProject]) -> SmallProject:
    return make_project()


def small_project(folder: Path) -> SmallProject:
    made = SmallProject(folder)
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    before, _, rest = config.partition("nav:\n")
    made.write("mkdocs.yml", before + "nav:\n  - Home: index.md\n" + rest[rest.index("plugins:") :])
    shutil.copy(ROOT / "requirements.txt", folder)
    shutil.copytree(ROOT / "words", folder / "words")
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    made.write_page("index", HOME)
    made.write("snippets/sum/two.md", SNIPPET)
    return made


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """This very site, built strictly, once for all processes that run tests."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine if worker_id == "master" else mine.parent) / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            made = tmp_path_factory.mktemp("build") / "site"
            outcome = SmallProject(ROOT).build("--site-dir", str(made))
            assert outcome.code == 0, outcome.said
            made.rename(folder)
    return folder
