"""Embed samples: the code, what it printed when it ran, and drawings of what torch did.

`--8<-- "lesson/name.md"` embeds a snippet. A ```python fence in the page is a
sample too; in a lab it is a cell, shown with what it printed and drew in its session.
`<!--nabla:predict-->` before a sample hides its result until asked for.
Directives that draw are in `nabla.markdown.drawings`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX

from nabla.markdown.code import highlighted
from nabla.markdown.drawings import Drawing, read_drawing
from nabla.markdown.page import Directive, Include, read_page
from nabla.markdown.placeholders import Placeholders
from nabla.markdown.plots import themed
from nabla.problem import Problem, ProblemError
from nabla.run.fences import Marker, scan
from nabla.run.lab import Session
from nabla.run.outcome import Probe, Run
from nabla.run.runner import Runner
from nabla.run.sample import Sample, read_snippet, read_text
from nabla.run.verdict import judge

WIDEST = 80
"""Characters of a line of a result. Only messages are longer, and they may be broken."""
AFTER_WHITESPACE_BEFORE_FENCES = 28
NOTE = re.compile(r"#\s*\(\d+\)!?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """A snippet's sample, and the directives that stand in its file."""

    sample: Sample
    directives: tuple[Directive, ...]


def load_snippet(root: Path, name: str) -> Snippet | None:
    """Return the snippet `name` of the project at `root`, or None where there is none."""
    path = root / "snippets" / f"{name}.md"
    if not path.is_file() or not path.resolve().is_relative_to((root / "snippets").resolve()):
        return None
    try:
        text = read_text(path, root)
    except ProblemError:
        return None
    shown = f"snippets/{name}.md"
    samples = read_snippet(text, shown, name).samples
    return Snippet(samples[0], read_page(text, shown).directives) if samples else None


def embedded(text: str, root: Path) -> tuple[Snippet | None, ...]:
    """Return every snippet that a page shows or draws, None for one that is not there."""
    page = read_page(text, "")
    shown = {include.name: load_snippet(root, include.name) for include in page.includes}
    drawings = [read_drawing(directive, "") for directive in page.directives]
    for name, snippet in shown.items():
        drawings += [read_drawing(d, "", name) for d in (snippet.directives if snippet else ())]
    drawn = {drawing.snippet for drawing in drawings if isinstance(drawing, Drawing)}
    others = [load_snippet(root, name) for name in sorted(drawn - set(shown))]
    return (*shown.values(), *others)


