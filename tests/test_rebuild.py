"""Under `mkdocs serve`, a page that did not change is remembered, and no reader can tell.

Whatever was saved, the site after a rebuild is, file by file, what a fresh build gives.
"""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from .conftest import CACHE, LOCALES, SNIPPET, SmallProject

HOME = """---
title: Home
---

# Home { #home }

<!--nabla:path-->

--8<-- "sum/two.md"
"""
OTHER = """---
title: Other
---

# Other { #other }

The slope. See [home](index.md#home).

<!--nabla:graph sum/graph z-->

<!--nabla:variants sum/plus sum/minus-->
"""
LESSON = """---
title: One
minutes: 10
requires: []
---

# One: why so? { #one }

Words about $x^2$.
"""
LAB = """---
title: Lab
minutes: 5
requires: []
jupyter:
  kernelspec: {display_name: Python 3, language: python, name: python3}
---

# Lab { #lab }

[The lesson](../learn/one.md#one)

```python
n = 2
print(n)
```

<!--pytest-codeblocks:expected-output-->

```text
2
```

## After { #after }
"""
GLOSSARY_PAGE = "---\ntitle: Glossary\n---\n\n# Glossary { #glossary }\n\n<!--nabla:glossary-->\n"
VERIFIED = "---\ntitle: Verified\n---\n\n# Verified { #verified }\n\n<!--nabla:verified-->\n"
MORE = "---\ntitle: More\n---\n\n# More { #more }\n\nA page.\n"
GLOSSARY = "- id: slope\n" + "".join(
    f"  {locale}: {{term: slope, definition: Rise over run.}}\n" for locale in LOCALES
)
GRAPH = SNIPPET.replace(
    "print(1 + 1)",
    "import torch\n\nx = torch.tensor(2.0, requires_grad=True)\nz = x * 3\nprint(2)",
)
PAIR = {
    "snippets/sum/plus.md": SNIPPET.replace("1 + 1", "5 + 2").replace("2\n```\n", "7\n```\n"),
    "snippets/sum/minus.md": SNIPPET.replace("1 + 1", "5 - 2").replace("2\n```\n", "3\n```\n"),
}
PAGES = {
    "index": HOME,
    "other": OTHER,
    "learn/one": LESSON,
    "labs/lab": LAB,
    "reference/glossary": GLOSSARY_PAGE,
    "reference/verified": VERIFIED,
}
ALL = {"home", "other", "one", "lab", "glossary", "verified"}
ALWAYS = {"verified"}
"""What a page states of all others is counted anew each time."""

rendered: set[str] = set()
"""The ids of the pages that were rendered since the set was last cleared."""


