"""Each language finds its own pages: by its words, by names of the API, by pasted messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nabla.site.search import split_index, with_base

from .browser import serve

PASTED = (
    "RuntimeError: Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed)."
)
QUERIES = [
    ("en", "slope", "learn/slope/"),
    ("en", "chain rule", "learn/chain-rule/"),
    ("en", "finite difference", "learn/chain-rule/"),
    ("en", "requires_grad", "learn/slope/"),
    ("en", "retain_graph", "learn/chain-rule/"),
    ("en", "torch.autograd.grad", "learn/chain-rule/"),
    ("en", "Fahrenheit", "learn/slope/"),
    ("fr", "pente", "learn/slope/"),
    ("fr", "dérivée", "learn/chain-rule/"),
    ("fr", "derivee", "learn/chain-rule/"),
    ("fr", "règle de dérivation en chaîne", "learn/chain-rule/"),
    ("fr", "regle de derivation en chaine", "learn/chain-rule/"),
    ("fr", "différence finie", "learn/chain-rule/"),
    ("fr", "requires_grad", "learn/slope/"),
    ("ja", "傾き", "learn/slope/"),
    ("ja", "連鎖律", "learn/chain-rule/"),
    ("ja", "有限差分", "learn/chain-rule/"),
    ("ja", "ニューラルネットワーク", "learn/slope/"),
    ("ja", "retain_graph", "learn/chain-rule/"),
    ("zh", "斜率", "learn/slope/"),
    ("zh", "链式法则", "learn/chain-rule/"),
    ("zh", "有限差分", "learn/chain-rule/"),
    ("zh", "神经网络", "learn/slope/"),
    ("zh", "requires_grad", "learn/slope/"),
    ("en", PASTED, "learn/chain-rule/"),
    ("fr", PASTED, "learn/chain-rule/"),
    ("ja", PASTED, "learn/chain-rule/"),
    ("zh", PASTED, "learn/chain-rule/"),
]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.mark.parametrize(("locale", "query", "page"), QUERIES)
def test_the_page_that_must_come_first_does(browser_page, address, locale, query, page):
    home = address if locale == "en" else f"{address}{locale}/"
    tab = browser_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    shown = tab.go(home)
    box = shown.locator("[data-md-component=search-query]")
    box.click()
    box.fill(query)
    box.press("End")  # Material listens to keys
    first = shown.locator(".md-search-result__item a").first
    first.wait_for()

    assert first.evaluate("link => link.href.split(/[?#]/)[0]") == home + page
    assert f"{home}search/search_index.json" in asked
    assert not tab.errors


def entry(location: str, title: str) -> dict[str, str]:
    return {"location": location, "title": title, "text": ""}


INDEX = {
    "docs": [entry("learn/a/", "A"), entry("fr/learn/a/", "A"), entry("ja/", "傾\u200bき")],
}


def test_an_index_holds_one_language_only():
    split = split_index(INDEX, {}, ["en", "fr", "ja"], "en")

    assert {locale: [doc["location"] for doc in own["docs"]] for locale, own in split.items()} == {
        "en": ["learn/a/"],
        "fr": ["learn/a/"],
        "ja": [""],
    }


def test_a_section_with_the_title_of_the_english_one_is_kept():
    assert split_index(INDEX, {}, ["en", "fr", "ja"], "en")["fr"]["docs"][0]["title"] == "A"


def test_the_short_title_of_a_page_takes_the_place_of_its_heading():
    (doc,) = split_index(INDEX, {"fr/learn/a/": "Court"}, ["en", "fr", "ja"], "en")["fr"]["docs"]

    assert (doc["title"], doc["text"]) == ("Court", "<p>A</p>")


def test_japanese_is_segmented_in_the_browser_and_not_before():
    own = split_index(INDEX, {}, ["en", "fr", "ja"], "en")["ja"]

    assert own["config"]["lang"] == ["ja"]
    assert own["docs"][0]["title"] == "傾き"


def test_the_base_of_a_page_is_the_root_of_its_language():
    html = (
        '<script id="__config" type="application/json">'
        '{"base": "../../..", "search": "../../../workers/search.js", "x": "\\u003c/script"}'
        "</script>"
    )
    changed = with_base(html, "../..")

    assert '"base": "../.."' in changed
    assert '"../../../workers/folded-search.js?worker=search.js"' in changed
    assert changed.count("</script") == 1
