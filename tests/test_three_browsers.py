"""Chromium, Firefox and WebKit show every kind of page, in four languages, and do what is asked.

Without one of them its tests are skipped; where NABLA_BROWSER_REQUIRED is set they fail.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .browser import ARGUMENTS, find_browser, serve
from .conftest import LOCALES
from .engines import Chromium, Engine, Firefox, WebKit, find_firefox, find_webkit

KINDS_OF_PAGE = [
    "",
    "learn/derivative/",
    "learn/computation-graph/",
    "labs/tangent/",
    "reference/errors/",
    "reference/cheatsheet/",
    "reference/glossary/",
    "reference/verified/",
]
PAGES = [
    (f"{locale}/" if locale != "en" else "") + path for locale in LOCALES for path in KINDS_OF_PAGE
]
WIDTHS = (1300, 375, 320)
TOO_WIDE = """(() => {
    const root = document.documentElement;
    const scrolls = (element) => {
        for (let at = element; at !== document.body; at = at.parentElement)
            if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
    };
    const wide = [...document.querySelectorAll("article math, .md-annotation__index")].filter(
        (one) => one.getBoundingClientRect().right > root.clientWidth + 1
            && one.checkVisibility() && !scrolls(one));
    const all = root.scrollWidth > root.clientWidth ? ["the page"] : [];
    return [...all, ...wide.map((one) => one.textContent)];
})()"""
"""What is cut off by the edge of the screen: the page, formulas, marks of notes."""
WIDTHS_OF = """(() => {
    const text = document.createElement("span");
    document.querySelector("article p").append(text);
    const width = (content) => {
        text.textContent = content;
        return text.getBoundingClientRect().width;
    };
    const size = parseFloat(getComputedStyle(text).fontSize);
    const found = [..."%s"].map((sign) => (width(`国${sign}国`) - width("国国")) / size);
    text.remove();
    return found;
})()"""
PRIME = """(() => {
    const prime = document.querySelector("article .prime");
    const letter = prime.previousElementSibling.getBoundingClientRect();
    const bottom = prime.getBoundingClientRect().bottom;
    return [getComputedStyle(prime).fontFeatureSettings, (letter.bottom - bottom) / letter.height];
})()"""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def engine(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Engine]:
    """Each browser in turn, in one tab that goes from page to page."""
    started = start(request, tmp_path_factory.mktemp(request.param))
    yield started
    started.close()


def start(request: pytest.FixtureRequest, folder: Path) -> Engine:
    if request.param == "chromium":
        return Chromium(request.getfixturevalue("browser"))
    maker, programs = {
        "firefox": (Firefox, find_firefox()),
        "webkit": (WebKit, find_webkit()),
    }[request.param]
    if programs is None:
        give_up = pytest.fail if os.environ.get("NABLA_BROWSER_REQUIRED") else pytest.skip
        give_up(f"no {request.param} on this machine")
    return maker(*programs, folder)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_quiet_and_fits_every_screen(engine: Engine, address, path):
    engine.open(address + path)
    for width in WIDTHS:
        engine.resize(width)
        engine.wait(f"{TOO_WIDE}.length === 0", seconds=3)

    assert {urlsplit(url).netloc for url in engine.asked if url.startswith("http")} == {
        urlsplit(address).netloc
    }
    assert engine.errors == []


def test_what_the_page_fetches_ahead_is_allowed(engine: Engine, address):
    engine.open(address + "learn/slope/")
    engine.run("new Promise((done) => setTimeout(done, 700))")

    assert engine.errors == []


@pytest.mark.parametrize("locale", ["ja", "zh"])
def test_punctuation_of_chinese_and_japanese_is_as_wide_as_a_character(engine, address, locale):
    engine.open(f"{address}{locale}/learn/slope/")

    assert engine.run(WIDTHS_OF % "，。：；？（") == pytest.approx([1] * 6, abs=0.02)


def test_a_prime_stands_at_the_top_of_its_letter(engine: Engine, address):
    engine.open(address + "learn/derivative/")
    engine.wait("document.fonts.check('16px \"Nabla Math\"')")
    feature, height = engine.run(PRIME)

    assert feature.startswith('"ssty"')
    assert height < 0.75


def test_a_browser_without_mathml_shows_the_latex_of_a_formula(browser, address):
    old = [*ARGUMENTS, "--disable-blink-features=MathMLCore"]
    launched = browser.browser_type.launch(executable_path=find_browser(), args=old)
    try:
        shown = launched.new_page()
        shown.goto(address + "learn/slope/")
        fraction = shown.locator("article math", has=shown.locator("mfrac")).first
        assert "\\frac" in fraction.inner_text()
        assert not fraction.locator("mfrac").first.is_visible()
    finally:
        launched.close()


def test_an_explorer_follows_keyboard_and_pointer(engine: Engine, address):
    engine.open(address + "learn/derivative/")
    said = "document.querySelector('nabla-curve output').textContent"
    engine.wait("document.querySelector('nabla-curve input')")
    before = engine.run(said)
    engine.run("document.querySelector('nabla-curve input').focus()")
    engine.press("ArrowRight")
    by_key = engine.wait(f"{said} !== {json.dumps(before)} && {said}")
    engine.click("nabla-curve svg")

    assert engine.wait(f"{said} !== {json.dumps(by_key)} && {said}")


def test_a_graph_is_stepped_through_by_keyboard_and_pointer(engine: Engine, address):
    engine.open(address + "learn/computation-graph/")
    status = "document.querySelector('nabla-graph output').textContent"
    engine.wait("document.querySelector('nabla-graph button')")
    engine.click("nabla-graph button")
    engine.wait(f"{status}.includes('1/')")
    engine.press("ArrowRight")

    assert engine.wait(f"{status}.includes('2/')")


def test_results_and_colours_are_switched_by_keyboard_and_pointer(engine: Engine, address):
    engine.open(address + "learn/derivative/")
    pressed = "document.querySelector('.nabla-predict').ariaPressed"
    engine.wait("!document.querySelector('.nabla-predict').hidden")
    engine.click(".nabla-predict")
    engine.wait(f"{pressed} === 'true' && !document.querySelector('details.result[open]')")
    engine.run("document.querySelector('.nabla-predict').focus()")
    engine.press("Space")
    engine.wait(f"{pressed} === 'false' && document.querySelector('details.result[open]')")

    scheme = "document.body.dataset.mdColorScheme"
    before = engine.wait(scheme)
    engine.click("form[data-md-component=palette] label:not([hidden])")
    engine.wait(f"{scheme} !== {json.dumps(before)}")
    engine.run("localStorage.clear()")


def test_the_search_answers_keys_and_what_comes_by_none(engine: Engine, address):
    engine.open(address + "zh/")
    first = "document.querySelector('.md-search-result__item a')?.pathname"
    box = "document.querySelector('[name=query]')"
    engine.click("[name=query]")
    engine.press(*"no_grad")
    engine.wait(f"({first} ?? '').endsWith('/zh/learn/no-grad/')")
    engine.run(f"{box}.select()")
    engine.run("document.execCommand('insertText', false, '链式法则')")

    assert engine.wait(f"({first} ?? '').endsWith('/zh/learn/chain-rule/')")
    engine.press("Escape")


def test_the_language_menu_leads_to_the_same_place_by_keyboard(engine: Engine, address):
    engine.open(address + "learn/derivative/")
    engine.run("document.querySelector('.md-select button').focus()")
    engine.press("Tab", "Tab")
    assert engine.run("document.activeElement.lang") == "fr"
    engine.press("Enter")

    assert engine.wait("location.pathname === '/fr/learn/derivative/' && document.body && true")


def test_the_language_menu_opens_under_the_pointer(engine: Engine, address):
    engine.open(address + "learn/derivative/")
    engine.click(".md-select button")
    link = "document.querySelector('.md-select a[hreflang=ja]')"
    engine.wait(f"{link}.getBoundingClientRect().height > 0")
    engine.wait(f"getComputedStyle({link}.closest('.md-select__inner')).opacity === '1'")
    engine.click(".md-select a[hreflang=ja]")

    assert engine.wait("location.pathname === '/ja/learn/derivative/'")


def test_the_mark_of_a_note_is_never_beyond_the_edge_of_its_code(engine: Engine, address):
    engine.open(address + "zh/learn/autograd/", 375)
    engine.wait("document.querySelector('.md-content__inner > :not(.laid)') === null")
    engine.run(
        """(async () => {
            for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
                scrollTo(0, y);
                await new Promise((next) => setTimeout(next, 20));
            }
        })()"""
    )
    places = engine.wait(
        """[...document.querySelectorAll(".md-annotation__index")]
            .filter((mark) => mark.checkVisibility() && mark.getBoundingClientRect().width)
            .map((mark) => mark.closest("code").getBoundingClientRect().right
                - mark.getBoundingClientRect().right)"""
    )

    assert len(places) > 2
    assert min(places) >= -1
