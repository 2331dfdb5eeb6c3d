"""The glossary: what each concept is called in every language, and where a text uses it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source.data import read_yaml_once
from nabla.source.project import Project

GLOSSARY = "glossary.yml"
EXCEPTIONS = "glossary-exceptions.yml"


@dataclass(frozen=True)
class Term:
    """What a concept is called in one language.

    `forms` are other words for it that a page may use, `never` are wrong ones. `not_in`
    are longer words that hold it and mean something else: 言葉 is no 葉.
    """

    term: str
    definition: str
    forms: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


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

    Raises ProblemError where entries lack a language, naming each of them.
    """
    path = project.root / GLOSSARY
    return _concepts(project.read(path), project.locales) if path.is_file() else ()


def load_exemptions(project: Project) -> list[Exemption]:
    """Return the pages that the project exempts from using a term."""
    path = project.root / EXCEPTIONS
    if not path.is_file():
        return []
    text = project.read(path)
    found = []
    for raw in read_yaml_once(text) or []:
        line = text[: text.find(f"page: {raw['page']}")].count("\n") + 1
        found.append(Exemption(raw["page"], raw["term"], raw["reason"], line))
    return found


def find_terms(
    text: str, concepts: Sequence[Concept], locale: str
) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield (concept's id, match) for each term in `text`, the longest term at each place."""
    known = _surfaces(tuple(concepts), locale)
    for match in word_pattern(tuple(known)).finditer(text):
        if id_ := known[_normal(match[0])]:
            yield id_, match


@lru_cache(maxsize=1024)
def word_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of whole words, the longest first; CJK needs no word boundary."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_whole_word, ordered)) or r"(?!)", re.IGNORECASE)


def _whole_word(word: str) -> str:
    inside = re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]").replace("’", "['’]")
    before = r"(?<!\w)" if word[0].isascii() or (word[0].isalpha() and word[0] < "\u2e80") else ""
    after = r"(?!\w)" if word[-1] < "\u2e80" else ""
    return f"{before}{inside}{after}"


@lru_cache(maxsize=16)
def _surfaces(concepts: tuple[Concept, ...], locale: str) -> dict[str, str]:
    """Return the concept's id for each word, in lower case, that means it in one language.

    Words that only look like a term have an empty id.
    """
    others = {word.lower(): "" for one in concepts for word in one.terms[locale].not_in}
    return others | {
        surface.lower(): one.id
        for one in concepts
        for surface in (one.terms[locale].term, *one.terms[locale].forms)
    }


def _normal(word: str) -> str:
    return " ".join(word.lower().split()).replace("'", "’")


@lru_cache(maxsize=16)
def _concepts(text: str, locales: tuple[str, ...]) -> tuple[Concept, ...]:
    found = read_yaml_once(text) or []
    if problems := [one for raw in found for one in _find_gaps(raw, locales, text)]:
        raise ProblemError(*problems)
    return tuple(
        Concept(raw["id"], {locale: _term(raw[locale]) for locale in locales}) for raw in found
    )


def _find_gaps(raw: Mapping[str, Any], locales: Sequence[str], text: str) -> Iterator[Problem]:
    for locale in locales:
        if not all((raw.get(locale) or {}).get(key) for key in ("term", "definition")):
            there = re.search(rf"id: {re.escape(raw['id'])}(?![\w-])", text)
            line = text[: there.start() if there else 0].count("\n") + 1
            what = f"`{raw['id']}` lacks a term or a definition in `{locale}`"
            yield Problem(GLOSSARY, line, what, "add it")


def _term(raw: Mapping[str, Any]) -> Term:
    lists = (tuple(raw.get(key) or ()) for key in ("forms", "never", "not_in"))
    return Term(raw["term"], raw["definition"], *lists)
