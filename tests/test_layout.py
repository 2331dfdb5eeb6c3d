"""A long page is laid out part by part, of itself, and nothing is lost or moved by that."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import material
import pytest
from PIL import Image

from .browser import read_through, serve
from .conftest import ROOT

LONG = "learn/autograd/"
PHONE = {"width": 375, "height": 800}
HELD_BACK = """() => [...document.querySelectorAll("article > *")].filter(
    (block) => getComputedStyle(block).contentVisibility === "auto"
).length"""
IS_SHOWN = "block => block.checkVisibility({ contentVisibilityAuto: true })"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.fixture(scope="module")
def slow_address(site: Path) -> Iterator[str]:
    with serve(site, slowly=True) as url:
        yield url


def test_what_is_below_is_laid_out_though_the_reader_does_not_move(browser_page, address):
    tab = browser_page(viewport=PHONE)
    tab.page.add_init_script(
        f"""document.addEventListener("readystatechange", () => {{
            window.heldBack ??= ({HELD_BACK})(); // before any module of the page runs
        }})"""
    )
    page = tab.go(address + LONG)
    page.locator("article > :not([data-laid])").first.wait_for(state="detached")

    assert page.evaluate("heldBack") > 20
    assert page.evaluate(HELD_BACK) == 0
    assert page.locator("article > p a").last.evaluate(IS_SHOWN)


def test_a_picture_of_the_whole_page_has_all_of_it(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)
    page.locator("article > :not([data-laid])").first.wait_for(state="detached")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    blocks = page.evaluate(
        """[...document.querySelectorAll("article > :not([hidden])")]
            .filter((block) => block.checkVisibility() && block.innerText.trim())
            .map((block) => block.getBoundingClientRect())
            .map((r) => [r.left, r.top + scrollY, r.right, r.bottom + scrollY])"""
    )

    assert len(blocks) > 40
    for block in blocks:
        dark, light = picture.crop(tuple(map(round, block))).getextrema()
        assert light - dark > 60, block


def test_code_can_be_copied_once_it_is_in_view(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)
    code = page.locator("figure.snippet > .highlight:visible")

    read_through(page)
    for block in code.all():
        assert block.locator("[data-clipboard-target]").count() == 1


def test_a_note_may_reach_out_of_its_code_before_and_after(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)

    styles = "notes => notes.map(note => getComputedStyle(note).contentVisibility)"
    assert set(page.locator("figure.annotate").evaluate_all(styles)) == {"visible"}


def test_all_is_laid_out_for_who_comes_to_a_section(browser_page, address):
    page = browser_page(viewport=PHONE).go(f"{address}{LONG}#wrong")

    assert page.evaluate(HELD_BACK) == 0
    assert 0 <= page.locator("#wrong").bounding_box()["y"] < PHONE["height"] / 3


def test_all_is_laid_out_for_who_comes_back(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)
    page.reload()

    assert page.evaluate(HELD_BACK) == 0


def test_who_goes_to_a_section_at_once_is_there(browser_page, address):
    page = browser_page(viewport={"width": 1280, "height": 900}).go(address + LONG)
    page.locator(".md-sidebar--secondary a[href='#wrong']").evaluate("link => link.click()")
    page.locator("article > :not([data-laid])").first.wait_for(state="detached")

    assert 0 <= page.locator("#wrong").bounding_box()["y"] < 300


def test_all_is_laid_out_on_paper(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)
    page.emulate_media(media="print")

    assert page.evaluate(HELD_BACK) == 0


def test_all_is_laid_out_without_scripts(browser_page, address):
    page = browser_page(viewport=PHONE, java_script_enabled=False).go(address + LONG)

    assert page.locator("html.no-js").count() == 1
    assert page.locator("article > p a").last.evaluate(IS_SHOWN)


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", ["", "learn/slope/", "fr/learn/autograd/", "zh/learn/derivative/"])
def test_nothing_moves_while_a_page_arrives(browser_page, slow_address, path, width):
    """The sum of layout shifts is as https://web.dev/articles/cls defines each.

    Whether the font of formulas comes before the first paint is up to the network,
    so here it does not come at all.
    """
    tab = browser_page(viewport={"width": width, "height": 900}, locale="ja-JP")
    tab.page.route("**/*.woff2", lambda font: font.abort())
    tab.page.add_init_script(
        """window.moved = [];
        new PerformanceObserver((list) => moved.push(...list.getEntries().map((e) => e.value)))
            .observe({ type: "layout-shift", buffered: true });"""
    )
    tab.go(slow_address + path).wait_for_load_state("networkidle")

    assert tab.page.locator(".nabla-offer:visible").count() == 1
    assert sum(tab.page.evaluate("moved")) < 0.01


def test_the_font_of_formulas_comes_along_with_the_styles_of_a_page_that_has_some(site):
    early = re.compile(r'<link rel="preload" href="[^"]*math\.woff2" as="font"[^>]* crossorigin>')
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]

    assert {bool(early.search(page)) for page in pages} == {True, False}
    assert all(bool(early.search(page)) == ("<math" in page) for page in pages)


def test_the_menu_of_a_narrow_screen_is_there_once_it_is_opened(browser_page, address):
    page = browser_page(viewport=PHONE).go(address + LONG)
    link = page.locator(".md-sidebar--primary a[href*='chain-rule']").first

    assert not link.evaluate(IS_SHOWN)
    page.locator("label.md-header__button[for=__drawer]").click()
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/learn/chain-rule/")


def test_our_styles_say_what_the_palette_of_material_would():
    (palette,) = Path(material.__file__).parent.glob("templates/assets/stylesheets/palette.*.css")
    (slate,) = re.findall(r"\[data-md-color-scheme=slate\]\{(.*?)\}", palette.read_text(), re.S)
    ours = (ROOT / "overrides/assets/stylesheets/nabla.css").read_text(encoding="utf-8")

    names = set(re.findall(r"(--[\w-]+|color-scheme):", slate))
    assert len(names) > 30
    assert {name for name in names if f" {name}: " not in ours} == set()
