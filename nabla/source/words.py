"""The words of the interface: one file per language, words/<locale>.yml."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source import schema
from nabla.source.data import Document, read_document
from nabla.source.project import Project
from nabla.source.text import read_text

Keys = tuple[str, ...]
OWN = Path(__file__).parents[2]
"""This checkout, whose words are those of a text that is rendered outside any project."""


def load_words(project: Project, locale: str) -> Mapping[str, Any]:
    """Return the words of one language.

    Raises ProblemError where the file is missing, or has not the keys of the default
    language, each with a text; the default language has those of this package's English.
    """
    words = _read(project.read, project.root, locale)
    is_default = locale == project.default
    reference = _own("en") if is_default else _read(project.read, project.root, project.default)
    expected: Any = schema.like(reference.data)
    if is_default:
        expected = _with_any_nav(expected)
    if problems := schema.check(words, expected) or list(_check_places(words, reference)):
        raise ProblemError(*problems)
    return words.data


def read_words(project: Project, locale: str) -> Mapping[str, Any]:
    """Return the words of one language as they are. Raises ProblemError where there are none."""
    return _read(project.read, project.root, locale).data


def default_words(locale: str) -> Mapping[str, Any]:
    """Return the words that come with this package, in English where it lacks a language."""
    there = (OWN / "words" / f"{locale}.yml").is_file()
    return _own(locale if there else "en").data


def _own(locale: str) -> Document:
    return _read(lambda path: read_text(path, OWN), OWN, locale)


def _read(read: Any, root: Path, locale: str) -> Document:
    path = root / "words" / f"{locale}.yml"
    shown = f"words/{locale}.yml"
    if not path.is_file():
        what, remedy = "no words for this language", "translate words/en.yml"
        raise ProblemError(Problem(shown, 1, what, remedy))
    return read_document(read(path), shown)


def _with_any_nav(expected: Mapping[str, Any]) -> schema.Schema:
    """Return the schema of the default language's words: its `nav` follows mkdocs.yml."""
    nav = {"type": "object", "additionalProperties": schema.TEXT}
    return {**expected, "properties": {**expected["properties"], "nav": nav}}


def _check_places(words: Document, reference: Document) -> Iterator[Problem]:
    """Name each text with braces that are not those of the default language."""
    for keys, text in _texts(words.data, ()):
        allowed = _places(str(_value(reference.data, keys)))
        try:
            unknown = _places(text) - allowed
        except ValueError as error:
            unknown, reason = {""}, str(error)
        else:
            reason = f"{', '.join(sorted(unknown))} is not in {reference.path}"
        if unknown:
            what, remedy = f"`{'.'.join(keys)}`: {reason}", "write each {name} as it is there"
            yield Problem(words.path, words.line(*keys), what, remedy)


def _texts(
    data: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _texts(value, (*above, key))
        else:
            yield (*above, key), value


def _value(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data.get(key, "")
    return data


def _places(text: str) -> set[str]:
    """Return what stands in braces. Raises ValueError where a brace is not closed."""
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            rest = (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            found.add(f"{{{name}{rest}}}")
    return found
