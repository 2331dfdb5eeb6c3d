"""Under `mkdocs serve`: pages that did not change since the last build are not rendered again.

A page that is remembered is given an empty text to render, and afterwards the content,
the list of contents, the ids, the links and the entries of the search that it had. So
MkDocs still checks its links against the other pages.
"""

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from nabla.checks.results import request_of
from nabla.checks.variants import VARIANTS
from nabla.explorers.directive import Drawing, read_drawing
from nabla.site.prepare import Prepared
from nabla.site.search import Entry
from nabla.source.front_matter import read_front_matter
from nabla.source.glossary import GLOSSARY
from nabla.source.lessons import load_lessons
from nabla.source.page import Directive, Include
from nabla.source.project import Project
from nabla.source.questions import read_questions

CHANGING = {"verified"}
"""Directives that show what other pages hold."""


@dataclass
class Rendered:
    """What rendering gave to a page; `links` are those to anchors, by the file linked to."""

    key: Hashable
    content: str
    title: str
    toc: TableOfContents
    ids: frozenset[str]
    links: Mapping[str, Mapping[str, str]]
    entries: Sequence[Entry] = ()


class Warned(logging.Handler):
    """Counts warnings, which each build is to give again: their page is not remembered."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


class Memory:
    """Remembers how each page was rendered last. One instance serves all builds."""

    def __init__(self) -> None:
        self._pages: dict[str, Rendered] = {}
        self._key: Hashable = None
        self._warned = Warned()
        self._before = 0
        logging.getLogger("mkdocs").addHandler(self._warned)

    def close(self) -> None:
        logging.getLogger("mkdocs").removeHandler(self._warned)

    def begin(self, page: Page, key: Hashable) -> bool:
        """Return whether the page, whose content depends on `key`, need not be rendered."""
        self._key, self._before = key, self._warned.count
        known = self._pages.get(page.file.src_uri)
        return known is not None and known.key == key

    def end(self, page: Page, html: str, files: Files) -> str:
        """Return the content of a page that was just rendered, or was not since it is known."""
        known = self._pages.pop(page.file.src_uri, None)
        if known is None or known.key != self._key:
            links = {file.src_uri: dict(to) for file, to in (page.links_to_anchors or {}).items()}
            ids = frozenset(page.present_anchor_ids or ())
            known = Rendered(self._key, html, str(page.title), page.toc, ids, links)
        else:
            page.toc, page.present_anchor_ids = known.toc, set(known.ids)
            vars(page)["title"] = known.title
            found = {files.get_file_from_path(uri): dict(to) for uri, to in known.links.items()}
            page.links_to_anchors = {file: to for file, to in found.items() if file}
        if self._warned.count == self._before:
            self._pages[page.file.src_uri] = known
        return known.content

    def entries(self, page: Page) -> Sequence[Entry]:
        """Return the entries of the search that a page had."""
        known = self._pages.get(page.file.src_uri)
        return known.entries if known else ()

    def keep_entries(self, page: Page, entries: Sequence[Entry]) -> None:
        if known := self._pages.get(page.file.src_uri):
            known.entries = entries


def shared_key(project: Project, locale: str, files: Files) -> Hashable:
    """Return what every page of a language depends on beside its own text and snippets."""
    names = (GLOSSARY, "mkdocs.yml", f"words/{locale}.yml")
    paths = [project.root / name for name in names]
    texts = tuple(project.read(path) for path in paths if path.is_file())
    lessons = tuple(
        repr(read_front_matter(project.page(locale, slug).text).data)
        for slug in project.slugs(locale)
    )
    return texts, lessons, frozenset((file.src_uri, file.url) for file in files)


def page_key(prepared: Prepared, locale: str, slug: str, shared: Hashable) -> Hashable:
    """Return all that the content of a page depends on; equal keys have equal content."""
    project = prepared.project
    page = project.page(locale, slug)
    keywords = {one.keyword for one in page.all(Directive)}
    if keywords & CHANGING:
        return object()
    asked = [read_drawing(one, "") for one in page.all(Directive)]
    questions = read_questions(page, "").questions
    shown = {name for question in questions for name in question.snippets}
    shown |= {one.name for one in page.all(Include)}
    for directive in page.all(Directive):
        shown |= set(directive.rest.split()) if directive.keyword == VARIANTS else set()
    included = {name: project.snippet(name) for name in sorted(shown)}
    for name, snippet in included.items():
        directives = snippet.directives if snippet else ()
        asked += [read_drawing(one, "", name) for one in directives]
    drawings = [one for one in asked if isinstance(one, Drawing)]
    drawn = {drawing.snippet: project.snippet(drawing.snippet) for drawing in drawings}
    samples = [snippet.sample for snippet in included.values() if snippet]
    requests = [request_of(one) for one in (*samples, *project.samples(locale, slug).samples)]
    requests += [
        request_of(snippet.sample, drawing.probe)
        for drawing in drawings
        if (snippet := drawn[drawing.snippet])
    ]
    failures = tuple(prepared.results.of(request).failure for request in requests)
    lessons = load_lessons(project, locale) if "path" in keywords else ()
    snippets = tuple((included | drawn).items())
    return page.text, snippets, failures, lessons, shared
