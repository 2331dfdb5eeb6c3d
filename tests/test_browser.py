"""The whole site in a real browser: nothing asked for elsewhere, nothing missing, no barrier."""

import contextlib
import functools
import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nabla.source.project import Project

from .browser import Tab, find_browser, lay_out, listen, serve
from .conftest import LOCALES, ROOT

PROJECT = Project(ROOT)
ADDRESSES = [
    ("" if locale == PROJECT.default else f"{locale}/") + ("" if slug == "index" else f"{slug}/")
    for locale in LOCALES
    for slug in PROJECT.slugs(locale)
]


QUIET = 150
"""Milliseconds after its last answer in which a page asks for what it still needs."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@dataclass(frozen=True)
class Visit:
    """What came of opening a page on a phone."""

    hosts: set[str]
    errors: list[str]
    spill: dict[int, int]
    """By how many pixels the page is wider than a screen of so many."""


@pytest.fixture(scope="module")
def visit(browser, address) -> Iterator[Callable[[str], Visit]]:
    """A function that opens a page once, in a tab that goes from page to page."""
    with contextlib.closing(browser.new_context(viewport={"width": 375, "height": 800})) as own:
        tab = Tab(own.new_page())
        listen(tab)
        asked: list[str] = []
        answered: list[str] = []
        tab.page.on("request", lambda request: asked.append(request.url))
        for end in ("requestfinished", "requestfailed"):
            tab.page.on(end, lambda request: answered.append(request.url))

        @functools.cache
        def visited(path: str) -> Visit:
            asked.clear()
            answered.clear()
            tab.errors.clear()
            tab.go(address + path).wait_for_timeout(QUIET)
            while set(asked) - set(answered):
                tab.page.wait_for_timeout(QUIET)
            spill = {}
            lay_out(tab.page)
            for width in (375, 320):
                tab.page.set_viewport_size({"width": width, "height": 800})
                spill[width] = tab.page.evaluate("document.documentElement.scrollWidth") - width
            hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
            return Visit(hosts, list(tab.errors), spill)

        yield visited


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_asks_only_its_own_host(visit, address, path):
    assert visit(path).hosts == {urlsplit(address).netloc}


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_misses_nothing_and_the_console_stays_silent(visit, path):
    assert visit(path).errors == []


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_is_no_wider_than_a_phone(visit, path):
    assert visit(path).spill == {375: 0, 320: 0}


@pytest.mark.parametrize(
    "path", ["", "learn/slope/", "ja/learn/chain-rule/", "ja/reference/questions/"]
)
def test_a_first_view_is_light(browser_page, address, site: Path, path):
    tab = browser_page()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(urlsplit(request.url).path.lstrip("/")))
    tab.go(address + path)
    tab.page.wait_for_load_state("networkidle")
    files = [
        site / (name + "index.html" if name.endswith("/") or not name else name)
        for name in dict.fromkeys(asked)
    ]
    packed = sum(
        file.stat().st_size if file.suffix == ".woff2" else len(gzip.compress(file.read_bytes()))
        for file in files
        if file.is_file()
    )

    assert packed <= 150_000


def test_our_own_scripts_and_styles_are_small():
    for kind in ("*.js", "*.css"):
        files = (ROOT / "overrides/assets").rglob(kind)
        assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 12_000


@pytest.mark.parametrize("locale", LOCALES)
def test_the_mathematics_font_of_the_site_is_the_one_shown(browser_page, address, locale):
    path = "" if locale == PROJECT.default else f"{locale}/"
    shown = browser_page().go(f"{address}{path}learn/slope/")
    shown.wait_for_load_state("networkidle")

    assert shown.evaluate("document.fonts.check('16px \"Nabla Math\"')")
    assert shown.evaluate(
        "[...document.fonts].some(f => f.family.includes('Nabla Math') && f.status == 'loaded')"
    )


def test_results_are_hidden_on_every_page_once_the_reader_says_so(browser_page, address):
    tab = browser_page()
    shown = tab.go(address + "learn/slope/")
    switch = shown.locator("button[aria-pressed]").first
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    assert shown.locator("details.result[open]").count() == 0

    shown = tab.go(address + "fr/learn/chain-rule/")
    lay_out(shown)
    results = shown.locator("details.result")
    assert shown.locator("details.result[open]").count() == 0
    results.first.locator("summary").click()
    assert shown.locator("details.result[open]").count() == 1
    assert results.first.locator("pre").is_visible()


def test_one_result_to_predict_opens_when_asked_for(browser_page, address):
    shown = browser_page().go(address + "learn/slope/")
    lay_out(shown)
    hidden = shown.locator("details.result:not([open])")
    result = shown.locator("[data-snippet='slope/anywhere'] .result pre")

    assert hidden.count() == 1
    assert not result.is_visible()
    hidden.locator("summary").click()
    assert "x.grad = 3.0" in result.inner_text()


def test_results_are_all_shown_in_print_but_those_that_are_asked_for(browser_page, address):
    shown = browser_page().go(address + "learn/slope/")
    shown.emulate_media(media="print")

    shown_at_all = "pre => !pre.closest('details:not(.result):not([open])')"
    results = shown.locator("figure:not(.asked) details.result pre").all()
    results = [result for result in results if result.evaluate(shown_at_all)]

    assert results
    assert all(result.bounding_box()["height"] > 0 for result in results)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_cheat_sheet_prints_on_one_sheet_of_paper(browser_page, address, locale):
    path = "" if locale == PROJECT.default else f"{locale}/"
    printed = browser_page().go(f"{address}{path}reference/cheatsheet/").pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_a_note_on_a_line_of_code_opens_beside_its_result(browser_page, address):
    shown = browser_page().go(address + "learn/slope/")
    lay_out(shown)
    figure = shown.locator("[data-snippet='slope/torch']")
    figure.scroll_into_view_if_needed()
    marker = figure.locator(".md-annotation__index").first
    marker.click()

    note = shown.locator(".md-tooltip--active, .md-tooltip2--active").first
    note.wait_for()
    assert "requires_grad=True" in note.inner_text()
    assert figure.locator(".result pre").inner_text() == "tensor(3.)\n"


def test_a_browser_that_is_not_on_the_path_may_be_named(monkeypatch):
    monkeypatch.setenv("NABLA_BROWSER", "/somewhere/Google Chrome")

    assert find_browser() == "/somewhere/Google Chrome"