class Noting(Extension):
    """A Markdown extension of mkdocs.yml that notes which pages are given to Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Note(md), "note", 1000)


class _Note(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        for line in lines:
            if line.startswith("# "):
                rendered.add(line.partition("#")[2].partition("#")[2].rstrip(" }"))
        return lines


class Server:
    """Builds a project again and again as `mkdocs serve` does, in the languages of ONLY."""

    def __init__(self, project: SmallProject):
        self.project = project
        self._start("site")

    def _start(self, folder: str) -> None:
        self._folder = folder
        self._config: MkDocsConfig | None = self._load()
        self._config.plugins.on_startup(command="serve", dirty=False)
        self._plugins = self._config.plugins

    def _load(self) -> MkDocsConfig:
        folder = str(self.project.root / self._folder)
        return load_config(str(self.project.root / "mkdocs.yml"), site_dir=folder)

    def build(self) -> set[str]:
        """Build, after the first time with a configuration read anew; return what was rendered."""
        config, self._config = self._config or self._load(), None
        config.site_url = "http://localhost/"
        rendered.clear()
        build(config, serve_url=config.site_url)
        return set(rendered)

    def files(self) -> dict[str, bytes]:
        """Return the files of the site, but for one that holds the time."""
        root = self.project.root / self._folder
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.name != "sitemap.xml.gz"
        }

    def watched(self) -> list[str]:
        """Return the files and folders whose changes have `mkdocs serve` build again."""
        config = self._load()
        config.plugins.on_config(config)
        asked: list[str] = []
        observer = SimpleNamespace(watch=asked.append)
        config.plugins.on_serve(observer, config=config, builder=self.build)
        return [config.docs_dir, config.config_file_path, *config.watch, *asked]

    def stop(self) -> None:
        self._plugins.on_shutdown()

    def assert_as_fresh(self) -> None:
        """Compare the site with that of a server just started, which replaces this one."""
        mine = self.files()
        self.stop()
        self._start("fresh")
        self.build()
        fresh = self.files()
        assert mine.keys() == fresh.keys()
        assert [name for name, data in fresh.items() if mine[name] != data] == []

    def html(self, address: str) -> str:
        return self.project.read(f"{self._folder}/{address}index.html")


@pytest.fixture
def site_of_six(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    """A small project with a page of each sort in every language."""
    monkeypatch.setenv("ONLY", "en")
    monkeypatch.setenv("NABLA_CACHE", CACHE)
    nav = "".join(f"  - {slug}.md\n" for slug in PAGES if slug != "index")
    config = project.read("mkdocs.yml").replace(
        "  - Home: index.md\n", "  - Home: index.md\n" + nav
    )
    noting = f"markdown_extensions:\n  - {__name__}:{Noting.__name__}\n"
    project.write("mkdocs.yml", config.replace("markdown_extensions:\n", noting))
    project.write("glossary.yml", GLOSSARY)
    project.write("snippets/sum/graph.md", GRAPH)
    for path, text in PAIR.items():
        project.write(path, text)
    for slug, text in PAGES.items():
        project.write_page(slug, text)
    return project


@pytest.fixture
def server(site_of_six: SmallProject) -> Iterator[Server]:
    """A server whose first build is done."""
    made = Server(site_of_six)
    assert made.build() == ALL
    yield made
    made.stop()


def replace(path: str, old: str, new: str) -> Callable[[SmallProject], None]:
    """Return what saves a file with `new` in place of `old`."""

    def change(project: SmallProject) -> None:
        text = project.read(path)
        assert old in text
        project.write(path, text.replace(old, new))

    return change


def add(slug: str, text: str) -> Callable[[SmallProject], None]:
    return lambda project: project.write_page(slug, text)


def remove(path: str) -> Callable[[SmallProject], None]:
    return lambda project: (project.root / path).unlink()


CHANGES = {
    "nothing": (lambda project: None, set()),
    "the text of a page": (replace("docs/en/other.md", "The slope", "A slope"), {"other"}),
    "a heading of a page": (replace("docs/en/other.md", "# Other", "# Others"), {"other"}),
    "the title of a page": (replace("docs/en/other.md", "title: Other", "title: Else"), ALL),
    "a snippet that a page shows": (replace("snippets/sum/two.md", "1 + 1", "2 + 0"), {"home"}),
    "what a snippet prints": (replace("snippets/sum/two.md", "1 + 1", "1 + 2"), {"home"}),
    "a snippet that a page only draws": (replace("snippets/sum/graph.md", "* 3", "+ 3"), {"other"}),
    "a snippet that a switch leads to": (
        replace("snippets/sum/minus.md", "5 - 2", "5 * 2"),
        {"other"},
    ),
    "a directive within a snippet": (
        lambda project: project.write("snippets/sum/two.md", f"{GRAPH}\n<!--nabla:graph z-->\n"),
        {"home"},
    ),
    "a snippet that went": (remove("snippets/sum/two.md"), {"home"}),
    "an explorer's directive": (
        replace(
            "docs/en/other.md", "<!--nabla:graph sum/graph z-->", "<!--nabla:graph sum/graph x-->"
        ),
        {"other"},
    ),
    "words of the language": (replace("words/en.yml", "result: Result", "result: Printed"), ALL),
    "words of another language": (replace("words/fr.yml", "result: ", "result: Le "), set()),
    "a definition": (replace("glossary.yml", "Rise over run", "Rise by run"), ALL),
    "a term": (replace("glossary.yml", "en: {term: slope", "en: {term: home"), ALL),
    "the minutes of a lesson": (replace("docs/en/learn/one.md", "minutes: 10", "minutes: 20"), ALL),
    "the title of a lesson": (replace("docs/en/learn/one.md", "title: One", "title: First"), ALL),
    "the question of a lesson": (
        replace("docs/en/learn/one.md", "why so?", "why not?"),
        {"one", "home"},
    ),
    "a cell of a lab": (replace("docs/en/labs/lab.md", "print(n)", "print(n + 0)"), {"lab"}),
    "a text of a lab": (replace("docs/en/labs/lab.md", "The lesson", "A lesson"), {"lab"}),
    "a page added": (add("more", MORE), ALL | {"more"}),
    "a page removed": (remove("docs/en/other.md"), ALL - {"other"}),
    "a lesson removed": (remove("docs/en/learn/one.md"), ALL - {"one"}),
    "the order of the navigation": (
        lambda project: project.write(
            "mkdocs.yml",
            project.read("mkdocs.yml")
            .replace("  - other.md\n", "")
            .replace("plugins:\n", "  - other.md\nplugins:\n", 1),
        ),
        ALL,
    ),
    "the README": (lambda project: project.write("README.md", SNIPPET), set()),
    "a template": (
        replace("overrides/main.html", "{% block htmltitle %}", "{% block htmltitle %}<!-- -->"),
        set(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_site_after_a_change_is_that_of_a_fresh_build(server: Server, change: str):
    save, expected = CHANGES[change]
    save(server.project)

    assert server.build() == expected | ALWAYS
    server.assert_as_fresh()


def test_a_change_taken_back_leaves_the_site_as_it_was(server: Server):
    before = server.files()
    replace("docs/en/other.md", "The slope", "A slope")(server.project)
    server.build()
    replace("docs/en/other.md", "A slope", "The slope")(server.project)

    assert server.build() == {"other"} | ALWAYS
    assert server.files() == before


def test_a_page_that_went_and_came_back_is_as_it_was(server: Server):
    before = server.files()
    remove("docs/en/other.md")(server.project)
    server.build()
    server.project.write("docs/en/other.md", OTHER)
    server.build()

    assert server.files() == before


def test_a_page_without_front_matter_keeps_the_title_of_its_heading(site_of_six: SmallProject):
    site_of_six.write_page("other", "# A heading { #bare }\n\nNo front matter.\n")
    server = Server(site_of_six)
    server.build()

    assert server.build() == ALWAYS
    server.assert_as_fresh()
    server.stop()


def test_a_sample_that_failed_once_is_shown_again_when_it_runs(server: Server):
    there = server.project.root / "there"
    code = f"with open({str(there)!r}) as file:\n    print(file.read())"
    server.project.write("snippets/sum/two.md", SNIPPET.replace("print(1 + 1)", code))
    server.build()
    assert "FileNotFoundError" in server.html("")

    there.write_text("2", encoding="utf-8")
    assert server.build() == {"home"} | ALWAYS
    assert "FileNotFoundError" not in server.html("")


def test_a_drawing_that_failed_once_is_shown_again_when_it_can_be_drawn(server: Server):
    there = server.project.root / "there"
    made = "z = torch.tensor(2.0, requires_grad=True) * 3"
    code = f"import os\n\nimport torch\n\nif os.path.exists({str(there)!r}):\n    {made}\nprint(2)"
    server.project.write("snippets/sum/graph.md", SNIPPET.replace("print(1 + 1)", code))
    server.build()
    assert "cannot draw" in server.html("other/")

    there.write_text("2", encoding="utf-8")
    assert server.build() == {"other"} | ALWAYS
    assert "MulBackward0" in server.html("other/")


def test_a_build_that_stopped_leaves_nothing_wrong_behind(server: Server):
    before = server.files()
    server.project.write("docs/en/other.md", b"# \xff { #other }")
    with pytest.raises(Abort):
        server.build()
    server.project.write("docs/en/other.md", OTHER)

    server.build()
    assert server.files() == before


def warnings(caplog: pytest.LogCaptureFixture, server: Server) -> tuple[set[str], str]:
    """Build, and return what was rendered and what was said."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, "mkdocs"):
        return server.build(), caplog.text


