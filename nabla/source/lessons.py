"""The lessons and labs of the site, in the order of the navigation."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.problem import Problem
from nabla.source.front_matter import read_front_matter
from nabla.source.page import Heading, Page
from nabla.source.project import Project

LESSONS = "learn/"
LABS = "labs/"
START = "learn/start"
"""How to run what the lessons show: a page of their folder that is none of them."""
BEFORE_QUESTION = re.compile(r"^.*?\s*[:：]\s*")
"""What stands before the question in the title of a lesson: its subject and a colon."""


@dataclass(frozen=True)
class Lesson:
    """A lesson or lab in one language. `requires` has the slugs of lessons that come first."""

    slug: str
    title: str
    question: str
    minutes: int
    requires: tuple[str, ...] = ()


def is_lesson_or_lab(slug: str) -> bool:
    return slug.startswith((LESSONS, LABS))


def lesson_slugs(project: Project, folder: str = LESSONS) -> list[str]:
    """Return the slugs of the lessons, or of the labs, in the order of the navigation."""
    return [slug for slug in project.nav if slug.startswith(folder) and slug != START]


def load_lessons(project: Project, locale: str, folder: str = LESSONS) -> tuple[Lesson, ...]:
    """Return the lessons of one language; those that have no page in it are left out."""
    slugs = lesson_slugs(project, folder)
    return tuple(
        read_lesson(slug, project.page(locale, slug))
        for slug in slugs
        if project.has_page(locale, slug)
    )


def read_lesson(slug: str, page: Page) -> Lesson:
    """Return the lesson that a page is."""
    front = read_front_matter(page.text)
    titles = [heading.title for heading in page.all(Heading) if heading.level == 1]
    minutes, requires = front.data.get("minutes"), front.data.get("requires")
    return Lesson(
        slug=slug,
        title=str(front.data.get("title", slug)),
        question=BEFORE_QUESTION.sub("", titles[0]) if titles else "",
        minutes=minutes if isinstance(minutes, int) else 0,
        requires=tuple(f"{LESSONS}{name}" for name in requires or () if isinstance(requires, list)),
    )


def check_lessons(project: Project) -> Iterator[Problem]:
    """Say where a lesson's front matter does not tell what it takes and needs."""
    slugs = lesson_slugs(project) + lesson_slugs(project, LABS)
    for language in project.languages:
        for slug in slugs:
            if not project.has_page(language.locale, slug):
                continue
            path = project.relative(project.page_path(language.locale, slug))
            data = read_front_matter(project.page(language.locale, slug).text).data
            yield from _check_one(path, data, slugs[: slugs.index(slug)])
            if not project.has_page(project.default, slug):
                continue
            original = read_front_matter(project.page(project.default, slug).text).data
            for key in ("minutes", "requires"):
                if data.get(key) != original.get(key):
                    there = project.relative(project.page_path(project.default, slug))
                    yield Problem(path, 1, f"`{key}` is not that of {there}", "make them equal")


def _check_one(path: str, data: Mapping[str, Any], earlier: Sequence[str]) -> Iterator[Problem]:
    minutes = data.get("minutes")
    if not isinstance(minutes, int) or minutes < 1:
        what = "the front matter does not say how many minutes the lesson takes"
        yield Problem(path, 1, what, "add `minutes: 20`, say")
    names = [slug.removeprefix(LESSONS) for slug in earlier if slug.startswith(LESSONS)]
    required = data.get("requires")
    if not isinstance(required, list):
        what = "the front matter does not list the lessons that come first"
        yield Problem(path, 1, what, "add `requires: []`, or name some")
        return
    for name in required:
        if name not in names:
            what = f"`requires` names {name}, which is no earlier lesson"
            remedy = f"name some of: {', '.join(names)}" if names else "leave it empty"
            yield Problem(path, 1, what, remedy)
