"""Formulas, `$…$` and `$$…$$`, as MathML Core with their TeX as an annotation.

`pymdownx.arithmatex` finds the formulas and `math-core` converts them.
"""

import html
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from math_core import LatexError, LatexToMathML

from nabla.problem import Problem, ProblemError

AFTER_INLINE = 18
CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


SIDES = {"right": "to-right", "left": "to-left"}
STYLE = re.compile(r' style="text-align: (right|left);justify-items: \w+;padding-\w+: 0;"')
"""How the columns of aligned lines are set: by classes, since the site allows no inline style."""


def to_mathml(tex: str, display: bool) -> str:
    """Return the MathML of `tex`. Raises math_core.LatexError where it is not LaTeX."""
    mathml = CONVERTER.convert_with_local_state(tex, displaystyle=display)
    return STYLE.sub(lambda match: f' class="{SIDES[match[1]]}"', mathml)


class MathsExtension(Extension):
    """Option `page`: the path that bad LaTeX is reported under, `first_line` of its text.

    `report`: called with each Problem, raises it by default.
    """

    def __init__(self, **options: object):
        self.config = {
            "page": ["page", "path of the page"],
            "first_line": [1, "the line of the file on which the text begins"],
            "report": ["", "called with each Problem"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        arithmatex = {"generic": True, "smart_dollar": True}
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": arithmatex})
        source = _Source(md)
        md.preprocessors.register(source, "nabla-maths-source", 100)
        convert = _Convert(md, source, self.getConfig, self.report)
        md.treeprocessors.register(convert, "nabla-maths", AFTER_INLINE)

    def report(self, problem: Problem) -> None:
        if report := self.getConfig("report"):
            report(problem)
        else:
            raise ProblemError(problem)


class _Source(Preprocessor):
    """Keeps the text of the page, so that a formula can be found in it again."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        self.text = "\n".join(lines)
        return lines


class _Convert(Treeprocessor):
    def __init__(self, md: Markdown, source: _Source, option: Callable, report: Callable):
        super().__init__(md)
        self.source, self.option, self.report = source, option, report

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.get("class") == "arithmatex":
                    parent[index] = self._formula(child)

    def _formula(self, found: Element) -> Element:
        display = found.tag == "div"
        tex = (found.text or "")[2:-2]
        tex = (html.unescape(tex) if display else tex).strip()
        holder = Element("div" if display else "span", {"class": "maths"})
        holder.tail = found.tail
        try:
            holder.text = self.md.htmlStash.store(to_mathml(tex, display))
        except LatexError as error:
            holder.text = tex
            self.report(self._bad(tex, str(error)))
        return holder

    def _bad(self, tex: str, message: str) -> Problem:
        position, _, reason = message.partition(": ")
        before = max(self.source.text.find(tex), 0)
        if position.isdigit():
            before += len(tex.encode()[: int(position)].decode(errors="ignore"))
        line = self.option("first_line") + self.source.text[:before].count("\n")
        what = f"bad LaTeX in `{' '.join(tex.split())}`: {reason or message}"
        return Problem(self.option("page"), line, what.rstrip("."), "mend the formula")


def makeExtension(**options: object) -> MathsExtension:
    return MathsExtension(**options)
