"""The glossary: what each concept is called in every language, and where a text uses it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source import schema
from nabla.source.data import Document, read_document
from nabla.source.project import Project

GLOSSARY = "glossary.yml"
EXCEPTIONS = "glossary-exceptions.yml"


@dataclass(frozen=True)
class Term:
    """What a concept is called in one language.

    `forms` are other words for it that a page may use, `never` are wrong ones. `not_in`
    are longer words that hold it and mean something else: 言葉 is no 葉. `ask` are those
    of its words that are linked only where a page does it itself.
    """

    term: str
    definition: str
    forms: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every word for the concept that a page may use."""
        return self.term, *self.forms


@dataclass(frozen=True, eq=False)
class Concept:
    """An entry of the glossary: its slug, and its term by locale. Equal only to itself."""

    id: str
    terms: Mapping[str, Term]


@dataclass(frozen=True)
class Exemption:
    """A page that may do without a term, and why. `line` is that of the list."""

    page: str
    term: str
    reason: str
    line: int


def load_glossary(project: Project) -> tuple[Concept, ...]:
    """Return the concepts of the glossary; none where the project has no glossary.

    Raises ProblemError where the file is not as it should be, naming each line.
    """
    document = _read(project, GLOSSARY)
    return _concepts(document, project.locales) if document else ()


def check_surfaces(project: Project) -> list[Problem]:
    """Name each word that two entries share, or that is one character, and `ask` does not list."""
    document, concepts = _read(project, GLOSSARY), load_glossary(project)
    if document is None:
        return []
    problems: list[Problem] = []
    for locale in project.locales:
        owners: dict[str, list[str]] = {}
        for concept in concepts:
            for surface in dict.fromkeys(map(normal, concept.terms[locale].surfaces)):
                owners.setdefault(surface, []).append(concept.id)
        for index, concept in enumerate(concepts):
            line = document.line(index, locale)
            problems += _check_term(concept, locale, line, owners)
    return sorted(problems, key=lambda problem: problem.line)


def load_exemptions(project: Project) -> list[Exemption]:
    """Return the pages that the project exempts from using a term."""
    document = _read(project, EXCEPTIONS)
    if document is None:
        return []
    if problems := schema.check(document, schema.EXCEPTIONS):
        raise ProblemError(*problems)
    return [
        Exemption(raw["page"], raw["term"], raw["reason"], document.line(index))
        for index, raw in enumerate(document.data)
    ]


def find_terms(
    text: str, concepts: Sequence[Concept], locale: str
) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield (concept's id, match) for each term in `text`, the longest term at each place."""
    known = _surfaces(tuple(concepts), locale)
    for match in word_pattern(tuple(known)).finditer(text):
        if id_ := known.get(normal(match[0])):
            yield id_, match


@lru_cache(maxsize=1024)
def word_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of whole words, the longest first; CJK needs no word boundary."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_whole_word, ordered)) or r"(?!)", re.IGNORECASE)


def _whole_word(word: str) -> str:
    inside = re.sub(r"['’]", "['’]", re.escape(word)).replace(r"\ ", r"\s+")
    before = r"(?<!\w)" if word[0].isascii() or (word[0].isalpha() and word[0] < "\u2e80") else ""
    after = r"(?!\w)" if word[-1] < "\u2e80" else ""
    return f"{before}{inside}{after}"


@lru_cache(maxsize=16)
def _surfaces(concepts: tuple[Concept, ...], locale: str) -> dict[str, str]:
    """Return the concept's id for each word that means it in one language.

    Words that only look like a term, and those that pages link themselves, have an empty id.
    """
    terms = [(one.id, one.terms[locale]) for one in concepts]
    meant = {normal(word): id_ for id_, term in terms for word in term.surfaces}
    longer = {normal(word): "" for _, term in terms for word in term.not_in}
    return longer | meant | {normal(word): "" for _, term in terms for word in term.ask}


def normal(word: str) -> str:
    """Return a word as it is compared: without case, and with single blanks."""
    return " ".join(word.casefold().split()).replace("'", "’")


def _check_term(
    concept: Concept, locale: str, line: int, owners: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    term = concept.terms[locale]
    asked = {normal(word) for word in term.ask}
    own = {normal(word): word for word in term.surfaces}
    for key, word in own.items():
        others = [id_ for id_ in owners[key] if id_ != concept.id]
        if key in asked or not (others or len(key) == 1):
            continue
        also = f"is a word for `{'`, `'.join(others)}` too" if others else "is one character"
        what = f"“{word}” of `{concept.id}` in `{locale}` {also}"
        remedy = f"write `ask: [{word}]`, so that only a link in a page means it"
        yield Problem(GLOSSARY, line, what, remedy)
    for word in term.ask:
        if normal(word) not in own:
            what = f"`ask` of `{concept.id}` in `{locale}` names “{word}”, which it has not"
            yield Problem(GLOSSARY, line, what, "name its term, or one of its forms")


def _read(project: Project, name: str) -> Document | None:
    path = project.root / name
    document = read_document(project.read(path), name) if path.is_file() else None
    return document if document and document.data is not None else None


@lru_cache(maxsize=16)
def _concepts(document: Document, locales: tuple[str, ...]) -> tuple[Concept, ...]:
    problems = schema.check(document, schema.glossary_schema(locales))
    problems += list(_find_gaps(document, locales))
    if problems:
        raise ProblemError(*sorted(problems, key=lambda problem: problem.line))
    return tuple(
        Concept(raw["id"], {locale: _term(raw[locale]) for locale in locales})
        for raw in document.data
    )


def _find_gaps(document: Document, locales: Sequence[str]) -> Iterator[Problem]:
    """Name the entries that lack a language, and those whose id another has."""
    seen: set[str] = set()
    for index, raw in enumerate(document.data if isinstance(document.data, list) else ()):
        if not isinstance(raw, Mapping) or "id" not in raw:
            continue
        line = document.line(index, "id")
        for locale in locales:
            term = raw.get(locale) or {}
            if isinstance(term, Mapping) and not {"term", "definition"} <= term.keys():
                what = f"`{raw['id']}` lacks a term or a definition in `{locale}`"
                yield Problem(GLOSSARY, line, what, "add it")
        if raw["id"] in seen:
            yield Problem(GLOSSARY, line, f"a second entry `{raw['id']}`", "give it another id")
        seen.add(str(raw["id"]))


def _term(raw: Mapping[str, Any]) -> Term:
    lists = (tuple(raw.get(key, ())) for key in ("forms", "never", "not_in", "ask"))
    return Term(raw["term"], raw["definition"], *lists)
