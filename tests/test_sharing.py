"""What a link to the site looks like where it is shared, and a site that stands anywhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from nabla.source.words import load_words

from .browser import serve, wait_until
from .conftest import ADDRESS, LOCALES, ROOT, SmallProject
from .pages import PROJECT, Built, built

PICTURE = ROOT / "overrides/assets/images/sharing.png"


def said(page: BeautifulSoup) -> dict[str, str]:
    """Return what a page says to those who preview it."""
    tags = page.select("meta[property], meta[name^=twitter]")
    return {tag.get("property") or tag["name"]: tag["content"] for tag in tags}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_link_has_title_description_and_picture_in_the_language_of_its_page(site, locale):
    page = built(site, locale, "learn/slope")
    found = said(page)
    words = load_words(PROJECT, locale)

    assert found["og:title"] == page.title.text.partition(" – ")[0]
    assert found["og:description"] == page.select_one("meta[name=description]")["content"]
    assert found["og:locale"] == words["sharing"]["locale"]
    assert found["og:locale"].startswith(locale)
    assert found["og:image:alt"] == words["sharing"]["picture"]
    assert found["og:type"] == "article"
    assert found["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_home_page_is_shared_by_the_name_of_the_site(site, locale):
    found = said(built(site, locale, "index"))

    assert found["og:title"] == "Nabla"
    assert found["og:type"] == "website"


def test_addresses_are_those_that_the_build_was_told(site):
    page = built(site, "fr", "learn/slope")
    found = said(page)

    assert found["og:url"] == f"{ADDRESS}fr/learn/slope/"
    assert found["og:url"] == page.select_one("link[rel=canonical]")["href"]
    assert found["og:image"] == f"{ADDRESS}assets/images/sharing.png"
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site / "robots.txt").read_text().splitlines()


def test_the_picture_is_of_the_site_and_as_large_as_previews_want_it(site):
    with Image.open(site / "assets/images/sharing.png") as picture:
        assert picture.size == (1200, 630)
    assert PICTURE.stat().st_size < 100_000


@pytest.fixture(scope="module")
def untold(make_project, tmp_path_factory) -> Path:
    """A small site that was not told where it will stand, in a folder below another."""
    project: SmallProject = make_project()
    config = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - learn/a.md\n", 1)
    project.write("mkdocs.yml", config)
    lesson = "---\ntitle: A\nminutes: 1\nrequires: []\n---\n\n# A { #a }\n\nB, $x^2$.\n"
    project.write_page("learn/a", lesson)
    folder = tmp_path_factory.mktemp("host")
    outcome = project.build("--site-dir", str(folder / "mirror"), SITE_URL="")
    assert outcome.code == 0, outcome.said
    return folder


def pages_of(folder: Path) -> list[Built]:
    found = []
    for file in sorted(folder.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        slug = file.relative_to(folder).as_posix()
        found.append(Built("", slug, html, BeautifulSoup(html, "html.parser")))
    return found


def test_no_address_is_claimed_that_nobody_told(untold: Path):
    for page in pages_of(untold):
        assert not page.soup.select("link[rel=canonical], head link[hreflang]"), page.slug
        assert not {"og:url", "og:image"} & said(page.soup).keys(), page.slug
        assert said(page.soup)["twitter:card"] == "summary"
        assert "localhost" not in page.html
    mirror = untold / "mirror"
    assert not (mirror / "sitemap.xml").exists()
    assert not (mirror / "sitemap.xml.gz").exists()
    assert (mirror / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    for takeaway in [*mirror.rglob("*.ipynb"), *mirror.rglob("*.py")]:
        assert "localhost" not in takeaway.read_text(encoding="utf-8")


def test_every_link_stays_below_the_path_that_the_site_was_copied_to(untold: Path):
    pages = pages_of(untold)

    assert {"mirror/index.html", "mirror/404.html", "mirror/fr/learn/a/index.html"} <= {
        page.slug for page in pages
    }
    for page in pages:
        here = f"http://host/{page.slug.removesuffix('index.html')}"
        for tag in page.soup.select("[href], [src]"):
            there = urlsplit(urljoin(here, tag.get("href") or tag["src"]))
            assert there.netloc == "host" and there.path.startswith("/mirror/"), (page.slug, tag)
            file = untold / there.path.lstrip("/")
            assert file.is_file() or (file / "index.html").is_file(), (page.slug, tag)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_language_menu_is_made_of_ways_from_the_page(untold: Path, locale: str):
    home = "" if locale == "en" else f"{locale}/"
    page = (untold / "mirror" / home / "learn/a/index.html").read_text(encoding="utf-8")
    links = BeautifulSoup(page, "html.parser").select(".md-select a")
    here = f"http://host/mirror/{home}learn/a/"

    assert [link["lang"] for link in links] == LOCALES
    assert [urljoin(here, link["href"]) for link in links] == [
        "http://host/mirror/" + ("" if other == "en" else f"{other}/") + "learn/a/"
        for other in LOCALES
    ]


@pytest.fixture(scope="module")
def host(untold: Path) -> Iterator[str]:
    """A server that gives the mirror's own page for what is not there."""
    with serve(untold, missing=untold / "mirror/404.html") as url:
        yield url


@pytest.mark.parametrize("path", ["mirror/404.html", "mirror/x", "mirror/x/y/z/", "mirror/fr/x/y"])
def test_the_page_for_what_is_not_there_leads_home_from_any_depth(browser_page, host, path):
    shown = browser_page().page
    shown.goto(host + path)
    wait_until(shown, "getComputedStyle(document.body).getPropertyValue('--nabla-paper') !== ''")
    links = shown.locator("article a, .md-nav--primary a[href]").evaluate_all(
        "links => links.map(link => link.href)"
    )

    assert len(links) > len(LOCALES)
    assert all(link.startswith(f"{host}mirror/") for link in links)
    homes = [f"{host}mirror/{'' if one == 'en' else one + '/'}" for one in LOCALES]
    assert set(homes) <= {re.sub(r"\.$", "", link) for link in links}
    shown.locator("[data-md-component=search-query]").wait_for(state="attached")
    shown.locator("html.js").wait_for(state="attached")
