"""Under `mkdocs serve`, a page is rendered again where what it is made from changed."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from material.plugins.search.plugin import SearchIndex
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.pages import Page

from nabla.markdown import notebook

from .conftest import CACHE, SNIPPET, SmallProject

OTHER = "---\ntitle: Other\n---\n\n# Other { #other }\n\n"
LESSON = """---
title: One
minutes: 10
requires: []
---

# One { #one }

--8<-- "sum/two.md"
"""


@pytest.fixture
def rebuilt(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], set[str]]]:
    """A function that builds the English pages as a server does, and says which it rendered."""
    monkeypatch.setenv("ONLY", "en")
    monkeypatch.setenv("NABLA_CACHE", CACHE)
    nav = "nav:\n  - Home: index.md\n"
    project.write("mkdocs.yml", project.read("mkdocs.yml").replace(nav, nav + "  - other.md\n"))
    project.write_page("other", OTHER)
    rendered: set[str] = set()
    render = Page.render

    def counted(page: Page, *arguments) -> None:
        rendered.add(Path(page.file.src_uri).stem)
        render(page, *arguments)

    monkeypatch.setattr(Page, "render", counted)
    config = load_config(str(project.root / "mkdocs.yml"), site_dir=str(project.root / "site"))
    plugins = config.plugins
    plugins.on_startup(command="serve", dirty=False)

    def again() -> set[str]:
        rendered.clear()
        build(config, serve_url="http://localhost/")
        return set(rendered)

    assert again() == {"index", "other"}
    yield again
    plugins.on_shutdown()


def html(project: SmallProject, address: str) -> str:
    return project.read(f"site/{address}index.html")


def test_nothing_is_rendered_again_where_nothing_changed(project, rebuilt):
    before = html(project, ""), html(project, "other/")

    assert rebuilt() == set()
    assert (html(project, ""), html(project, "other/")) == before


def test_a_saved_page_alone_is_rendered_again(project, rebuilt):
    project.write("docs/en/other.md", OTHER + "Saved.\n")

    assert rebuilt() == {"other"}
    assert "<p>Saved.</p>" in html(project, "other/")


def test_a_saved_snippet_renders_the_pages_that_show_it(project, rebuilt):
    project.write("snippets/sum/two.md", SNIPPET.replace("1 + 1", "20 + 22"))

    assert rebuilt() == {"index"}
    assert "42\n</pre>" in html(project, "")


def test_a_saved_snippet_renders_the_pages_that_draw_it(project, rebuilt):
    project.embed("graph/leaf", SNIPPET.replace("print(1 + 1)", "import torch\nprint(2)"))
    project.write_page("other", f"{OTHER}<!--nabla:graph graph/leaf z-->\n")
    rebuilt()
    assert "cannot draw" in html(project, "other/")

    made = "import torch\nz = torch.tensor(2.0, requires_grad=True) * 3\nprint(2)"
    project.write("snippets/graph/leaf.md", SNIPPET.replace("print(1 + 1)", made))

    assert "other" in rebuilt()
    assert "MulBackward0" in html(project, "other/")


def test_saved_words_render_every_page(project, rebuilt):
    words = project.read("words/en.yml")
    assert "result: Result" in words
    project.write("words/en.yml", words.replace("result: Result", "result: Printed"))

    assert rebuilt() == {"index", "other"}
    assert "Printed</summary>" in html(project, "")


def test_a_page_with_something_wrong_says_so_at_each_build(project, rebuilt, caplog):
    project.write("docs/en/other.md", OTHER + "[Nowhere](nowhere.md)\n")

    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "mkdocs"):
            assert rebuilt() == {"other"}
        assert "nowhere.md" in caplog.text


def test_a_link_to_an_anchor_that_went_is_reported_though_its_page_is_not_rendered(
    project, rebuilt, caplog
):
    project.write("docs/en/other.md", OTHER + "[There](index.md#there)\n")
    project.write("docs/en/index.md", project.read("docs/en/index.md") + "\n## There { #there }\n")
    rebuilt()
    project.write("docs/en/index.md", project.read("docs/en/index.md").replace("#there", "#here"))

    with caplog.at_level(logging.WARNING, "mkdocs"):
        assert rebuilt() == {"index"}
    assert "does not contain an anchor '#there'" in caplog.text


def test_a_page_is_rendered_again_where_what_it_links_to_went(project, rebuilt, caplog):
    project.write("docs/en/other.md", OTHER + "[More](more.md)\n")
    project.write_page("more", "---\ntitle: More\n---\n\n# More { #more }\n")
    rebuilt()
    (project.root / "docs/en/more.md").unlink()

    with caplog.at_level(logging.WARNING, "mkdocs"):
        assert "other" in rebuilt()
    assert "'more.md'" in caplog.text


def test_a_saved_page_is_searched_as_it_is_now_and_no_other_is_read(project, rebuilt, monkeypatch):
    read: list[str] = []
    add = SearchIndex.add_entry_from_context

    def counted(index: SearchIndex, page: Page) -> None:
        read.append(page.url)
        add(index, page)

    monkeypatch.setattr(SearchIndex, "add_entry_from_context", counted)
    project.write("docs/en/other.md", OTHER + "Saved.\n")
    before = json.loads(project.read("site/search/texts.json"))
    rebuilt()

    after = json.loads(project.read("site/search/texts.json"))
    assert read == ["other/"]
    assert [text for text in after if text not in before] == [
        {"location": "other/", "title": "Other", "text": "<p>Other</p><p>Saved.</p>"}
    ]
    assert [text for text in before if text["location"] == ""] == [
        text for text in after[len(before) :] if text["location"] == ""
    ]


def test_a_notebook_is_made_again_where_what_it_shows_changed(project, rebuilt, monkeypatch):
    made: list[str] = []
    write = notebook.script

    def counted(*arguments) -> str:
        made.append("notebook")
        return write(*arguments)

    monkeypatch.setattr(notebook, "script", counted)
    project.write_page("learn/one", LESSON)
    rebuilt()
    before = project.read("site/learn/one/one.ipynb")
    rebuilt()
    assert made == ["notebook"]
    assert project.read("site/learn/one/one.ipynb") == before

    project.write("snippets/sum/two.md", SNIPPET.replace("1 + 1", "20 + 22"))
    rebuilt()
    assert made == ["notebook"] * 2
    assert "20 + 22" in project.read("site/learn/one/one.py")
