"""Under `mkdocs serve`, render again only the pages on which what changed has a part."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from nabla.markdown.embed import embedded
from nabla.site.complaints import complaints
from nabla.site.project import Project


@dataclass(frozen=True)
class Rendered:
    """What rendering gives to a page. `links` are those to anchors, by the file linked to."""

    cause: Any
    content: str
    toc: TableOfContents
    title: str | None
    ids: frozenset[str]
    links: Mapping[str, Mapping[str, str]]


class Rendering:
    """Remembers how each page was rendered last, and from what."""

    def __init__(self) -> None:
        self._last: dict[str, Rendered] = {}

    def of(self, page: Page) -> Rendered | None:
        """Return how a page was rendered last; None where it was not, or something was wrong."""
        return self._last.get(page.file.src_uri)

    def render(self, project: Project, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Render a page, or give it what it had last when all that it is made from is the same.

        A page that something is wrong with is rendered each time, to say so again.
        """
        cause = _cause(page, project, config, files)
        last = self._last.pop(page.file.src_uri, None)
        if last is None or last.cause != cause:
            last = _rendered(page, cause, config, files)
        else:
            _give(page, last, files)
        if last is not None:
            self._last[page.file.src_uri] = last


def _cause(page: Page, project: Project, config: MkDocsConfig, files: Files) -> Any:
    """Return all that the HTML of a page depends on."""
    options = {name: copy(options) for name, options in config.mdx_configs.items()}
    places = frozenset((file.src_uri, file.url) for file in files)
    return page.markdown, embedded(page.markdown, project.root), options, places


def _rendered(page: Page, cause: Any, config: MkDocsConfig, files: Files) -> Rendered | None:
    """Render a page; return what came of it unless something was wrong."""
    with complaints() as wrong:
        type(page).render(page, config, files)
    if wrong.get_counts():
        return None
    links = {file.src_uri: dict(found) for file, found in (page.links_to_anchors or {}).items()}
    ids = frozenset(page.present_anchor_ids or ())
    return Rendered(cause, page.content, page.toc, page._title_from_render, ids, links)


def _give(page: Page, last: Rendered, files: Files) -> None:
    page.content = last.content
    page.toc = last.toc
    page._title_from_render = last.title
    page.present_anchor_ids = set(last.ids)
    page.links_to_anchors = {
        files.get_file_from_path(path): dict(found) for path, found in last.links.items()
    }
