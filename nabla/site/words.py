"""The words of the interface: one file per language, words/<locale>.yml."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mkdocs.utils.yaml import yaml_load

from nabla.problem import Problem, ProblemError
from nabla.run.sample import read_text
from nabla.site.project import Project


def load_words(project: Project, locale: str) -> Mapping:
    """Return the words of one language.

    Raises ProblemError where the file is missing or lacks a key that the default
    language has.
    """
    words = _read(project, locale)
    reference = words if locale == project.default else _read(project, project.default)
    missing = sorted(_keys(reference) - _keys(words))
    if missing:
        path = f"words/{locale}.yml"
        raise ProblemError(*(Problem(path, 1, f"`{key}` is missing", "add it") for key in missing))
    return words


def _read(project: Project, locale: str) -> Mapping:
    path: Path = project.root / "words" / f"{locale}.yml"
    if not path.is_file():
        raise ProblemError(
            Problem(
                f"words/{locale}.yml", 1, "no words for this language", "translate words/en.yml"
            )
        )
    return _parsed(read_text(path, project.root))


@lru_cache(maxsize=16)
def _parsed(text: str) -> Mapping:
    return yaml_load(text)


def _keys(words: Mapping, prefix: str = "") -> set[str]:
    keys: set[str] = set()
    for key, value in words.items():
        keys |= _keys(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key}
    return keys
