"""From one language to another, without losing one's place and without being pushed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nabla.source.project import Project

from .browser import serve
from .conftest import LOCALES, ROOT

DEFAULT = Project(ROOT).default


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


def test_the_switch_keeps_the_page_and_the_section(browser_page, address):
    shown = browser_page(viewport={"width": 1280, "height": 900}).go(address + "learn/chain-rule/")
    shown.locator("#wrong").scroll_into_view_if_needed()
    shown.locator("article > :not([data-laid])").first.wait_for(state="detached")
    shown.evaluate("document.getElementById('wrong').scrollIntoView()")
    shown.locator(".md-select button").hover()
    shown.locator(".md-select a[hreflang=ja]").click()
    shown.wait_for_url("**/ja/learn/chain-rule/#wrong")

    assert shown.locator("html").get_attribute("lang") == "ja"


def test_a_first_visit_is_offered_the_reader_s_language_and_may_decline_for_good(
    browser_page, address
):
    tab = browser_page(locale="fr-FR")
    shown = tab.go(address + "learn/slope/")
    offer = shown.locator(".nabla-offer:visible")

    assert offer.count() == 1
    assert offer.locator("a").inner_text() == "Lire cette page en français"
    assert offer.locator("a").evaluate("link => link.pathname") == "/fr/learn/slope/"
    assert shown.url == address + "learn/slope/"

    offer.get_by_role("button", name="Fermer").click()
    assert shown.locator(".nabla-offer:visible").count() == 0
    assert tab.go(address).locator(".nabla-offer:visible").count() == 0


@pytest.mark.parametrize(("language", "path"), [("fr-CA", "fr/"), ("de-DE", ""), ("en-GB", "")])
def test_nothing_is_offered_to_who_has_it_or_cannot_have_it(browser_page, address, language, path):
    shown = browser_page(locale=language).go(address + path)

    assert shown.locator(".nabla-offer:visible").count() == 0


def test_the_page_that_is_not_there_speaks_all_languages(browser_page, address, site):
    (site / "missing.html").write_bytes((site / "404.html").read_bytes())
    shown = browser_page().go(address + "missing.html")
    links = shown.locator("article a[hreflang]")

    assert links.count() == len(LOCALES)
    assert [link.get_attribute("hreflang") for link in links.all()] == LOCALES
    for link in links.all():
        target = link.evaluate("link => link.pathname")
        assert target == (
            "/"
            if link.get_attribute("hreflang") == DEFAULT
            else f"/{link.get_attribute('hreflang')}/"
        )
