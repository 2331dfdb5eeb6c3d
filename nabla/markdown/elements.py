"""Put an element where a line of a page stood, at any depth of nesting.

A preprocessor replaces the line by a placeholder of Python-Markdown's stash of raw
HTML, as pymdownx.superfences does for its fences; a block processor puts the element
in its place. Within raw HTML, whose text is not parsed, the stash itself does.
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.util import HTML_PLACEHOLDER_RE

BEFORE_PARAGRAPHS = 200
LINE = re.compile(rf" {{0,3}}{HTML_PLACEHOLDER_RE.pattern}\s*")
"""A placeholder alone; one that is indented further belongs to what stands above it."""


@dataclass(frozen=True)
class Stashed:
    """An element that waits in the stash; as text, it is its HTML."""

    md: Markdown
    element: Element

    def __str__(self) -> str:
        return self.md.serializer(self.element)


def stash_element(md: Markdown, element: Element, indent: int) -> list[str]:
    """Return the lines that stand for `element` in the source of a page."""
    if "nabla-elements" not in md.parser.blockprocessors:
        processor = _Elements(md.parser)
        md.parser.blockprocessors.register(processor, "nabla-elements", BEFORE_PARAGRAPHS)
    placeholder = md.htmlStash.store(Stashed(md, element))  # type: ignore[arg-type]
    return ["", " " * indent + placeholder, ""]


class _Elements(BlockProcessor):
    def test(self, parent: Element, block: str) -> bool:
        return self._find(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        stashed = self._find(blocks.pop(0))
        if stashed:
            parent.append(stashed.element)

    def _find(self, block: str) -> Stashed | None:
        found = LINE.fullmatch(block)
        stashed = self.parser.md.htmlStash.rawHtmlBlocks[int(found[1])] if found else None
        return stashed if isinstance(stashed, Stashed) else None
