"""Embed samples: the code, what it printed when it ran, and drawings of what torch did.

`--8<-- "lesson/name.md"` embeds a snippet. A ```python fence in the page is a sample
too. `<!--nabla:predict-->` before a sample hides its result until asked for.
Directives that draw are in `nabla.explorers`.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from nabla.checks.results import judge, request_of
from nabla.checks.variants import VARIANTS, read_variants
from nabla.explorers.directive import Drawing, read_drawing
from nabla.markdown.base import ResultsExtension
from nabla.markdown.code import highlight
from nabla.markdown.elements import stash_element
from nabla.markdown.figure import Figure
from nabla.markdown.variants import Program, make_variants
from nabla.problem import Problem, ProblemError
from nabla.run.outcome import Run
from nabla.source.hidden import find_predicted
from nabla.source.inline import NOTE
from nabla.source.page import Directive, Include, Page, read_page
from nabla.source.project import Snippet, no_such_snippet
from nabla.source.samples import Sample, read_samples
from nabla.templates import render

BEFORE_WHITESPACE = 100
AFTER_WHITESPACE_BEFORE_FENCES = 28
AFTER_INLINE = 15


class SamplesExtension(ResultsExtension):
    """Shows samples, and what they gave."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtensions(["pymdownx.highlight", "pymdownx.superfences"], {})
        source = _Source(md, self)
        embed = _Embed(md, self, source)
        md.preprocessors.register(source, "nabla-samples-source", BEFORE_WHITESPACE)
        md.preprocessors.register(embed, "nabla-samples", AFTER_WHITESPACE_BEFORE_FENCES)
        md.treeprocessors.register(_Notes(md), "nabla-notes", AFTER_INLINE)


