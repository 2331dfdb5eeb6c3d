"""The site as built: four languages, one code, the HTML that tools rely on."""

import base64
import hashlib
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup

from nabla.problem import ProblemError
from nabla.run.sample import Sample
from nabla.site.check import survey
from nabla.site.project import Project
from nabla.site.words import load_words

from .conftest import LOCALES, ROOT, SmallProject

PROJECT = Project(ROOT)
PAGES = [(locale, slug) for locale in LOCALES for slug in PROJECT.pages(locale)]
SAMPLES: dict[str, Sample] = {sample.name: sample for sample in survey(PROJECT).samples}


def built(site: Path, locale: str, slug: str) -> BeautifulSoup:
    folder = site if locale == PROJECT.default else site / locale
    parent = folder if slug == "index" else folder / slug
    return BeautifulSoup((parent / "index.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(("locale", "slug"), PAGES)
def test_every_figure_shows_the_code_and_the_result_of_its_snippet(site, locale, slug):
    for figure in built(site, locale, slug).select("figure.snippet"):
        if "#" in figure["data-snippet"]:
            continue  # a cell: tests/test_labs.py
        sample = SAMPLES[figure["data-snippet"]]
        assert figure.select_one(".highlight code").text == sample.code
        assert figure.select_one(".result pre").text == sample.stated.text


@pytest.mark.parametrize(("locale", "slug"), PAGES)
def test_every_heading_has_the_id_that_it_has_in_english(site, locale, slug):
    def ids(page: BeautifulSoup) -> list[tuple[str, str]]:
        return [(h.name, h["id"]) for h in page.select("article :is(h1, h2, h3, h4)")]

    own = ids(built(site, locale, slug))

    assert own == ids(built(site, PROJECT.default, slug))
    assert not [name for _, name in own if name.startswith("_")]


@pytest.mark.parametrize(("locale", "slug"), PAGES)
def test_a_page_is_html_without_errors(site, locale, slug):
    folder = site if locale == PROJECT.default else site / locale
    file = (folder if slug == "index" else folder / slug) / "index.html"

    html5lib.HTMLParser(strict=True).parse(file.read_bytes())
    page = built(site, locale, slug)
    ids = [element["id"] for element in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    assert not page.select('[tabindex=""], [type=checkbox][autocomplete]')


@pytest.mark.parametrize(("locale", "slug"), PAGES)
def test_a_page_has_nothing_that_its_own_policy_forbids(site, locale, slug):
    page = built(site, locale, slug)
    policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')["content"]

    assert not page.select("[style], style, iframe, object, embed, base, form[action]")
    for script in page.select("script:not([src], [type])"):
        digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert [tag.name for tag in page.head.find_all(True)][:2] == ["meta", "meta"]


@pytest.mark.parametrize(("locale", "slug"), PAGES)
def test_a_page_says_which_language_it_is_in(site, locale, slug):
    assert built(site, locale, slug).html["lang"] == locale


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

    assert str(error.value) == "words/fr.yml:1: `nav.Learn` is missing; add it"


def test_one_language_alone_can_be_built(project: SmallProject):
    outcome = project.build(ONLY="fr")

    assert outcome.code == 0, outcome.said
    assert '<html lang="fr"' in project.read("site/index.html")
    assert not (project.root / "site/ja").exists()