class EmbedExtension(Extension):
    """Option `root`: the project. `runner`: a Runner. `words`: those of the page's language.

    `session`: a Session, where the page is a lab.
    `page`: the path that samples of the page are named and reported under, and
    `first_line`: the line of that file on which the text begins.
    `report`: called with each Problem, raises it by default.
    `later`: called with a key and a function that returns HTML, which may wait for a run;
    returns what is to stand there. By default it calls the function.
    """

    def __init__(self, **options: object):
        self.config = {
            "root": [".", "the folder that holds snippets/"],
            "runner": ["", "a nabla.run.runner.Runner"],
            "session": ["", "a nabla.run.lab.Session"],
            "words": [{}, "words of the interface"],
            "page": ["page", "path of the page"],
            "first_line": [1, "the line of the file on which the text begins"],
            "report": ["", "called with each Problem"],
            "later": ["", "called with a key and what makes HTML"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtensions(["pymdownx.highlight", "pymdownx.superfences"], {})
        md.preprocessors.register(_Embed(md, self), "nabla-embed", AFTER_WHITESPACE_BEFORE_FENCES)
        md.treeprocessors.register(_Notes(md), "nabla-notes", 15)

    def run(self, sample: Sample, probe: Probe | None = None) -> Run:
        return self._runner().result(sample.code, probe)

    def later(self, key: object, make: Callable[[], str]) -> str:
        later = self.getConfig("later")
        return later(key, make) if later else make()

    def report(self, problem: Problem) -> None:
        if report := self.getConfig("report"):
            report(problem)
        else:
            raise ProblemError(problem)

    def _runner(self) -> Runner:
        if not self.getConfig("runner"):
            self.setConfig("runner", Runner())
        return self.getConfig("runner")


class _Embed(Preprocessor):
    def __init__(self, md: Markdown, extension: EmbedExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        option = self.extension.getConfig
        root, words, path = Path(option("root")), option("words"), option("page")
        above = [""] * (option("first_line") - 1)
        lines = above + lines
        page = read_page("\n".join(lines), path)
        predictions = [d.line for d in page.directives if d.keyword == "predict"]
        predicted = {_next_text_line(lines, line) for line in predictions}
        spans: dict[int, tuple[int, list[str]]] = {line: (line, [""]) for line in predictions}
        placeholders = Placeholders.of(self.md)

        def embed(sample: Sample, line: int, end: int, indent: int) -> None:
            make = partial(self._figure, sample, words, line in predicted)
            spans[line] = (end, placeholders.hold(indent, make))

        for include in page.includes:
            snippet = load_snippet(root, include.name)
            if snippet is None:
                self.extension.report(no_such_snippet(include, path))
                spans[include.line] = (include.line, [])
                continue
            embed(snippet.sample, include.line, include.line, include.indent)
            file = snippet.sample.path
            for directive in snippet.directives:
                drawn = self._drawn(read_drawing(directive, file, include.name), include.indent)
                spans[include.line][1].extend(drawn)
        for directive in page.directives:
            drawn = self._drawn(read_drawing(directive, path), directive.indent)
            spans.setdefault(directive.line, (directive.line, drawn))
        if session := option("session"):
            for marker in scan("\n".join(lines)):
                if isinstance(marker, Marker):
                    spans[marker.line] = (marker.line, [""])
            for number, cell in enumerate(page.samples):
                label = _label(page.directives, page.samples, number)
                make = partial(self._cell, cell, session, number, label)
                spans[cell.line] = (cell.end, placeholders.hold(0, make))
        else:
            for sample in page.samples:
                embed(sample, sample.line, sample.end, sample.indent)
        return _replaced(lines, spans)[len(above) :]

    def _drawn(self, drawing: Drawing | Problem | None, indent: int) -> list[str]:
        """Return the lines that stand for a drawing, after saying what is wrong with it."""
        if isinstance(drawing, Problem):
            self.extension.report(drawing)
        if not isinstance(drawing, Drawing):
            return []
        snippet = load_snippet(Path(self.extension.getConfig("root")), drawing.snippet)
        if snippet is None:
            include = Include(drawing.snippet, drawing.line, indent)
            self.extension.report(no_such_snippet(include, drawing.path))
            return []
        make = partial(self._drawing, drawing, snippet.sample)
        return Placeholders.of(self.md).hold(indent, make)

    def _drawing(self, drawing: Drawing, sample: Sample) -> Element:
        words = self.extension.getConfig("words")

        def html() -> str:
            run = self.extension.run(sample, drawing.probe)
            for problem in (faults := drawing.faults(run)):
                self.extension.report(problem)
            if faults:
                return "".join(_verbatim("p", str(problem)) for problem in faults)
            return drawing.html(run.observed, words)

        block = Element("div", {"class": "drawn"})
        block.text = self._stored((drawing, sample, words), html)
        return block

    def _stored(self, key: object, html: Callable[[], str]) -> str:
        return self.md.htmlStash.store(self.extension.later(key, html))

    def _figure(self, sample: Sample, words: Mapping[str, str], hidden: bool) -> Element:
        figure = Element("figure", {"class": "snippet", "data-snippet": sample.name})
        if NOTE.search(sample.code):
            figure.set("class", "snippet annotate")

        def html() -> str:
            return _result(sample, self.extension.run(sample), word, hidden)

        word = _word(words, hidden)
        result = self._stored((sample, word, hidden), html)
        figure.text = highlighted(self.md, sample.code) + result
        return figure

    def _cell(self, cell: Sample, session: Session, number: int, label: str) -> Element:
        name = f"{session.slug}#{number + 1}"
        figure = Element("figure", {"class": "snippet", "data-snippet": name})
        report, word = self.extension.report, _word(self.extension.getConfig("words"), False)

        def html() -> str:
            shown = session.cells[number]
            if bool(shown.plots) != bool(label):
                what = (
                    "no words for a plot" if shown.plots else "words for a plot, and none is drawn"
                )
                remedy = "write `<!--nabla:plot …-->` above the cell, for those who cannot see it"
                report(Problem(cell.path, cell.line, what, remedy))
            plots = [
                f'<div class="plot">{themed(plot, f"plot-{number + 1}-{index}", label)}</div>'
                for index, plot in enumerate(shown.plots, 1)
            ]
            return _result(cell, Run(shown.stdout), word, False) + "".join(plots)

        figure.text = highlighted(self.md, cell.code) + self._stored(
            (cell, session, word, label), html
        )
        return figure


def _label(directives: Sequence[Directive], cells: Sequence[Sample], number: int) -> str:
    """Return the words for the plot of a cell: those between it and the cell before."""
    above = cells[number - 1].end if number else 0
    return " ".join(
        directive.rest
        for directive in directives
        if directive.keyword == "plot" and above < directive.line < cells[number].line
    )


def no_such_snippet(include: Include, page: str) -> Problem:
    return Problem(
        page,
        include.line,
        f'"{include.name}.md" names no snippet',
        f"write snippets/{include.name}.md, or mend the name",
    )


def _result(sample: Sample, run: Run, word: str, hidden: bool) -> str:
    """The result of `run`: its text stands in `.result pre`, below a word that opens it."""
    if not run.stdout and not run.failure:
        return ""
    kind, said = "result", ""
    if max(map(len, run.stdout.splitlines()), default=0) > WIDEST:
        kind = "result prose"
    if run.failure:
        kind = "result failed"
        said = "".join(_verbatim("p", str(problem)) for problem in judge(sample, run))
    return (
        f'<details class="{kind}"{"" if hidden else " open"}>{_verbatim("summary", word)}'
        f"{_verbatim('pre', run.stdout)}{said}</details>"
    )


def _word(words: Mapping[str, str], hidden: bool) -> str:
    return words.get("predict", "Predict") if hidden else words.get("result", "Result")


def _verbatim(tag: str, text: str) -> str:
    focus = ' tabindex="0"' if tag == "pre" else ""
    return f"<{tag}{focus}>{escape(text, quote=False)}</{tag}>"


class _Notes(Treeprocessor):
    """Move the list of notes that follows an annotated sample next to its code."""

    def run(self, root: Element) -> None:
        for parent in root.iter():
            for figure, following in list(pairwise(parent)):
                annotated = "annotate" in figure.get("class", "").split()
                if figure.tag == "figure" and annotated and following.tag == "ol":
                    parent.remove(following)
                    code, end, result = figure.text.partition(ETX)
                    figure.text, following.tail = code + end, result
                    figure.insert(0, following)


def _next_text_line(lines: list[str], line: int) -> int:
    """Return the number of the first line after `line` that is not blank."""
    return next((n for n in range(line + 1, len(lines) + 1) if lines[n - 1].strip()), 0)


def _replaced(lines: list[str], spans: Mapping[int, tuple[int, list[str]]]) -> list[str]:
    """Return `lines` with each span (from its first line to its last) replaced."""
    replaced: list[str] = []
    number = 1
    while number <= len(lines):
        last, new = spans.get(number, (number, [lines[number - 1]]))
        replaced += new
        number = last + 1
    return replaced


def makeExtension(**options: object) -> EmbedExtension:
    return EmbedExtension(**options)
