"""The zip of the site: read from a folder, without a server, in every language."""

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from .conftest import LOCALES, SmallProject
from .test_search import ask

CURVE = """```python
def f(x):
    return x**2


print(f(2))
```

<!--pytest-codeblocks:expected-output-->

```text
4
```
"""
PAGE = """---
title: {title}
minutes: 1
requires: []
---

# {title} { #a }

--8<-- "curve/square.md"

<!--nabla:curve curve/square f x=-2..2 at=1 h=1,0.1-->
"""
TITLES = dict.fromkeys(LOCALES, "slope") | {"fr": "dérivée", "ja": "微分係数", "zh": "链式法则"}
ASKED = dict.fromkeys(LOCALES, "slope") | {"fr": "derivee", "ja": "微分係数", "zh": "链式法则"}


@pytest.fixture(scope="module")
def unpacked(make_project, tmp_path_factory) -> Path:
    project: SmallProject = make_project()
    config = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - learn/a.md\n", 1)
    project.write("mkdocs.yml", config)
    project.write("snippets/curve/square.md", CURVE)
    for locale, title in TITLES.items():
        project.write(f"docs/{locale}/learn/a.md", PAGE.replace("{title}", title))
    outcome = project.nabla("offline", "--to", "site.zip")
    assert outcome.code == 0, outcome.said
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(project.root / "site.zip") as packed:
        packed.extractall(folder)
    return folder / "site"


def page_of(folder: Path, locale: str) -> str:
    return (folder / ("" if locale == "en" else locale) / "learn/a.html").as_uri()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_search_works_from_a_folder(browser_page, unpacked: Path, locale: str):
    tab = browser_page(viewport={"width": 1280, "height": 900})
    shown = tab.go(page_of(unpacked, locale))
    ask(shown, ASKED[locale])
    first = shown.locator(".md-search-result__item a").first
    first.wait_for()

    assert first.evaluate("link => link.href.split(/[?#]/)[0]") == page_of(unpacked, locale)
    assert not tab.errors


def test_explorers_work_from_a_folder(browser_page, unpacked: Path):
    tab = browser_page()
    shown = tab.go(page_of(unpacked, "fr"))
    slider = shown.locator("nabla-curve input[type=range]").first
    slider.wait_for()
    before = shown.locator("nabla-curve").inner_text()
    slider.focus()
    slider.press("End")

    assert shown.locator("nabla-curve").inner_text() != before
    assert not tab.errors


def test_results_can_be_hidden_in_a_folder(browser_page, unpacked: Path):
    shown = browser_page().go(page_of(unpacked, "en"))
    shown.locator(".nabla-predict").click()

    assert shown.locator("details.result[open]").count() == 0


@pytest.mark.parametrize("locale", LOCALES)
def test_every_link_of_a_page_leads_to_a_file_of_the_folder(unpacked: Path, locale: str):
    page = unpacked / ("" if locale == "en" else locale) / "learn/a.html"
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    targets = [tag.get("href") or tag.get("src") for tag in html.select("[href], [src]")]
    local = [urlsplit(target) for target in targets if not target.startswith("#")]

    assert local
    for url in local:
        if not url.scheme:
            assert (page.parent / unquote(url.path)).resolve().is_file(), url.path


def test_nothing_in_the_folder_is_a_module(unpacked: Path):
    for page in unpacked.rglob("*.html"):
        assert not re.search('type="module"', page.read_text(encoding="utf-8"))


def test_the_zip_of_the_same_site_is_the_same(project: SmallProject):
    assert project.nabla("offline", "--to", "one.zip").code == 0
    assert project.nabla("offline", "--to", "two.zip").code == 0

    names = [zipfile.ZipFile(project.root / f"{name}.zip") for name in ("one", "two")]
    assert [i.filename.partition("/")[2] for i in names[0].infolist()] == [
        i.filename.partition("/")[2] for i in names[1].infolist()
    ]
    assert [i.CRC for i in names[0].infolist()] == [i.CRC for i in names[1].infolist()]
