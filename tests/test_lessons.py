"""Each lesson says what it takes and what it needs, and the home page maps them all."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.markdown.lessons import LessonsExtension
from nabla.source.lessons import load_lessons
from nabla.source.project import Project

from .conftest import LOCALES, ROOT, SmallProject
from .pages import built

HOME_ALONE = "  - Home: index.md\n"
NAV = "  - index.md\n  - learn/one.md\n  - learn/two.md\n"
FRONT = "---\ntitle: {name}\nminutes: 10\nrequires: []\n---\n\n# {name}: why? {{ #{name} }}\n"


CONFIG = """nav: [index.md, learn/one.md, learn/two.md]
plugins:
  - i18n: { languages: [{ locale: en, name: English, default: true }] }
"""
PAGE = "---\ntitle: {}\nminutes: {}\nrequires: {}\n---\n\n# {}: what is {}? {{ #a }}\n"


@pytest.fixture
def render(tmp_path: Path):
    """Return a function that renders a text as a page of a project with two lessons."""
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    folder = tmp_path / "docs/en/learn"
    folder.mkdir(parents=True)
    (folder / "one.md").write_text(PAGE.format("One", 10, "[]", "One", "one"), encoding="utf-8")
    (folder / "two.md").write_text(PAGE.format("Two", 20, "[one]", "Two", "two"), encoding="utf-8")

    def html(text: str, slug: str) -> BeautifulSoup:
        extension = LessonsExtension(root=str(tmp_path), page=f"docs/en/{slug}.md")
        return BeautifulSoup(markdown(text, extensions=[extension]), "html.parser")

    return html


def test_the_map_has_a_stop_for_each_lesson_with_its_question_time_and_needs(render):
    stops = render("<!--nabla:path-->", "index").select("ol.path > li")

    assert [stop.a["href"] for stop in stops] == ["/en/learn/one.md", "/en/learn/two.md"]
    assert [stop.select_one(".question").text for stop in stops] == ["what is one?", "what is two?"]
    assert [stop.small.text for stop in stops] == ["10 minutes", "20 minutes · after 1"]


def test_a_lesson_says_below_its_title_how_long_it_takes_and_what_comes_first(render):
    page = render("# Two\n\nText.", "learn/two")

    facts = page.h1.find_next_sibling()
    assert facts.text == "20 minutes · First: One"
    assert facts.a["href"] == "/en/learn/one.md"


def test_a_page_that_is_no_lesson_has_no_such_line(render):
    assert not render("# Home\n\nText.", "index").select(".facts")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_home_page_of_each_language_maps_every_lesson_by_its_own_title(site, locale: str):
    lessons = load_lessons(Project(ROOT), locale)
    stops = built(site, locale, "index").select("ol.path > li")

    assert [stop.a.text for stop in stops] == [lesson.title for lesson in lessons]
    assert all(stop.select_one(".question").text for stop in stops)


@pytest.fixture
def two_lessons(project: SmallProject) -> SmallProject:
    config = project.read("mkdocs.yml")
    assert HOME_ALONE in config
    project.write("mkdocs.yml", config.replace(HOME_ALONE, NAV))
    for locale in LOCALES:
        for name in ("one", "two"):
            project.write(f"docs/{locale}/learn/{name}.md", FRONT.format(name=name))
    return project


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        (
            "minutes: 10\n",
            "",
            "docs/en/learn/two.md:1: the front matter does not say how many minutes the lesson "
            "takes; add `minutes: 20`, say",
        ),
        (
            "minutes: 10",
            "minutes: soon",
            "docs/en/learn/two.md:3: `minutes` is a text, not a whole number; write a whole number",
        ),
        (
            "requires: []\n",
            "",
            "docs/en/learn/two.md:1: the front matter does not list the lessons that come first; "
            "add `requires: []`, or name some",
        ),
        (
            "requires: []",
            "needs: []",
            "docs/en/learn/two.md:4: unknown key `needs`; take it out, or write one of: title, "
            "description, minutes, requires, english, hide, search, jupyter",
        ),
        (
            "requires: []",
            "requires: [three]",
            "docs/en/learn/two.md:1: `requires` names three, which is no earlier lesson; "
            "name some of: one",
        ),
    ],
    ids=["no minutes", "minutes", "no requires", "requires", "unknown"],
)
def test_a_lesson_that_does_not_say_so_is_named(two_lessons, line: str, instead: str, said: str):
    page = "docs/en/learn/two.md"
    two_lessons.write(page, two_lessons.read(page).replace(line, instead))

    assert said in two_lessons.nabla("check").said


def test_a_translation_that_tells_another_time_is_named(two_lessons):
    page = "docs/fr/learn/two.md"
    two_lessons.write(page, two_lessons.read(page).replace("minutes: 10", "minutes: 11"))

    said = two_lessons.nabla("check").said
    assert f"{page}:1: `minutes` is not that of docs/en/learn/two.md; make them equal" in said
