"""HTML that waits for what runs: pages hold marks until the end of the build.

What runs takes longer than rendering a page, so no page waits: when all languages are
written, each mark is replaced by what it stands for.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from material.plugins.search.plugin import Parser

from nabla.run.environment import digest
from nabla.site.complaints import complaints
from nabla.site.search import searched

MARK = re.compile("\ue002([0-9a-f]+)\ue003")


@dataclass(frozen=True)
class Unfilled:
    """A page that was written with marks. `take_away` writes what a reader can take away of it."""

    slug: str
    path: Path
    is_lab: bool
    take_away: Callable[[], None] | None


class Deferred:
    """Knows what each mark stands for. One instance serves all builds of `mkdocs serve`.

    HTML is made once, unless something was wrong with it, which each build is to say.
    """

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], str]] = {}
        self._made: dict[str, str] = {}

    def mark(self, key: object, make: Callable[[], str]) -> str:
        """Return a mark for the HTML that `make` will return; equal keys have equal HTML."""
        name = digest(repr(key))
        self._makers[name] = make
        return f"\ue002{name}\ue003"

    def fill(self, pages: Iterable[Unfilled]) -> None:
        """Put what ran into pages, in the order in which it ends: by slug, and labs last."""
        for page in sorted(pages, key=lambda page: (page.is_lab, page.slug)):
            html = page.path.read_text(encoding="utf-8")
            page.path.write_text(self.filled(html), encoding="utf-8", newline="\n")
            if page.take_away:
                page.take_away()

    def filled(self, html: str) -> str:
        """Return a page with HTML in place of its marks."""
        return MARK.sub(lambda mark: self._html(mark[1]), html)

    def filled_text(self, text: str) -> str:
        """Return an entry of the search index with the text of that HTML."""
        return MARK.sub(lambda mark: _text(self._html(mark[1])), text)

    def _html(self, name: str) -> str:
        if name not in self._made:
            with complaints() as wrong:
                html = self._makers[name]()
            if wrong.get_counts():
                return html
            self._made[name] = html
        return self._made[name]


@lru_cache(maxsize=4096)
def _text(html: str) -> str:
    """Return what Material's search plugin would have taken from a part of a page."""
    parser = Parser()
    parser.feed(f"<div>{searched(html)}</div>")
    parser.close()
    return "".join(text for section in parser.data for text in section.text)
