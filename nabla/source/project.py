"""The files of a project: its languages, its snippets, its pages."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from nabla.problem import Problem, ProblemError
from nabla.source.data import read_yaml_once
from nabla.source.page import Directive, Page, read_page
from nabla.source.samples import Reading, Sample, read_lab, read_samples, read_snippet
from nabla.source.text import read_text, relative_path


@dataclass(frozen=True)
class Language:
    """A language of the site, as mkdocs.yml lists it."""

    locale: str
    name: str
    default: bool


@dataclass(frozen=True)
class Snippet:
    """A snippet's sample, and the directives that stand in its file."""

    sample: Sample
    directives: tuple[Directive, ...]


@dataclass(frozen=True)
class Project:
    """The project whose mkdocs.yml stands in the folder `root`.

    Each file is read once in the lifetime of the instance.
    """

    root: Path
    _texts: dict[Path, str] = field(default_factory=dict, compare=False, repr=False)
    _snippets: dict[str, Snippet | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """What mkdocs.yml says. Raises ProblemError where it is missing or no mapping."""
        try:
            config = read_yaml_once(self.read(self.root / "mkdocs.yml"))
        except FileNotFoundError:
            config = {}
        except yaml.YAMLError as error:
            line = getattr(error, "problem_mark", None)
            where = line.line + 1 if line else 1
            problem = Problem("mkdocs.yml", where, "this is no YAML", "mend it")
            raise ProblemError(problem) from None
        return config if isinstance(config, dict) else {}

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of mkdocs.yml, in its order: the only place that lists them."""
        for plugin in self.config.get("plugins") or ():
            if isinstance(plugin, dict) and "i18n" in plugin:
                return tuple(_language(entry) for entry in plugin["i18n"]["languages"])
        what = "no i18n plugin lists the languages"
        raise ProblemError(Problem("mkdocs.yml", 1, what, "add it under plugins"))

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(language.locale for language in self.languages)

    @property
    def default(self) -> str:
        """The locale that the pages are first written in."""
        return next(language.locale for language in self.languages if language.default)

    @property
    def nav(self) -> tuple[str, ...]:
        """The slugs of the pages of the navigation, in its order."""
        return tuple(page.removesuffix(".md") for page in _leaves(self.config.get("nav") or []))

    @property
    def cache(self) -> Path:
        """Where builds keep what the next one need not do again: .cache/nabla, or NABLA_CACHE."""
        return Path(os.environ.get("NABLA_CACHE") or self.root / ".cache" / "nabla")

    def slugs(self, locale: str) -> list[str]:
        """Return the slugs of the pages of one language, such as ``learn/slope``."""
        return list(_find_markdown(self.root / "docs" / locale))

    def page_path(self, locale: str, slug: str) -> Path:
        return self.root / "docs" / locale / f"{slug}.md"

    def has_page(self, locale: str, slug: str) -> bool:
        return self.page_path(locale, slug).is_file()

    def page(self, locale: str, slug: str) -> Page:
        """Read a page. Raises ProblemError where it is not UTF-8."""
        return read_page(self.read(self.page_path(locale, slug)))

    def samples(self, locale: str, slug: str) -> Reading:
        """Read the samples that stand in a page itself: the cells of a lab, or its fences."""
        page, path = self.page(locale, slug), self.relative(self.page_path(locale, slug))
        return read_lab(page, path) if page.is_lab else read_samples(page, path)

    def snippet_names(self) -> list[str]:
        return list(_find_markdown(self.root / "snippets"))

    def snippet_path(self, name: str) -> Path:
        return self.root / "snippets" / f"{name}.md"

    def snippet(self, name: str) -> Snippet | None:
        """Return the snippet `name`, or None where there is none that can be shown."""
        if name not in self._snippets:
            self._snippets[name] = self._find_snippet(name)
        return self._snippets[name]

    def _find_snippet(self, name: str) -> Snippet | None:
        path = self.snippet_path(name)
        folder = (self.root / "snippets").resolve()
        if not path.is_file() or not path.resolve().is_relative_to(folder):
            return None
        try:
            reading = self.read_snippet(name)
        except ProblemError:
            return None
        directives = tuple(read_page(self.read(path)).all(Directive))
        return Snippet(reading.samples[0], directives) if reading.samples else None

    def read_snippet(self, name: str) -> Reading:
        """Read one snippet. Raises ProblemError where it is missing or not UTF-8."""
        path = self.snippet_path(name)
        shown = self.relative(path)
        if not path.is_file():
            raise ProblemError(Problem(shown, 1, "no such snippet", "write it, or mend the name"))
        return read_snippet(read_page(self.read(path)), shown, name)

    def read(self, path: Path) -> str:
        """Return the text of a file. Raises ProblemError where it is not UTF-8."""
        if path not in self._texts:
            self._texts[path] = read_text(path, self.root)
        return self._texts[path]

    def relative(self, path: Path) -> str:
        return relative_path(path, self.root)


def find_project(start: Path) -> Project:
    """Return the project that `start` lies in. Raises ProblemError where there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return Project(folder)
    what = "no mkdocs.yml here or above"
    raise ProblemError(Problem(str(start), 0, what, "go into the project's folder"))


def get_sample(reading: Reading) -> Sample:
    """Return the one sample of a snippet. Raises ProblemError where anything is wrong."""
    if reading.problems:
        raise ProblemError(*reading.problems)
    return reading.samples[0]


def _find_markdown(folder: Path) -> Iterator[str]:
    """Yield the slugs of the Markdown files below a folder, but for hidden ones, as MkDocs does."""
    for path in sorted(folder.rglob("*.md")):
        slug = path.relative_to(folder).with_suffix("")
        if not any(part.startswith(".") for part in slug.parts):
            yield slug.as_posix()


def _language(entry: Mapping[str, Any]) -> Language:
    if missing := [key for key in ("locale", "name") if key not in entry]:
        what = f"the language {entry} has no {' and no '.join(missing)}"
        remedy = "write it as the others are: { locale: fr, name: Français }"
        raise ProblemError(Problem("mkdocs.yml", 1, what, remedy))
    return Language(entry["locale"], entry["name"], entry.get("default", False))


def _leaves(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, Mapping):
        for part in nav.values():
            yield from _leaves(part)
    else:
        for part in nav:
            yield from _leaves(part)
