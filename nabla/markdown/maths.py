"""Formulas, `$…$` and `$$…$$`, as MathML Core with their LaTeX as an annotation.

`pymdownx.arithmatex` finds the formulas, `nabla.mathml` converts them.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nabla.checks.formulas import bad_latex
from nabla.markdown.base import ProjectExtension
from nabla.mathml import LatexError, to_mathml
from nabla.mathtext import to_text
from nabla.problem import ProblemError

FIRST = 100
AFTER_INLINE = 18
AFTER_TITLES = -1
"""After `toc` (5) and MkDocs (1) took the text of headings."""
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
INLINE = {"a", "abbr", "b", "cite", "del", "em", "i", "ins", "mark", "q", "s", "small", "span"}
INLINE |= {"code", "kbd", "strong", "sub", "sup", "u"}
PIECE = re.compile(r"[)\]}’”»]*[-‐–/](?:[0-9A-Za-zÀ-ɏ'’-]{1,16}|\w)")
"""What follows a formula as a part of its word, and has a place to break in: `-th`."""


class MathsExtension(ProjectExtension):
    """Option `strict`: raise ProblemError for bad LaTeX; otherwise it is shown as it is."""

    options: Mapping[str, tuple[Any, str]] = {"strict": (True, "raise errors")}

    def extendMarkdown(self, md: Markdown) -> None:
        arithmatex = {"generic": True, "smart_dollar": True}
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": arithmatex})
        source = _Source(md)
        md.preprocessors.register(source, "nabla-maths-source", FIRST)
        convert = _Convert(md, source, self)
        md.treeprocessors.register(convert, "nabla-maths", AFTER_INLINE)
        md.treeprocessors.register(_ShowInHeadings(md, convert), "nabla-headings", AFTER_TITLES)


class _Source(Preprocessor):
    """Keeps the text of the page, so that a formula can be found in it again."""

    text = ""

    def run(self, lines: list[str]) -> list[str]:
        self.text = "\n".join(lines)
        return lines


class _Convert(Treeprocessor):
    """Makes MathML of formulas.

    One in a heading is plain text at first: the list of contents, the title of the page and
    the names of links are made of the text of headings. `waiting` has its MathML.
    """

    def __init__(self, md: Markdown, source: _Source, extension: MathsExtension):
        super().__init__(md)
        self.source, self.extension = source, extension
        self.waiting: list[tuple[Element, str]] = []

    def run(self, root: Element) -> None:
        self.waiting.clear()
        titles = {
            part for element in root.iter() if element.tag in HEADINGS for part in element.iter()
        }
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.get("class") == "arithmatex":
                    parent[index] = self._convert(child, in_heading=parent in titles)
        for parent in list(root.iter()):
            if parent.tag not in INLINE:
                _keep_together(parent)

    def _convert(self, found: Element, *, in_heading: bool) -> Element:
        display = found.tag == "div"
        tex = (found.text or "")[2:-2]
        tex = (html.unescape(tex) if display else tex).strip()
        holder = Element("div" if display else "span", {"class": "maths"})
        holder.tail = found.tail
        try:
            mathml = to_mathml(tex, display)
            holder.text = self.md.htmlStash.store(mathml)
            if in_heading:
                self.waiting.append((holder, holder.text))
                holder.text = AtomicString(to_text(mathml))
        except LatexError as error:
            if self.extension.getConfig("strict"):
                line = self.source.text[: max(self.source.text.find(tex), 0)].count("\n") + 1
                problem = bad_latex(tex, error, self.extension.page or "page", line)
                raise ProblemError(problem) from None
            holder.text = AtomicString(tex)
        return holder


class _ShowInHeadings(Treeprocessor):
    """Puts the MathML of formulas in headings where their text stood."""

    def __init__(self, md: Markdown, convert: _Convert):
        super().__init__(md)
        self.convert = convert

    def run(self, root: Element) -> None:
        for holder, mathml in self.convert.waiting:
            holder.text = mathml


def _keep_together(block: Element) -> None:
    """Let no line of a paragraph end before a formula, or begin after it, where no word would.

    A formula that touches what stands before it has the class `joined`; nabla.css joins each
    to what stands after it. What follows as a part of the word, such as `-th`, is not broken.
    """
    before = ""
    formula: Element | None = None
    for owner, name in list(_texts(block)):
        if owner.get("class") == "maths" and name == "text":
            if owner.tag == "span" and before and not _may_break_after(before):
                owner.set("class", "maths joined")
            formula, before = owner, ""
            continue
        text = getattr(owner, name) or ""
        if text and formula is not None and name == "tail":
            _keep_piece(owner, block)
        if text:
            formula, before = None, text[-1]


def _texts(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield where the texts of a line stand, in their order: (element, "text" or "tail")."""
    yield element, "text"
    for child in element:
        if child.get("class") == "maths":
            yield child, "text"
        elif child.tag in INLINE:
            yield from _texts(child)
        yield child, "tail"


def _may_break_after(character: str) -> bool:
    """Tell whether a line may end with a character that touches what follows."""
    if character in " \t\n\u200b\u2009\u3000":
        return True
    is_wide = unicodedata.east_asian_width(character) in {"W", "F"}
    return is_wide and unicodedata.category(character) not in {"Ps", "Pi"}


def _keep_piece(before: Element, block: Element) -> None:
    """Put what is a part of the word of a formula into an element that is not broken."""
    piece = PIECE.match(before.tail or "")
    if not piece:
        return
    parent = next(one for one in block.iter() if before in list(one))
    kept = Element("span", {"class": "unbroken"})
    kept.text, kept.tail = piece[0], (before.tail or "")[piece.end() :]
    before.tail = ""
    parent.insert(list(parent).index(before) + 1, kept)


def makeExtension(**options: Any) -> MathsExtension:
    return MathsExtension(**options)
