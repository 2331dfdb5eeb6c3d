"""The files of a project: its languages, its snippets, its pages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from mkdocs.utils.yaml import yaml_load

from nabla.problem import Problem, ProblemError
from nabla.run.sample import Reading, Sample, read_snippet, read_text, relative


@dataclass(frozen=True)
class Language:
    """A language of the site, as mkdocs.yml lists it."""

    locale: str
    name: str
    default: bool


@dataclass(frozen=True)
class Project:
    """The project whose mkdocs.yml stands in the folder `root`."""

    root: Path

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of mkdocs.yml, in its order: the only place that lists them."""
        return _languages(read_text(self.root / "mkdocs.yml", self.root))

    @property
    def default(self) -> str:
        """The locale that the pages are first written in."""
        return next(language.locale for language in self.languages if language.default)

    @property
    def cache(self) -> Path:
        """Where builds keep what the next one need not do again: .cache/nabla, or NABLA_CACHE."""
        return Path(os.environ.get("NABLA_CACHE") or self.root / ".cache" / "nabla")

    @property
    def snippets(self) -> Path:
        return self.root / "snippets"

    def pages(self, locale: str) -> list[str]:
        """Return the slugs of the pages of one language, such as ``learn/slope``."""
        folder = self.root / "docs" / locale
        paths = sorted(folder.rglob("*.md"))
        return [path.relative_to(folder).with_suffix("").as_posix() for path in paths]

    def page(self, locale: str, slug: str) -> Path:
        return self.root / "docs" / locale / f"{slug}.md"

    def snippet_names(self) -> list[str]:
        paths = sorted(self.snippets.rglob("*.md"))
        return [path.relative_to(self.snippets).with_suffix("").as_posix() for path in paths]

    def read_snippet(self, name: str) -> Reading:
        """Read one snippet. Raises ProblemError where it is missing or not UTF-8."""
        path = self.snippets / f"{name}.md"
        shown = relative(path, self.root)
        if not path.is_file():
            raise ProblemError(Problem(shown, 1, "no such snippet", "write it, or mend the name"))
        return read_snippet(read_text(path, self.root), shown, name)

    def relative(self, path: Path) -> str:
        return relative(path, self.root)


@lru_cache(maxsize=16)
def _languages(text: str) -> tuple[Language, ...]:
    for plugin in yaml_load(text)["plugins"]:
        if isinstance(plugin, dict) and "i18n" in plugin:
            return tuple(_language(entry) for entry in plugin["i18n"]["languages"])
    raise ProblemError(
        Problem("mkdocs.yml", 1, "no i18n plugin lists the languages", "add it under plugins")
    )


def _language(entry: dict) -> Language:
    if missing := [key for key in ("locale", "name") if key not in entry]:
        what = f"the language {entry} has no {' and no '.join(missing)}"
        remedy = "write it as the others are: { locale: fr, name: Français }"
        raise ProblemError(Problem("mkdocs.yml", 1, what, remedy))
    return Language(entry["locale"], entry["name"], entry.get("default", False))


def sample_of(reading: Reading) -> Sample:
    """Return the one sample of a snippet. Raises ProblemError where anything is wrong."""
    if reading.problems:
        raise ProblemError(*reading.problems)
    return reading.samples[0]


def find_project(start: Path) -> Project:
    """Return the project that `start` lies in. Raises ProblemError where there is none."""
    for folder in _upward(start.resolve()):
        if (folder / "mkdocs.yml").is_file():
            return Project(folder)
    raise ProblemError(
        Problem(str(start), 0, "no mkdocs.yml here or above", "go into the project's folder")
    )


def _upward(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
