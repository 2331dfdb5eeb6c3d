"""No page has a barrier that axe knows of, in any language, scheme or width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import serve

KINDS_OF_PAGE = ["", "learn/slope/", "learn/chain-rule/"]
VIEWS = [
    *(
        (path, width, scheme)
        for path in KINDS_OF_PAGE
        for width in (1280, 375)
        for scheme in ("light", "dark")
    ),
    *((locale + path, 1280, "light") for locale in ("fr/", "ja/", "zh/") for path in KINDS_OF_PAGE),
]


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.mark.parametrize(("path", "width", "scheme"), VIEWS)
def test_axe_finds_no_barrier(browser_page, address, path, width, scheme):
    tab = browser_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.go(address + path)
    tab.page.wait_for_load_state("networkidle")
    violations = Axe().run(tab.page).response["violations"]

    assert not [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in violations]
