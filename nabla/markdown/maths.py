"""Formulas, `$…$` and `$$…$$`, as MathML Core with their LaTeX as an annotation.

`pymdownx.arithmatex` finds the formulas, `nabla.mathml` converts them.
"""

import html
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from nabla.checks.formulas import bad_latex
from nabla.markdown.base import ProjectExtension
from nabla.mathml import LatexError, to_mathml
from nabla.problem import ProblemError

FIRST = 100
AFTER_INLINE = 18


class MathsExtension(ProjectExtension):
    """Option `strict`: raise ProblemError for bad LaTeX; otherwise it is shown as it is."""

    options: Mapping[str, tuple[Any, str]] = {"strict": (True, "raise errors")}

    def extendMarkdown(self, md: Markdown) -> None:
        arithmatex = {"generic": True, "smart_dollar": True}
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": arithmatex})
        source = _Source(md)
        md.preprocessors.register(source, "nabla-maths-source", FIRST)
        md.treeprocessors.register(_Convert(md, source, self), "nabla-maths", AFTER_INLINE)


class _Source(Preprocessor):
    """Keeps the text of the page, so that a formula can be found in it again."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        self.text = "\n".join(lines)
        return lines


class _Convert(Treeprocessor):
    def __init__(self, md: Markdown, source: _Source, extension: MathsExtension):
        super().__init__(md)
        self.source, self.extension = source, extension

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.get("class") == "arithmatex":
                    parent[index] = self._convert(child)

    def _convert(self, found: Element) -> Element:
        display = found.tag == "div"
        tex = (found.text or "")[2:-2]
        tex = (html.unescape(tex) if display else tex).strip()
        holder = Element("div" if display else "span", {"class": "maths"})
        holder.tail = found.tail
        try:
            holder.text = self.md.htmlStash.store(to_mathml(tex, display))
        except LatexError as error:
            if self.extension.getConfig("strict"):
                line = self.source.text[: max(self.source.text.find(tex), 0)].count("\n") + 1
                problem = bad_latex(tex, error, self.extension.page or "page", line)
                raise ProblemError(problem) from None
            holder.text = tex
        return holder


def makeExtension(**options: Any) -> MathsExtension:
    return MathsExtension(**options)
