"""The files of a project: its languages, its snippets, its pages."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source.data import Document, read_document
from nabla.source.front_matter import check_front_matter
from nabla.source.page import Directive, Page, read_page
from nabla.source.samples import Reading, Sample, read_lab, read_samples, read_snippet
from nabla.source.site_config import (
    CONFIG,
    Language,
    check_needs,
    check_telling,
    read_languages,
    read_nav,
)
from nabla.source.text import read_text, relative_path, walk


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

    @property
    def config(self) -> Mapping[str, Any]:
        """What mkdocs.yml says; nothing where it is missing or no mapping."""
        data = self._config.data
        return data if isinstance(data, Mapping) else {}

    @cached_property
    def _config(self) -> Document:
        path = self.root / CONFIG
        return read_document(self.read(path) if path.is_file() else "", CONFIG, config=True)

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of mkdocs.yml, in its order: the only place that lists them."""
        return read_languages(self._config)

    def check_config(self) -> list[Problem]:
        """Name what a build needs and mkdocs.yml does not have."""
        if not (self.root / CONFIG).is_file():
            what, remedy = "this file is missing", "the languages and the navigation stand in it"
            return [Problem(CONFIG, 1, what, remedy)]
        return check_needs(self._config)

    def check_telling(self) -> list[Problem]:
        """Name the plugin without which no extension is told the language of a page."""
        return check_telling(self._config)

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(language.locale for language in self.languages)

    @property
    def default(self) -> str:
        """The locale that the pages are first written in."""
        return next(language.locale for language in self.languages if language.default)

    @cached_property
    def nav(self) -> tuple[str, ...]:
        """The slugs of the pages of the navigation, in its order."""
        return tuple(page.removesuffix(".md") for page in read_nav(self._config))

    @property
    def cache(self) -> Path:
        """Where builds keep what the next one need not do again: .cache/nabla, or NABLA_CACHE."""
        return Path(os.environ.get("NABLA_CACHE") or self.root / ".cache" / "nabla")

    def cache_folder(self, name: str) -> Path | None:
        """Return a folder of the cache, made if need be; None where nothing can be kept."""
        folder = self.cache / name
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        return folder if os.access(folder, os.W_OK | os.X_OK) else None

    def slugs(self, locale: str) -> list[str]:
        """Return the slugs of the pages of one language, such as ``learn/slope``."""
        return self._find_markdown(self.root / "docs" / locale)

    def page_path(self, locale: str, slug: str) -> Path:
        return self.root / "docs" / locale / f"{slug}.md"

    def has_page(self, locale: str, slug: str) -> bool:
        return self.page_path(locale, slug).is_file()

    def page(self, locale: str, slug: str) -> Page:
        """Read a page. Raises ProblemError where its text or its front matter cannot be read."""
        path = self.page_path(locale, slug)
        text = self.read(path)
        if problems := check_front_matter(text, self.relative(path)):
            raise ProblemError(*problems)
        return read_page(text)

    def samples(self, locale: str, slug: str) -> Reading:
        """Read the samples that stand in a page itself: the cells of a lab, or its fences."""
        page, path = self.page(locale, slug), self.relative(self.page_path(locale, slug))
        return read_lab(page, path) if page.is_lab else read_samples(page, path)

    def snippet_names(self) -> list[str]:
        return self._find_markdown(self.root / "snippets")

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
        """Read one snippet. Raises ProblemError where it cannot be read."""
        path = self.snippet_path(name)
        shown = self.relative(path)
        if not path.is_file():
            raise ProblemError(Problem(shown, 1, "no such snippet", "write it, or mend the name"))
        return read_snippet(read_page(self.read(path)), shown, name)

    def read(self, path: Path) -> str:
        """Return the text of a file. Raises ProblemError where it cannot be read."""
        if path not in self._texts:
            self._texts[path] = read_text(path, self.root)
        return self._texts[path]

    def relative(self, path: Path) -> str:
        return relative_path(path, self.root)

    def _find_markdown(self, folder: Path) -> list[str]:
        """Return the slugs of the Markdown files below a folder, but for hidden ones, as MkDocs.

        Raises ProblemError where a folder cannot be read, or a link leads back to one above.
        """
        files = sorted(one for one in walk(folder, self.root) if one.suffix == ".md")
        return [file.relative_to(folder).with_suffix("").as_posix() for file in files]


def find_project(start: Path) -> Project:
    """Return the project that `start` lies in. Raises ProblemError where there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return Project(folder)
    what = "no mkdocs.yml here or above"
    raise ProblemError(Problem(str(start), 0, what, "go into the project's folder"))


def no_such_snippet(name: str, path: str, line: int) -> Problem:
    """Return the problem of a line that names a snippet which is not there."""
    what = f'"{name}.md" names no snippet'
    return Problem(path, line, what, f"write snippets/{name}.md, or mend the name")


def get_sample(reading: Reading) -> Sample:
    """Return the one sample of a snippet. Raises ProblemError where anything is wrong."""
    if reading.problems:
        raise ProblemError(*reading.problems)
    return reading.samples[0]
