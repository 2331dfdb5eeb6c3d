"""The steps of CONTRIBUTING.md for a new language, on a project of one page."""

import json

import pytest
from bs4 import BeautifulSoup

from .conftest import LOCALES, SmallProject

LAST = "        - { locale: zh, name: 中文 }\n"
TERMS = {"home": "house", "home-page": "first page"}


def add_to_mkdocs(project: SmallProject, entry: str = "{ locale: es, name: Español }") -> None:
    config = project.read("mkdocs.yml")
    assert LAST in config
    project.write("mkdocs.yml", config.replace(LAST, f"{LAST}        - {entry}\n"))


def glossary(*locales: str) -> str:
    return "".join(
        f"- id: {id_}\n"
        + "".join(f"  {locale}: {{term: {term}, definition: A place.}}\n" for locale in locales)
        for id_, term in TERMS.items()
    )


@pytest.fixture
def fifth(project: SmallProject) -> SmallProject:
    """A project with a fifth language, of which one title is translated."""
    add_to_mkdocs(project)
    project.write("glossary.yml", glossary(*LOCALES, "es"))
    project.write(
        "words/es.yml", project.read("words/en.yml").replace("Home: Home", "Home: Inicio")
    )
    project.write(
        "docs/es/index.md", project.read("docs/en/index.md").replace("# Home", "# Inicio")
    )
    for locale in (*LOCALES[1:], "es"):
        assert project.nabla("stamp", locale, "index").code == 0
    return project


def page_of(project: SmallProject, path: str) -> BeautifulSoup:
    return BeautifulSoup(project.read(f"site/{path}"), "html.parser")


def test_the_steps_lead_to_a_strict_build_and_a_page_that_switches(fifth: SmallProject):
    outcome = fifth.build()
    assert outcome.code == 0, outcome.said
    page = page_of(fifth, "es/index.html")
    switch = {link["hreflang"]: link["href"] for link in page.select(".md-select a[hreflang]")}
    back = page_of(fifth, "fr/index.html").select_one(".md-select a[hreflang=es]")

    assert page.html["lang"] == "es"
    assert page.h1.get_text().startswith("Inicio")
    assert page.select_one("figure.snippet .result pre").text == "2\n"
    assert list(switch) == [*LOCALES, "es"]
    assert (switch["fr"], switch["es"]) == ("../fr/", "./")
    assert (back["href"], back.get_text(strip=True)) == ("../es/", "Español")
    assert "http://localhost:8000/es/" in [
        link["href"] for link in page_of(fifth, "index.html").select("head link[hreflang=es]")
    ]
    offers = page_of(fifth, "index.html").select(".nabla-offer[lang=es]")
    assert len(offers) == 1


def test_the_new_language_has_a_search_index_of_its_own(fifth: SmallProject):
    assert fifth.build().code == 0
    index = json.loads(fifth.read("site/es/search/search_index.json"))
    texts = json.loads(fifth.read("site/es/search/texts.json"))

    assert index["config"]["pipeline"] == []
    assert {text["location"].partition("#")[0] for text in texts} == {""}


def test_the_checks_and_the_status_pass(fifth: SmallProject):
    assert fifth.nabla("check").code == 0
    assert fifth.nabla("typography").code == 0
    status = fifth.nabla("status")

    assert "index  es  current\n" in status.said
    assert status.code == 0


def test_each_term_that_lacks_the_language_is_named_at_once(fifth: SmallProject):
    fifth.write("glossary.yml", glossary(*LOCALES))
    outcome = fifth.build()

    assert outcome.code == 1
    for line, id_ in ((1, "home"), (6, "home-page")):
        said = f"glossary.yml:{line}: `{id_}` lacks a term or a definition in `es`; add it"
        assert said in outcome.said
    assert "Traceback" not in outcome.said


def test_missing_words_are_named(fifth: SmallProject):
    (fifth.root / "words/es.yml").unlink()
    outcome = fifth.build()

    assert "words/es.yml:1: no words for this language; translate words/en.yml" in outcome.said
    assert outcome.code == 1


def test_missing_pages_are_named(fifth: SmallProject):
    (fifth.root / "docs/es/index.md").unlink()
    outcome = fifth.nabla("check")

    assert (
        "docs/es/index.md:1: this page is missing in Español; write it after docs/en/index.md"
        in outcome.said
    )
    assert outcome.code == 1


def test_a_language_without_a_name_is_an_error_without_a_traceback(project: SmallProject):
    add_to_mkdocs(project, "{ locale: es }")
    outcome = project.nabla("check")
    line = project.read("mkdocs.yml").split("\n").index("        - { locale: es }") + 1

    assert outcome.said == (
        f"mkdocs.yml:{line}: languages: `name` is missing; add it; "
        "a language is { locale: fr, name: Français }\n"
    )
    assert outcome.code == 1
