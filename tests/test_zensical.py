"""The way out of Material's end: what Zensical is given, as far as it can be told without it.

`make zensical` builds the English lessons by Zensical itself; contributing/zensical.md says
what comes of it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.explorers import script_files
from nabla.run.runner import Runner
from nabla.site.prepare import prepare
from nabla.source.front_matter import read_front_matter
from nabla.source.lessons import LABS, lesson_slugs
from nabla.source.project import Project
from tools.zensical_site import ALONE, LOCALE, write_project

from .conftest import CACHE, ROOT
from .pages import PROJECT, built

LESSONS = lesson_slugs(PROJECT)
DRAWN = "svg [data-op], svg [data-local], .explorer[data-samples]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("zensical")
    write_project(PROJECT, made)
    return made


@pytest.fixture(scope="module")
def config(folder: Path) -> Mapping[str, Any]:
    """The written configuration, as any reader of YAML finds it."""
    return yaml.safe_load((folder / "mkdocs.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stored() -> Iterator[None]:
    """Every result of this project is in the store, as when Zensical begins."""
    with pytest.MonkeyPatch.context() as patch, Runner() as runner:
        patch.setenv("NABLA_CACHE", CACHE)
        prepare(Project(ROOT), runner)
        yield


def pages(nav: Any) -> list[str]:
    """Return the files that a navigation names."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in pages(part)]


def test_every_file_that_the_configuration_names_is_there(folder: Path, config):
    docs = folder / config["docs_dir"]
    named = [
        *pages(config["nav"]),
        *config["extra_css"],
        *(script["path"] for script in config["extra_javascript"]),
        config["theme"]["favicon"],
        config["theme"]["logo"],
    ]

    assert [name for name in named if not (docs / name).is_file()] == []
    beside = docs / "assets/javascripts/explorers"
    assert {file.name for file in script_files()} == {file.name for file in beside.iterdir()}


def test_every_english_page_but_the_labs_is_in_the_navigation(config):
    expected = [f"{slug}.md" for slug in PROJECT.nav if not slug.startswith(LABS)]

    assert pages(config["nav"]) == expected


def test_the_scripts_are_some_of_the_site_s(config):
    assert {script["path"] for script in config["extra_javascript"]} == set(ALONE)


def test_the_extensions_are_those_of_the_site_in_their_order(config):
    def names(extensions: list[Any]) -> list[str]:
        return [one if isinstance(one, str) else next(iter(one)) for one in extensions]

    given = names(config["markdown_extensions"])
    assert given == names(PROJECT.config["markdown_extensions"])
    assert len([name for name in given if name.startswith("nabla.")]) == 6


def render(config: Mapping[str, Any], slug: str) -> BeautifulSoup:
    """Return a page by Python-Markdown alone, with the extensions and options of Zensical's."""
    given = [{one: {}} if isinstance(one, str) else one for one in config["markdown_extensions"]]
    options = {name: options or {} for one in given for name, options in one.items()}
    text = read_front_matter(PROJECT.page(LOCALE, slug).text).body
    html = markdown(text, extensions=list(options), extension_configs=options)
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_shows_what_the_site_shows(site: Path, stored: None, config, slug: str):
    alone, whole = render(config, slug), built(site, LOCALE, slug).article

    for selected in ("figure.snippet .highlight code", ".result pre", "annotation", "h1, h2, h3"):
        mine = [element.text for element in alone.select(selected)]
        assert mine == [element.text for element in whole.select(selected)], selected
    assert [one.attrs for one in alone.select(DRAWN)] == [one.attrs for one in whole.select(DRAWN)]
    assert alone.select("figure.snippet .result pre") and alone.select(DRAWN)
