"""One search index per language: the only module that knows Material's search plugin.

That plugin keeps an index for the language being built, in `search_index`, and writes
it to the root of the site. Here the entries of each language are taken as its build
ends, and written where that language's pages look for them. Material's script loads
the index with every page, so the index holds only how to search; what is searched
stands beside it, for the worker to load when the reader asks something.
"""

import json
import logging
import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jieba
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from nabla.mathtext import formulas_as_text

INDEX = "search/search_index.json"
TEXTS = "search/texts.json"
WORKERS = "assets/javascripts/workers"
WORKER = "folded-search.js"
CHINESE = "zh"
BETWEEN_WORDS = "\u200b"
"""What the plugin puts between the words of Chinese, also where they are not Chinese."""

DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
SPAN = re.compile(r"</?span\b[^>]*>")

jieba.setLogLevel(logging.WARNING)

Entry = dict[str, Any]


def strip_markup(html: str) -> str:
    """Return what the plugin is to read of a page's content.

    It parses every element, and most of them only colour code, draw, or set formulas: those
    go, and their text stays, but for that of drawings; a formula becomes x², dy/dx.
    """
    return SPAN.sub("", formulas_as_text(DRAWING.sub("", html)))


class SearchIndex:
    """The entries that the plugin makes of the pages of one language."""

    def __init__(self, config: MkDocsConfig, locale: str):
        self._index: Any = config.plugins["material/search"].search_index  # type: ignore[attr-defined]
        self._locale = locale
        self._content = ""
        self._first = 0

    @property
    def entries(self) -> Sequence[Entry]:
        return tuple(self._index.entries)

    @property
    def options(self) -> Mapping[str, Any]:
        """What mkdocs.yml says of how to search."""
        kept = ("lang", "separator", "pipeline", "fields")
        return {key: self._index.config[key] for key in kept}

    def before_page(self, page: Page, known: Sequence[Entry]) -> None:
        """Give the page the content that the plugin is to read: none where `known` has it."""
        self._content, self._first = page.content or "", len(self._index.entries)
        page.content = "" if known else strip_markup(self._content)
        self._index.entries += known

    def after_page(self, page: Page, known: Sequence[Entry]) -> Sequence[Entry]:
        """Give the page its content back, and return its entries with its short title.

        That takes the place of the heading, a sentence that may name other pages' subjects
        too; the heading joins the text.
        """
        page.content = self._content
        entries: Sequence[Entry] = self._index.entries[self._first :]
        for entry in entries if not known else ():
            if self._locale != CHINESE:
                for key in ("title", "text"):
                    entry[key] = entry[key].replace(BETWEEN_WORDS, "")
            title = page.meta.get("title")
            if title and entry["location"] == page.url:
                entry["text"] = f"<p>{entry['title']}</p>{entry['text']}"
                entry["title"] = title
        return entries


def write_index(
    folder: Path, home: str, entries: Sequence[Entry], options: Mapping[str, Any]
) -> None:
    """Write the index of one language: `folder` is the site, `home` the language's root in it."""
    own = [{**one, "location": one["location"].removeprefix(home)} for one in entries]
    for name, content in ((INDEX, {"config": options, "docs": []}), (TEXTS, own)):
        path = folder / home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")


def texts_address(home: str) -> str:
    """Return the way from Material's search worker to the texts of a language."""
    return posixpath.relpath(home + TEXTS, WORKERS)