def test_a_broken_link_is_said_at_each_build(server: Server, caplog):
    server.project.write("docs/en/other.md", f"{OTHER}\n[Nowhere](nowhere.md)\n")

    for _ in range(3):
        seen, said = warnings(caplog, server)
        assert seen == {"other"} | ALWAYS
        assert "'nowhere.md'" in said


def test_a_broken_link_of_a_lab_is_said_at_each_build(server: Server, caplog):
    replace("docs/en/labs/lab.md", "one.md#one", "nowhere.md")(server.project)

    for _ in range(2):
        seen, said = warnings(caplog, server)
        assert seen == {"lab"} | ALWAYS
        assert "nowhere.md" in said


def test_a_broken_link_that_was_mended_is_said_no_more(server: Server, caplog):
    server.project.write("docs/en/other.md", f"{OTHER}\n[Nowhere](nowhere.md)\n")
    server.build()
    server.project.write("docs/en/other.md", OTHER)

    seen, said = warnings(caplog, server)
    assert seen == {"other"} | ALWAYS
    assert "nowhere" not in said
    assert server.build() == ALWAYS


@pytest.mark.parametrize(
    ("path", "anchor", "linking"),
    [
        ("docs/en/index.md", "home", "en/other.md"),
        ("docs/en/learn/one.md", "one", "en/labs/lab.md"),
    ],
)
def test_a_link_to_an_anchor_that_went_is_said_by_a_page_that_is_not_rendered(
    server: Server, caplog, path: str, anchor: str, linking: str
):
    replace(path, f"{{ #{anchor} }}", "{ #there }")(server.project)

    for expected in ({"there"}, set()):
        now, said = warnings(caplog, server)
        assert now == expected | ALWAYS
        assert f"Doc file '{linking}'" in said
        assert f"does not contain an anchor '#{anchor}'" in said


