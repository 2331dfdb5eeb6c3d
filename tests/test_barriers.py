"""No page has a barrier that axe knows of, in any language, scheme or width."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import read_through, serve
from .conftest import LOCALES
from .test_browser import ADDRESSES

KINDS_OF_PAGE = [
    "",
    "learn/slope/",
    "learn/chain-rule/",
    "learn/derivative/",
    "learn/differential/",
    "learn/training-step/",
    "learn/network/",
    "reference/errors/",
    "reference/cheatsheet/",
    "reference/glossary/",
    "reference/verified/",
    "labs/tangent/",
]
SIZES = [(1280, "dark"), (375, "light"), (1280, "light"), (375, "dark")]
# Each kind of page, each language, width and scheme; a page takes seconds, so that all of
# them, in both schemes, are for those who ask.
VIEWS = (
    [(path, 1280, scheme) for path in ADDRESSES for scheme in ("light", "dark")]
    if os.environ.get("NABLA_EVERY_PAGE")
    else [
        (path if locale == "en" else f"{locale}/{path}", width, scheme)
        for path, locale, (width, scheme) in zip(
            KINDS_OF_PAGE, itertools.cycle(LOCALES), itertools.cycle(SIZES), strict=False
        )
    ]
)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.mark.parametrize(("path", "width", "scheme"), VIEWS)
def test_axe_finds_no_barrier(browser_page, address, path, width, scheme):
    tab = browser_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.go(address + path)
    tab.page.wait_for_load_state("networkidle")
    read_through(tab.page)
    violations = Axe().run(tab.page).response["violations"]

    assert not [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in violations]