class _Source(Preprocessor):
    """Keeps the samples of the page as they stand in its file: with tabs, on their own lines."""

    samples: tuple[Sample, ...] = ()

    def __init__(self, md: Markdown, extension: SamplesExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        page = read_page("\n".join(lines))
        self.samples = read_samples(page, self.extension.page or "page").samples
        return lines


class _Embed(Preprocessor):
    """Replaces the lines that embed, state and draw samples by elements."""

    def __init__(self, md: Markdown, extension: SamplesExtension, source: _Source):
        super().__init__(md)
        self.extension, self.source = extension, source

    def run(self, lines: list[str]) -> list[str]:
        page = read_page("\n".join(lines))
        replaced = dict(self._replacements(page))
        new: list[str] = []
        number = 1
        while number <= len(lines):
            end, instead = replaced.get(number, (number, [lines[number - 1]]))
            new += instead
            number = end + 1
        return new

    def _replacements(self, page: Page) -> Iterator[tuple[int, tuple[int, list[str]]]]:
        """Yield, for the first line of what is replaced, the last one and what stands there."""
        path = self.extension.page or "page"
        predicted = find_predicted(page)
        for include in page.all(Include):
            yield include.line, (include.line, self._include(include, include.line in predicted))
        for directive in page.all(Directive):
            if directive.keyword == VARIANTS:
                drawn = self._variants(directive, directive.line in predicted)
            else:
                drawn = self._draw(read_drawing(directive, path), directive.indent)
            yield directive.line, (directive.line, drawn)
        own = self.source.samples
        found = read_samples(page, path).samples
        for sample, there in zip(own, found, strict=True) if len(own) == len(found) else ():
            figure = self._figure(sample, there.line in predicted)
            yield there.line, (there.end, stash_element(self.md, figure, there.indent))

    def _include(self, include: Include, hidden: bool) -> list[str]:
        snippet = self.extension.project.snippet(include.name)
        if snippet is None:
            path = self.extension.page or "page"
            return self._say(include.indent, no_such_snippet(include.name, path, include.line))
        lines = stash_element(self.md, self._figure(snippet.sample, hidden), include.indent)
        for directive in snippet.directives:
            drawing = read_drawing(directive, snippet.sample.path, include.name)
            lines += self._draw(drawing, include.indent)
        return lines

    def _figure(self, sample: Sample, hidden: bool) -> Figure:
        run = self.extension.results.of(request_of(sample))
        return make_figure(self.md, sample, run, self.extension.words, hidden)

    def _variants(self, directive: Directive, hidden: bool) -> list[str]:
        extension, path = self.extension, self.extension.page or "page"
        try:
            snippets, variants = read_variants(extension.project, directive, path)
        except ProblemError as error:
            return self._say(directive.indent, *error.problems)
        programs = [self._program(snippet) for snippet in snippets]
        figure = make_variants(self.md, variants, programs, extension.words, hidden)
        return stash_element(self.md, figure, directive.indent)

    def _program(self, snippet: Snippet) -> Program:
        sample = snippet.sample
        run = self.extension.results.of(request_of(sample))
        drawings = [read_drawing(one, sample.path, sample.name) for one in snippet.directives]
        drawn = "".join(self._drawn(drawing) for drawing in drawings if drawing)
        return Program(sample, run.stdout, drawn, _problems(sample, run))

    def _draw(self, drawing: Drawing | Problem | None, indent: int) -> list[str]:
        return self._block("drawn", self._drawn(drawing), indent) if drawing else [""]

    def _drawn(self, drawing: Drawing | Problem) -> str:
        """Return a drawing as HTML, or what is wrong with it."""
        show_problems = self.extension.show_problems
        if isinstance(drawing, Problem):
            return show_problems(drawing)
        snippet = self.extension.project.snippet(drawing.snippet)
        if snippet is None:
            return show_problems(no_such_snippet(drawing.snippet, drawing.path, drawing.line))
        run = self.extension.results.of(request_of(snippet.sample, drawing.probe))
        if problems := drawing.faults(run):
            return show_problems(*problems)
        return drawing.html(run.observed, self.extension.words)

    def _say(self, indent: int, *problems: Problem) -> list[str]:
        return self._block("problems", self.extension.show_problems(*problems), indent)

    def _block(self, kind: str, html: str, indent: int) -> list[str]:
        block = Element("div", {"class": kind})
        block.text = self.md.htmlStash.store(html)
        return stash_element(self.md, block, indent)


class _Notes(Treeprocessor):
    """Moves the list of notes that follows an annotated sample next to its code.

    Drawings of the sample may stand between the two.
    """

    def run(self, root: Element) -> None:
        for parent in root.iter():
            figure = None
            for child in list(parent):
                if isinstance(child, Figure):
                    figure = child
                elif child.tag == "ol" and figure is not None and figure.annotated:
                    parent.remove(child)
                    figure.set_notes(child)
                    figure = None
                elif child.get("class") != "drawn":
                    figure = None


def make_figure(
    md: Markdown, sample: Sample, run: Run, words: Mapping[str, Any], hidden: bool = False
) -> Figure:
    """Return a sample as it stands on a page; `hidden` closes its result."""
    result = _result(sample, run, words, hidden)
    code = md.htmlStash.store(highlight(md, sample.code))
    stashed = md.htmlStash.store(result) if result else ""
    return Figure(sample.name, code, stashed, bool(NOTE.search(sample.code)))


def _result(sample: Sample, run: Run, words: Mapping[str, Any], hidden: bool) -> str:
    if not run.stdout and not run.failure:
        return ""
    problems = _problems(sample, run)
    return render(
        "html/sample.html.j2", stdout=run.stdout, words=words, hidden=hidden, problems=problems
    )


def _problems(sample: Sample, run: Run) -> tuple[str, ...]:
    """Return why a sample did not run to its end."""
    return tuple(map(str, judge(sample, run))) if run.failure else ()


def makeExtension(**options: Any) -> SamplesExtension:
    return SamplesExtension(**options)
