"""Lines such as `<!--nabla:glossary-->` that stand for an element the site makes."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from nabla.markdown.page import read_page
from nabla.markdown.placeholders import Placeholders

BEFORE_EMBED = 29


class Replacement(Preprocessor):
    """Puts what `make` returns where the directive `keyword` stands."""

    def __init__(self, md: Markdown, keyword: str, make: Callable[[], Element]):
        super().__init__(md)
        self.keyword = keyword
        self.make = make

    @classmethod
    def register(cls, md: Markdown, keyword: str, make: Callable[[], Element]) -> None:
        md.preprocessors.register(cls(md, keyword, make), f"nabla-{keyword}", BEFORE_EMBED)

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if f"<!--nabla:{self.keyword}" not in text:
            return lines
        page = read_page(text, "")
        places = {d.line: d.indent for d in page.directives if d.keyword == self.keyword}
        placeholders = Placeholders.of(self.md)
        replaced: list[str] = []
        for number, line in enumerate(lines, 1):
            held = number in places
            replaced += placeholders.hold(places[number], self.make) if held else [line]
        return replaced
