"""The words of the interface: one file per language, words/<locale>.yml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source.data import read_yaml_once
from nabla.source.project import Project

OWN = Path(__file__).parents[2] / "words"
"""The words of this checkout, for a text that is rendered outside any project."""


def load_words(project: Project, locale: str) -> Mapping[str, Any]:
    """Return the words of one language.

    Raises ProblemError where the file is missing or lacks a key that the default
    language has.
    """
    words = read_words(project, locale)
    reference = words if locale == project.default else read_words(project, project.default)
    missing = sorted(_keys(reference) - _keys(words))
    if missing:
        path = f"words/{locale}.yml"
        raise ProblemError(*(Problem(path, 1, f"`{key}` is missing", "add it") for key in missing))
    return words


def default_words(locale: str) -> Mapping[str, Any]:
    """Return the words that come with this package, in English where it lacks a language."""
    file = OWN / f"{locale}.yml"
    path = file if file.is_file() else OWN / "en.yml"
    return read_yaml_once(path.read_text(encoding="utf-8"))


def read_words(project: Project, locale: str) -> Mapping[str, Any]:
    """Return the words of one language as they are. Raises ProblemError where there are none."""
    path = project.root / "words" / f"{locale}.yml"
    if not path.is_file():
        what, remedy = "no words for this language", "translate words/en.yml"
        raise ProblemError(Problem(f"words/{locale}.yml", 1, what, remedy))
    return read_yaml_once(project.read(path))


def _keys(words: Mapping[str, Any], prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for key, value in words.items():
        keys |= _keys(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key}
    return keys
