"""Questions that a page checks: `<!--nabla:ask lesson/name-->` above the paragraph that asks.

The answer is what the snippet prints. Below it, `<!--nabla:mistake lesson/other-->` stands
above what the page says to a reader who answers what that program prints. Without scripts,
a question is a paragraph.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from nabla.checks.questions import Asked, Key, find_key
from nabla.checks.results import request_of
from nabla.markdown.base import ResultsExtension
from nabla.markdown.directives import BEFORE_SAMPLES
from nabla.markdown.elements import stash_element
from nabla.markdown.samples import BEFORE_WHITESPACE, Figure, make_figure
from nabla.problem import Problem
from nabla.source.page import Directive, Page, read_page
from nabla.source.questions import ASK, MISTAKE, Question, Reading, read_questions
from nabla.templates import render

AFTER_INLINE_BEFORE_MATHS = 19


class QuestionsExtension(ResultsExtension):
    """Asks the reader; the id of a question needs the option `page`."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtensions(["pymdownx.highlight", "pymdownx.superfences"], {})
        source = _Source(md, self)
        md.preprocessors.register(source, "nabla-questions-source", BEFORE_WHITESPACE)
        md.preprocessors.register(_Mark(md, source), "nabla-questions", BEFORE_SAMPLES)
        asking = _Ask(md, self)
        md.treeprocessors.register(asking, "nabla-questions", AFTER_INLINE_BEFORE_MATHS)

    def asked(self, question: Question) -> Asked:
        path = PurePosixPath(self.page)
        slug = PurePosixPath(*path.parts[2:]).with_suffix("").as_posix() if path.parts else ""
        return Asked(self.locale, slug, self.page or "page", question)


class Mark(Element):
    """Stands where a directive stood: that of a question, or of a mistake of the one above."""

    def __init__(self, question: Question | None, problems: Sequence[Problem]):
        super().__init__("div")
        self.question, self.problems = question, problems


class _Source(Preprocessor):
    """Reads the questions of the page as they stand in its file, on their own lines."""

    directives: tuple[Directive, ...] = ()
    reading = Reading(())

    def __init__(self, md: Markdown, extension: QuestionsExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        page = read_page("\n".join(lines))
        self.directives = _directives(page)
        self.reading = read_questions(page, self.extension.page or "page")
        return lines

    def mark(self, directive: Directive) -> Mark:
        questions = [one for one in self.reading.questions if one.line == directive.line]
        problems = [one for one in self.reading.problems if one.line == directive.line]
        return Mark(questions[0] if questions else None, problems)


class _Mark(Preprocessor):
    """Puts a mark in the place of each directive."""

    def __init__(self, md: Markdown, source: _Source):
        super().__init__(md)
        self.source = source

    def run(self, lines: list[str]) -> list[str]:
        here = _directives(read_page("\n".join(lines)))
        pairs = {now.line: then for now, then in zip(here, self.source.directives, strict=True)}
        new: list[str] = []
        for number, line in enumerate(lines, 1):
            if then := pairs.get(number):
                new += stash_element(self.md, self.source.mark(then), then.indent)
            else:
                new.append(line)
        return new


class _Ask(Treeprocessor):
    """Makes a form of each question, with the paragraphs that belong to it."""

    def __init__(self, md: Markdown, extension: QuestionsExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            if any(isinstance(child, Mark) for child in parent):
                parent[:] = list(self._asked(list(parent)))

    def _asked(self, children: list[Element]) -> Iterator[Element]:
        """Yield the elements of a part of a page, with forms in it."""
        while children:
            mark = children.pop(0)
            if not isinstance(mark, Mark):
                yield mark
                continue
            wordings = [_take_paragraph(children)]
            problems = [*mark.problems]
            while children and isinstance(below := children[0], Mark) and not below.question:
                children.pop(0)
                problems += below.problems
                wordings.append(_take_paragraph(children))
            yield self._make(mark.question, wordings, problems)
            _mark_hidden(children)

    def _make(
        self, question: Question | None, wordings: list[Element], problems: list[Problem]
    ) -> Element:
        key = None
        if question and not problems:
            asked = self.extension.asked(question)
            key, problems = find_key(asked, self.extension.project, self.extension.results)
            if key:
                return self._form(asked, key, wordings)
        if not problems:
            return wordings[0]
        said = Element("div", {"class": "problems"})
        said.text = self.md.htmlStash.store(self.extension.show_problems(*problems))
        return said

    def _form(self, asked: Asked, key: Key, wordings: list[Element]) -> Element:
        context = {"asked": asked, "question": asked.question, "key": key}
        form = ET.fromstring(render("html/ask.html.j2", **context, words=self.extension.words))
        places = form.findall(".//*[@class='wording']")
        for place, wording in zip(places, wordings, strict=True):
            place.text = wording.text
            place[:] = wording
        for details, (name, _) in zip(form.iterfind(".//details"), key.mistakes, strict=True):
            details.append(self._program(name))
        return form

    def _program(self, name: str) -> Element:
        snippet = self.extension.project.snippet(name)
        assert snippet
        run = self.extension.results.of(request_of(snippet.sample))
        return make_figure(self.md, snippet.sample, run, self.extension.words)


def _directives(page: Page) -> tuple[Directive, ...]:
    return tuple(one for one in page.all(Directive) if one.keyword in {ASK, MISTAKE})


def _take_paragraph(children: list[Element]) -> Element:
    """Take the paragraph that stands first."""
    return children.pop(0) if children and children[0].tag == "p" else Element("p")


def _mark_hidden(children: Sequence[Element]) -> None:
    """Mark the sample whose result a question asks for: on paper, it does not give it away."""
    for below in children:
        if isinstance(below, Figure):
            below.set("class", f"{below.get('class')} asked")
        elif not isinstance(below, Mark) and below.tag != "p" and below.get("class") != "drawn":
            return


def makeExtension(**options: object) -> QuestionsExtension:
    return QuestionsExtension(**options)
