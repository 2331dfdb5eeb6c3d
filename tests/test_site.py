"""The site as built: four languages, one code, the HTML that tools rely on."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup

from nabla.checks.files import survey
from nabla.problem import ProblemError
from nabla.source.project import Project
from nabla.source.samples import Sample
from nabla.source.words import load_words

from .conftest import LOCALES, SmallProject
from .pages import PAGES, PROJECT, Built, built, read

HEADINGS = ["h1", "h2", "h3", "h4"]
SAMPLES: dict[str, Sample] = {sample.name: sample for sample in survey(PROJECT).samples}


@pytest.fixture(scope="module", params=PAGES, ids="/".join)
def page(request: pytest.FixtureRequest, site: Path) -> Built:
    """Each page in turn: all that is asked of one comes before the next."""
    return read(site, *request.param)


def test_every_figure_shows_the_code_and_the_result_of_its_snippet(page: Built):
    for figure in page.soup.select("figure.snippet"):
        if "#" in figure["data-snippet"]:
            continue  # a cell: tests/test_labs.py
        sample = SAMPLES[figure["data-snippet"]]
        assert figure.select_one(".highlight code").text == sample.code
        assert figure.select_one(".result pre").text == sample.stated.text


@cache
def english_headings(site: Path, slug: str) -> list[tuple[str, str]]:
    return headings(built(site, PROJECT.default, slug))


def headings(soup: BeautifulSoup) -> list[tuple[str, str]]:
    return [(heading.name, heading["id"]) for heading in soup.article.find_all(HEADINGS)]


def test_every_heading_has_the_id_that_it_has_in_english(site, page: Built):
    own = headings(page.soup)

    assert own == english_headings(site, page.slug)
    assert not [name for _, name in own if name.startswith("_")]


def test_a_page_is_html_without_errors(page: Built):
    html5lib.HTMLParser(strict=True).parse(page.html)
    ids = [element["id"] for element in page.soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    assert not page.soup.select('[tabindex=""], [type=checkbox][autocomplete]')


def test_a_page_has_nothing_that_its_own_policy_forbids(page: Built):
    soup = page.soup
    policy = soup.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]

    assert not soup.select("[style], style, iframe, object, embed, base, form[action]")
    for script in soup.select("script:not([src], [type])"):
        digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert [tag.name for tag in soup.head.find_all(True)][:2] == ["meta", "meta"]


def test_a_page_says_which_language_it_is_in(page: Built):
    assert page.soup.html["lang"] == page.locale


def test_a_page_names_itself_in_every_language_with_absolute_addresses(page: Built):
    links = {link["hreflang"]: link["href"] for link in page.soup.select("head link[hreflang]")}
    path = "" if page.slug == "index" else f"{page.slug}/"

    assert links == {
        "en": f"http://localhost:8000/{path}",
        "x-default": f"http://localhost:8000/{path}",
        **{other: f"http://localhost:8000/{other}/{path}" for other in LOCALES[1:]},
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_the_navigation_speaks_the_language_of_the_page(site, locale):
    words = load_words(PROJECT, locale)
    page = built(site, locale, "learn/slope")
    sections = [label.get_text(strip=True) for label in page.select(".md-nav__item--section > *")]

    assert words["nav"]["Learn"] in sections


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_of_the_interface_is_missing(locale):
    assert load_words(PROJECT, locale)


def test_a_missing_word_of_the_interface_is_named(project: SmallProject):
    words = project.read("words/fr.yml")
    project.write("words/fr.yml", words.replace("  Learn: Apprendre\n", "  Lern: Apprendre\n"))

    with pytest.raises(ProblemError) as error:
        load_words(Project(project.root), "fr")

    assert str(error.value).split("\n") == [
        "words/fr.yml:4: `nav.Learn` is missing; add it",
        "words/fr.yml:6: unknown key `nav.Lern`; take it out, or write one of: "
        "Home, Learn, Labs, Reference",
    ]


def test_one_language_alone_can_be_built(project: SmallProject):
    outcome = project.build(ONLY="fr")

    assert outcome.code == 0, outcome.said
    assert '<html lang="fr"' in project.read("site/index.html")
    assert not (project.root / "site/ja").exists()


def test_the_page_for_what_is_not_there_has_the_navigation_of_the_site_s_root(site: Path):
    page = BeautifulSoup((site / "404.html").read_text(encoding="utf-8"), "html.parser")

    assert page.html["lang"] == PROJECT.default
    assert page.select_one(".md-nav--primary .md-nav__title").text.strip() == "Nabla"
    links = [link["href"] for link in page.select(".md-nav--primary .md-nav__link[href]")]
    assert not [href for href in links if href.startswith(("/fr/", "/ja/", "/zh/"))]


def test_no_placeholder_is_left_in_a_file(site: Path):
    texts = [*site.rglob("*.html"), *site.rglob("*.json"), *site.rglob("*.ipynb")]

    assert len(texts) > len(PAGES)
    left = re.compile("[\ue000-\uf8ff\x02\x03]|wzxhzdk")
    assert not [file for file in texts if left.search(file.read_text(encoding="utf-8"))]
