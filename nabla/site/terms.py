"""Every page calls a concept by the term agreed for its language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mkdocs.utils.yaml import yaml_load

from nabla.markdown.glossary import Entry, Term, pattern, uses
from nabla.problem import Problem, ProblemError
from nabla.run.fences import Prose, scan
from nabla.run.sample import read_text
from nabla.site.parity import CODE, DISPLAY, INLINE
from nabla.site.project import Project

GLOSSARY = "glossary.yml"
EXCEPTIONS = "glossary-exceptions.yml"
NO_PROSE = re.compile(r"(?<=\])\([^)]*\)|^requires: .*")
"""Where a link leads, and the slugs of lessons in the front matter."""


@dataclass(frozen=True)
class Allowed:
    """A page that may do without a term, and why. `line` is that of the list."""

    page: str
    term: str
    reason: str
    line: int


def load_glossary(project: Project) -> tuple[Entry, ...]:
    """Return the entries of the glossary; none where the project has no glossary.

    Raises ProblemError where entries lack a language, naming each of them.
    """
    path = project.root / GLOSSARY
    if not path.is_file():
        return ()
    text = read_text(path, project.root)
    return _entries(text, tuple(language.locale for language in project.languages))


@lru_cache(maxsize=16)
def _entries(text: str, locales: tuple[str, ...]) -> tuple[Entry, ...]:
    found = yaml_load(text) or []
    if problems := [one for raw in found for one in _lacking(raw, locales, text)]:
        raise ProblemError(*problems)
    return tuple(
        Entry(raw["id"], tuple((locale, _term(raw[locale])) for locale in locales)) for raw in found
    )


def _lacking(raw: dict, locales: Sequence[str], text: str) -> Iterator[Problem]:
    for locale in locales:
        if not all((raw.get(locale) or {}).get(key) for key in ("term", "definition")):
            there = re.search(rf"id: {re.escape(raw['id'])}(?![\w-])", text)
            line = text[: there.start() if there else 0].count("\n") + 1
            what = f"`{raw['id']}` lacks a term or a definition in `{locale}`"
            yield Problem(GLOSSARY, line, what, "add it")


def _term(raw: dict) -> Term:
    lists = (tuple(raw.get(key) or ()) for key in ("forms", "never", "not_in"))
    return Term(raw["term"], raw["definition"], *lists)


def load_exceptions(project: Project) -> list[Allowed]:
    """Return the exceptions that the project lists."""
    path = project.root / EXCEPTIONS
    if not path.is_file():
        return []
    text = read_text(path, project.root)
    found = []
    for raw in yaml_load(text) or []:
        line = text[: text.find(f"page: {raw['page']}")].count("\n") + 1
        found.append(Allowed(raw["page"], raw["term"], raw["reason"], line))
    return found


def prose_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines of prose of a page, without code and formulas, each with its number."""
    prose = [item for item in scan(text) if isinstance(item, Prose)]
    whole = "\n".join(NO_PROSE.sub(" ", CODE.sub(" ", item.text)) for item in prose)
    blank = INLINE.sub(" ", DISPLAY.sub(lambda match: "\n" * match[0].count("\n"), whole))
    return [(item.line, line) for item, line in zip(prose, blank.split("\n"), strict=True)]


def wrong_terms(project: Project, pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """Check the pages (locale, slug) against the originals and the glossary.

    Where the original uses a concept, the translation uses the agreed term; and no
    page uses a word that the glossary rules out.
    """
    entries = load_glossary(project)
    exceptions = load_exceptions(project)
    allowed = {(one.page, one.term) for one in exceptions}
    problems: list[Problem] = []
    needed: set[tuple[str, str]] = set()
    for locale, slug in pairs:
        page = f"{locale}/{slug}"
        for id_, problem in _of_page(*_both(project, locale, slug), entries):
            needed.add((page, id_))
            if (page, id_) not in allowed:
                problems.append(problem)
    for one in exceptions:
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
    paths = {each: project.page(each, slug) for each in (project.default, locale)}
    original, page = (
        _Page(each, project.relative(path), read_text(path, project.root))
        for each, path in paths.items()
    )
    return original, page


@lru_cache(maxsize=1024)
def _of_page(
    original: _Page, page: _Page, entries: tuple[Entry, ...]
) -> tuple[tuple[str, Problem], ...]:
    """Return each problem of a page with the id of the term that it is about."""
    found: list[tuple[str, Problem]] = []
    asked = _first_uses(original, entries)
    lines = prose_lines(page.text)
    whole = "\n".join(line for _, line in lines)
    for entry in entries:
        term = entry.term(page.locale)
        words = (term.term, *term.forms)
        if entry.id in asked and not pattern(words).search(whole):
            english = entry.term(original.locale).term
            where = f"{original.path}:{asked[entry.id]}"
            what = f"“{term.term}” is expected, since {where} speaks of “{english}”"
            remedy = f"use it, or list the page in {EXCEPTIONS}"
            found.append((entry.id, Problem(page.path, 1, what, remedy)))
        if not term.never or not pattern(term.never).search(whole):
            continue
        for number, line in lines:
            for match in pattern(term.never).finditer(line):
                what = f"“{match[0]}” is not the term"
                wrong = Problem(page.path, number, what, f"write “{term.term}”")
                found.append((entry.id, wrong))
    return tuple(found)


@lru_cache(maxsize=1024)
def _first_uses(page: _Page, entries: tuple[Entry, ...]) -> Mapping[str, int]:
    """Return the line on which each concept is first spoken of, by the entry's id."""
    asked: dict[str, int] = {}
    for number, line in prose_lines(page.text):
        for id_, _ in uses(line, entries, page.locale):
            asked.setdefault(id_, number)
    return asked
