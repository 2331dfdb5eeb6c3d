"""The lessons of the site: in the order of the navigation, with what their pages say of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mkdocs.utils.yaml import yaml_load

from nabla.markdown.lessons import Lesson
from nabla.problem import Problem
from nabla.run.sample import read_text
from nabla.site import front_matter
from nabla.site.project import Project

FOLDER = "learn/"
LABS = "labs/"
TITLE = re.compile(r"^# (?:.*?\s*[:：]\s*)?(?P<question>.*?)(?:\s*\{[^}]*\})?\s*$", re.MULTILINE)


def load_lessons(project: Project, locale: str, folder: str = FOLDER) -> tuple[Lesson, ...]:
    """Return the lessons of one language; those that have no page in it are left out."""
    texts = {slug: _text(project, locale, slug) for slug in lesson_slugs(project, folder)}
    return tuple(_lesson(slug, text) for slug, text in texts.items() if text)


def lesson_slugs(project: Project, folder: str = FOLDER) -> list[str]:
    """Return the slugs of the lessons, or of the labs, in the order of the navigation."""
    text = read_text(project.root / "mkdocs.yml", project.root)
    return [slug for slug in _in_nav(text) if slug.startswith(folder)]


@lru_cache(maxsize=16)
def _in_nav(text: str) -> tuple[str, ...]:
    nav = yaml_load(text).get("nav", [])
    return tuple(page.removesuffix(".md") for page in _leaves(nav))


def lesson_problems(project: Project) -> Iterator[Problem]:
    """Say where a lesson's front matter does not tell what it takes and needs."""
    slugs = lesson_slugs(project) + lesson_slugs(project, LABS)
    for language in project.languages:
        for slug in slugs:
            text = _text(project, language.locale, slug)
            if not text:
                continue
            path = project.relative(project.page(language.locale, slug))
            meta = front_matter.read(text)[1]
            yield from _unfit(path, meta, slugs[: slugs.index(slug)])
            original = front_matter.read(_text(project, project.default, slug) or text)[1]
            for key in ("minutes", "requires"):
                if meta.get(key) != original.get(key):
                    there = project.relative(project.page(project.default, slug))
                    yield Problem(path, 1, f"`{key}` is not that of {there}", "make them equal")


def _unfit(path: str, meta: Mapping[str, Any], earlier: Sequence[str]) -> Iterator[Problem]:
    minutes = meta.get("minutes")
    if not isinstance(minutes, int) or minutes < 1:
        what = "the front matter does not say how many minutes the lesson takes"
        yield Problem(path, 1, what, "add `minutes: 20`, say")
    names = [slug.removeprefix(FOLDER) for slug in earlier if slug.startswith(FOLDER)]
    required = meta.get("requires")
    if not isinstance(required, list):
        what = "the front matter does not list the lessons that come first"
        yield Problem(path, 1, what, "add `requires: []`, or name some")
        return
    for name in required:
        if name not in names:
            what = f"`requires` names {name}, which is no earlier lesson"
            remedy = f"name some of: {', '.join(names)}" if names else "leave it empty"
            yield Problem(path, 1, what, remedy)


def _lesson(slug: str, text: str) -> Lesson:
    body, meta = front_matter.read(text)
    question = TITLE.search(body)
    return Lesson(
        slug=slug,
        title=str(meta.get("title", slug)),
        question=question["question"] if question else "",
        minutes=meta.get("minutes") or 0,
        requires=tuple(f"{FOLDER}{name}" for name in meta.get("requires") or ()),
    )


def _text(project: Project, locale: str, slug: str) -> str:
    path = project.page(locale, slug)
    return read_text(path, project.root) if path.is_file() else ""


def _leaves(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, Mapping):
        for part in nav.values():
            yield from _leaves(part)
    else:
        for part in nav:
            yield from _leaves(part)
