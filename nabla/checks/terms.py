"""Every page calls a concept by the term agreed for its language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nabla.problem import Problem
from nabla.source.glossary import (
    EXCEPTIONS,
    Concept,
    find_terms,
    load_exemptions,
    load_glossary,
    word_pattern,
)
from nabla.source.inline import blank_markup
from nabla.source.page import Include, Line, read_page
from nabla.source.project import Project

SLUGS = re.compile(r"^requires: .*")
"""A line of the front matter that holds no words."""


def find_prose(text: str) -> list[tuple[int, str]]:
    """Return the lines of prose of a page, without code and formulas, each with its number."""
    read = [line for line in read_page(text).all(Line) if not isinstance(line, Include)]
    return blank_markup([(line.line, SLUGS.sub(" ", line.text)) for line in read])


def check_terms(project: Project, pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """Check the pages (locale, slug) against the originals and the glossary.

    Where the original uses a concept, the translation uses the agreed term; and no
    page uses a word that the glossary rules out.
    """
    concepts = load_glossary(project)
    exemptions = load_exemptions(project)
    allowed = {(one.page, one.term) for one in exemptions}
    problems: list[Problem] = []
    needed: set[tuple[str, str]] = set()
    for locale, slug in pairs:
        page = f"{locale}/{slug}"
        for id_, problem in _of_page(*_both(project, locale, slug), concepts):
            needed.add((page, id_))
            if (page, id_) not in allowed:
                problems.append(problem)
    for one in exemptions:
        if (one.page, one.term) not in needed:
            what = f"the exception of `{one.term}` in {one.page} is not needed any more"
            problems.append(Problem(EXCEPTIONS, one.line, what, "remove it"))
    return problems


@dataclass(frozen=True)
class _Page:
    locale: str
    path: str
    text: str


def _both(project: Project, locale: str, slug: str) -> tuple[_Page, _Page]:
    """Return a page's original and the page."""
    original, page = (
        _Page(each, project.relative(project.page_path(each, slug)), project.page(each, slug).text)
        for each in (project.default, locale)
    )
    return original, page


@lru_cache(maxsize=1024)
def _of_page(
    original: _Page, page: _Page, concepts: tuple[Concept, ...]
) -> tuple[tuple[str, Problem], ...]:
    """Return each problem of a page with the id of the term that it is about."""
    found: list[tuple[str, Problem]] = []
    asked = _first_uses(original, concepts)
    lines = find_prose(page.text)
    whole = "\n".join(line for _, line in lines)
    for concept in concepts:
        term = concept.terms[page.locale]
        words = (term.term, *term.forms)
        if concept.id in asked and not word_pattern(words).search(whole):
            english = concept.terms[original.locale].term
            where = f"{original.path}:{asked[concept.id]}"
            what = f"“{term.term}” is expected, since {where} speaks of “{english}”"
            remedy = f"use it, or list the page in {EXCEPTIONS}"
            found.append((concept.id, Problem(page.path, 1, what, remedy)))
        if not term.never or not word_pattern(term.never).search(whole):
            continue
        for number, line in lines:
            for match in word_pattern(term.never).finditer(line):
                what = f"“{match[0]}” is not the term"
                wrong = Problem(page.path, number, what, f"write “{term.term}”")
                found.append((concept.id, wrong))
    return tuple(found)


@lru_cache(maxsize=1024)
def _first_uses(page: _Page, concepts: tuple[Concept, ...]) -> Mapping[str, int]:
    """Return the line on which each concept is first spoken of, by the concept's id."""
    asked: dict[str, int] = {}
    for number, line in find_prose(page.text):
        for id_, _ in find_terms(line, concepts, page.locale):
            asked.setdefault(id_, number)
    return asked
