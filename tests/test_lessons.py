"""Each lesson says what it takes and what it needs, and the home page maps them all."""

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.markdown.lessons import Lesson, LessonsExtension
from nabla.site.lessons import load_lessons
from nabla.site.project import Project
from nabla.site.words import load_words

from .conftest import LOCALES, ROOT, SmallProject
from .pages import built

LESSONS = (
    Lesson("learn/one", "One", "what is one?", 10),
    Lesson("learn/two", "Two", "what is two?", 20, ("learn/one",)),
)
NAV = "nav:\n  - index.md\n  - learn/one.md\n  - learn/two.md\nplugins:"
FRONT = "---\ntitle: {name}\nminutes: 10\nrequires: []\n---\n\n# {name}: why? {{ #{name} }}\n"


def render(text: str, slug: str) -> BeautifulSoup:
    words = load_words(Project(ROOT), "en")
    extension = LessonsExtension(lessons=LESSONS, slug=slug, words=words)
    return BeautifulSoup(markdown(text, extensions=[extension]), "html.parser")


def test_the_map_has_a_stop_for_each_lesson_with_its_question_time_and_needs():
    stops = render("<!--nabla:path-->", "index").select("ol.path > li")

    assert [stop.a["href"] for stop in stops] == ["learn/one.md", "learn/two.md"]
    assert [stop.select_one(".question").text for stop in stops] == ["what is one?", "what is two?"]
    assert [stop.small.text for stop in stops] == ["10 minutes", "20 minutes · after 1"]


def test_a_lesson_says_below_its_title_how_long_it_takes_and_what_comes_first():
    page = render("# Two\n\nText.", "learn/two")

    facts = page.h1.find_next_sibling()
    assert facts.text == "20 minutes · First: One"
    assert facts.a["href"] == "one.md"


def test_a_page_that_is_no_lesson_has_no_such_line():
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
    project.write("mkdocs.yml", config.replace("plugins:", NAV, 1))
    for locale in LOCALES:
        for name in ("one", "two"):
            project.write(f"docs/{locale}/learn/{name}.md", FRONT.format(name=name))
    return project


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        (
            "minutes: 10",
            "minutes: soon",
            "docs/en/learn/two.md:1: the front matter does not say how many minutes the lesson "
            "takes; add `minutes: 20`, say",
        ),
        (
            "requires: []",
            "needs: []",
            "docs/en/learn/two.md:1: the front matter does not list the lessons that come first; "
            "add `requires: []`, or name some",
        ),
        (
            "requires: []",
            "requires: [three]",
            "docs/en/learn/two.md:1: `requires` names three, which is no earlier lesson; "
            "name some of: one",
        ),
    ],
    ids=["minutes", "requires", "unknown"],
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
