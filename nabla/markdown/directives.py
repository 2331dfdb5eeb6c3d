"""Lines such as `<!--nabla:glossary-->` that stand for an element the site makes."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from nabla.markdown.elements import stash_element
from nabla.source.page import Directive, read_page

BEFORE_SAMPLES = 29


def replace_directive(md: Markdown, keyword: str, make: Callable[[], Element]) -> None:
    """Have `md` put what `make` returns where the directive `keyword` stands."""
    md.preprocessors.register(_Replace(md, keyword, make), f"nabla-{keyword}", BEFORE_SAMPLES)


class _Replace(Preprocessor):
    def __init__(self, md: Markdown, keyword: str, make: Callable[[], Element]):
        super().__init__(md)
        self.keyword, self.make = keyword, make

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if f"<!--nabla:{self.keyword}" not in text:
            return lines
        directives = read_page(text).all(Directive)
        indents = {one.line: one.indent for one in directives if one.keyword == self.keyword}
        replaced: list[str] = []
        for number, line in enumerate(lines, 1):
            if number in indents:
                replaced += stash_element(self.md, self.make(), indents[number])
            else:
                replaced.append(line)
        return replaced
