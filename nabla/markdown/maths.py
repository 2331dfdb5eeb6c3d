"""Formulas, `$…$` and `$$…$$`, as MathML Core with their LaTeX as an annotation.

`pymdownx.arithmatex` finds the formulas, `nabla.mathml` converts them.
"""

import html
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
LONGEST = 16
"""Characters on each side of a formula that are kept together with it."""


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

    A formula and what touches it, such as brackets or `-th`, go into an element that is not
    broken. Where these stand in another element, the formula has the class `joined`.
    """
    before = ""
    formulas: list[Element] = []
    for owner, name in list(_texts(block)):
        if owner.get("class") == "maths" and name == "text":
            if owner.tag == "span":
                formulas.append(owner)
                joined = before and not _may_break_after(before)
                owner.set("class", "maths joined" if joined else "maths")
            before = ""
        elif text := getattr(owner, name):
            before = text[-1]
    parents = {child: parent for parent in block.iter() for child in parent}
    for formula in formulas:
        unit, parent = formula, parents[formula]
        while parent is not block and len(parent) == 1 and not (parent.text or unit.tail):
            unit, parent = parent, parents[parent]
        _keep_word(unit, parent)


def _texts(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield where the texts of a line stand, in their order: (element, "text" or "tail")."""
    yield element, "text"
    for child in element:
        if child.get("class") == "maths":
            yield child, "text"
        elif child.tag in INLINE:
            yield from _texts(child)
        yield child, "tail"


def _keep_word(unit: Element, parent: Element) -> None:
    """Put an element of a line, and the text that touches it, into one that is not broken."""
    index = list(parent).index(unit)
    previous = parent[index - 1] if index else None
    above = (parent.text if previous is None else previous.tail) or ""
    below = unit.tail or ""
    start = len(above)
    while start and len(above) - start < LONGEST and not _may_break_after(above[start - 1]):
        start -= 1
    end = 0
    while end < min(len(below), LONGEST) and not _may_break_at(below, end):
        end += 1
    kept = None if above or previous is None else _open_word(previous)
    if start == len(above) and not end and kept is None:
        return
    if kept is not None:
        parent.remove(unit)
    else:
        kept = Element("span", {"class": "unbroken"})
        kept.text = above[start:]
        if previous is None:
            parent.text = above[:start]
        else:
            previous.tail = above[:start]
        parent[index] = kept
    kept.append(unit)
    unit.tail, kept.tail = below[:end], below[end:]


def _open_word(before: Element) -> Element | None:
    """Return an element that is not broken, if what follows it at once belongs to it."""
    if before.get("class") != "unbroken":
        return None
    ending = (before[-1].tail or "")[-1:]
    return before if ending and not _may_break_after(ending) else None


def _may_break_after(character: str) -> bool:
    """Tell whether a line may end with a character that touches what follows."""
    return _is_blank(character) or (_is_wide(character) and not _is(character, "Ps", "Pi"))


def _may_break_at(text: str, at: int) -> bool:
    """Tell whether a line may begin with a character of a text that follows a formula."""
    if _is(text[at], "Pe", "Pf", "Po"):
        return False
    return _is_blank(text[at]) or _is_wide(text[at]) or (at > 0 and _is_wide(text[at - 1]))


def _is_blank(character: str) -> bool:
    return character in " \t\n\u200b\u2009\u3000"


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _is(character: str, *categories: str) -> bool:
    return unicodedata.category(character) in categories


def makeExtension(**options: Any) -> MathsExtension:
    return MathsExtension(**options)
