"""Put elements of our own where lines of a page stood, at any depth of nesting.

A preprocessor replaces the lines by a token with the same indent; a block
processor replaces the token by an element. What lies between (lists,
admonitions, details) sees an ordinary paragraph.
"""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor

TOKEN = re.compile(" {0,3}\ue000(\\d+)\ue001\\s*")


class Placeholders(BlockProcessor):
    """Knows which element each token stands for."""

    def __init__(self, md: Markdown):
        super().__init__(md.parser)
        self._makers: list[Callable[[], Element]] = []

    @classmethod
    def of(cls, md: Markdown) -> "Placeholders":
        """Return the placeholders of `md`, registered on first use."""
        if "nabla-placeholders" not in md.parser.blockprocessors:
            md.parser.blockprocessors.register(cls(md), "nabla-placeholders", 200)
        return md.parser.blockprocessors["nabla-placeholders"]

    def hold(self, indent: int, make: Callable[[], Element]) -> list[str]:
        """Return the lines that stand for the element that `make` returns."""
        self._makers.append(make)
        return ["", f"{' ' * indent}\ue000{len(self._makers) - 1}\ue001", ""]

    def test(self, parent: Element, block: str) -> bool:
        return TOKEN.fullmatch(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        token = TOKEN.fullmatch(blocks.pop(0))
        parent.append(self._makers[int(token[1])]())