def test_a_link_to_an_anchor_of_a_page_that_is_not_rendered_is_checked(server: Server, caplog):
    server.project.write("docs/en/index.md", f"{HOME}\n[After](labs/lab.md#after)\n")
    assert "#after" not in warnings(caplog, server)[1]

    server.project.write("docs/en/index.md", f"{HOME}\n[Before](labs/lab.md#before)\n")
    assert "does not contain an anchor '#before'" in warnings(caplog, server)[1]


def test_a_page_that_went_is_missed_by_those_that_link_to_it(server: Server, caplog):
    server.project.write("docs/en/index.md", f"{HOME}\n[Other](other.md)\n")
    server.build()
    remove("docs/en/other.md")(server.project)

    seen, said = warnings(caplog, server)
    assert "home" in seen
    assert "'other.md'" in said


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda project: None, set()),
        (replace("docs/fr/other.md", "The slope", "La slope"), {"other"}),
        (replace("snippets/sum/two.md", "1 + 1", "1 + 2"), {"home"}),
        (replace("words/fr.yml", "result: ", "result: Le "), ALL),
        (remove("docs/fr/other.md"), ALL - {"other"}),
    ],
    ids=["nothing", "a page", "a snippet", "words", "a page removed"],
)
def test_the_site_in_all_languages_is_that_of_a_fresh_build(
    site_of_six: SmallProject, monkeypatch: pytest.MonkeyPatch, change, expected: set[str]
):
    monkeypatch.delenv("ONLY")
    server = Server(site_of_six)
    server.build()
    change(site_of_six)

    assert server.build() == expected | ALWAYS
    server.assert_as_fresh()
    server.stop()


@pytest.mark.parametrize(
    "path",
    [
        "docs/en/index.md",
        "snippets/sum/two.md",
        "words/en.yml",
        "glossary.yml",
        "mkdocs.yml",
        "overrides/main.html",
    ],
)
def test_what_a_page_is_made_of_is_watched(server: Server, path: str):
    assert any((server.project.root / path).is_relative_to(one) for one in server.watched())
