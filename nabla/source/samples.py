"""Samples: the Python fences of snippets and pages, with the results they state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nabla.problem import Problem
from nabla.source.page import Directive, Fence, Item, Line, Marker, Page, Unseen

EXPECTED = "<!--pytest-codeblocks:expected-output-->"
LOOKS_LIKE_PYTHON = re.compile(r"\s*\{?\s*\.?(python|py|pycon|ipython)\d?\b", re.IGNORECASE)
LOOKS_LIKE_SHELL = {"sh", "bash"}


@dataclass(frozen=True)
class Statement:
    """The result that a sample states. `line` and `end` are those of its fence."""

    text: str
    line: int
    end: int


@dataclass(frozen=True)
class Cell:
    """A piece of code that runs after those before it. `line` is that of its fence.

    `plot` describes, in the page's language, the plot that the cell of a lab draws.
    """

    code: str
    line: int
    plot: str = ""


@dataclass(frozen=True)
class Sample:
    """Code that runs, and the result that its author states for it.

    `name` is ``lesson/name`` for a snippet and ``page:line`` for a fence in a page.
    `path` is relative to the project. `line` is that of the opening fence, `end` the
    last line of the sample, its stated result included. `cells` has one part, but in a
    lab. `rows` has the line of the file for each line of the code.
    """

    name: str
    path: str
    line: int
    end: int
    indent: int
    cells: tuple[Cell, ...]
    stated: Statement | None
    rows: tuple[int, ...]
    is_lab: bool = False

    @property
    def code(self) -> str:
        return "".join(cell.code for cell in self.cells)

    def row(self, line: int) -> int:
        """Return the line of the file on which a line of the code stands, both from 1."""
        return self.rows[line - 1] if 0 < line <= len(self.rows) else self.line


@dataclass(frozen=True)
class Reading:
    """The samples of a file, and what is wrong with them."""

    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...] = ()


def read_samples(page: Page, path: str) -> Reading:
    """Read every sample of a page that is no lab, and name each fence that no check would see."""
    samples: list[Sample] = []
    problems: list[Problem] = []
    items = page.items
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if not (isinstance(item, Fence) and item.info == "python"):
            problems += find_stray(item, path)
            continue
        if item.end is None:
            problems.append(_unfinished(item, path))
            continue
        stated, end = None, item.end
        if at < len(items) and _is_expected(items[at]):
            result = items[at + 1] if at + 1 < len(items) else None
            if not isinstance(result, Fence) or result.info != "text":
                what = "no result follows `expected-output`"
                remedy = "put a ```text fence right after it"
                problems.append(Problem(path, items[at].line, what, remedy))
                at += 1
            elif result.end is None:
                problems.append(_unfinished(result, path))
                at += 2
            else:
                stated, end = Statement(result.text, result.line, result.end), result.end
                at += 2
        cells = (Cell(item.text, item.line),)
        name = f"{path}:{item.line}"
        samples.append(Sample(name, path, item.line, end, item.indent, cells, stated, item.rows))
    return Reading(tuple(samples), tuple(problems))


def read_snippet(page: Page, path: str, name: str) -> Reading:
    """Read a snippet file: one Python fence and its stated result, and no prose."""
    reading = read_samples(page, path)
    samples = [replace(sample, name=name) for sample in reading.samples]
    problems = list(reading.problems)
    if not samples and not problems:
        remedy = "a snippet is one fence and its stated result"
        problems.append(Problem(path, 1, "no ```python fence", remedy))
    for extra in samples[1:]:
        what = f"a second ```python fence (the first is on line {samples[0].line})"
        remedy = "keep one per snippet, and move this one to a file of its own"
        problems.append(Problem(path, extra.line, what, remedy))
    for line in page.all(Line):
        if not isinstance(line, Directive):
            remedy = "say it in the pages, in each language"
            problems.append(Problem(path, line.line, "prose in a snippet", remedy))
    return Reading(tuple(samples[:1]), tuple(problems))


def read_lab(page: Page, path: str) -> Reading:
    """Read a lab as pytest-codeblocks does: one sample, whose cells follow one another.

    Each cell but the first is marked `cont`, and one result is stated after the last.
    """
    problems: list[Problem] = []
    cells: list[Fence] = []
    stated: Statement | None = None
    before: Marker | None = None
    for item in page.items:
        if isinstance(item, Marker):
            problems += _check_marker(item, before, cells, stated, path)
            before = item
        elif isinstance(item, Unseen):
            problems += find_stray(item, path)
        elif isinstance(item, Fence):
            keyword = before.keyword if before else ""
            if item.end is None:
                problems.append(_unfinished(item, path))
            elif item.info == "python" or LOOKS_LIKE_PYTHON.match(item.info):
                problems += _check_cell(item, keyword, cells, stated, path)
                cells.append(item)
            elif keyword == "expected-output" and item.info == "text":
                stated = Statement(item.text, item.line, item.end)
            else:
                what = "a lab has no fence but its cells and the result after the last one"
                problems.append(Problem(path, item.line, what, "say it in prose"))
            before = None
    if not cells:
        problems.append(Problem(path, 1, "a lab without cells", "add a ```python fence"))
        return Reading((), tuple(problems))
    end = stated.end if stated else cells[-1].end or cells[-1].line
    rows = tuple(row for cell in cells for row in cell.rows)
    above = [0, *(cell.line for cell in cells)]
    parts = tuple(
        Cell(cell.text, cell.line, _describe_plot(page, last, cell.line))
        for last, cell in zip(above, cells, strict=False)
    )
    sample = Sample(path, path, cells[0].line, end, 0, parts, stated, rows, is_lab=True)
    return Reading((sample,), tuple(problems))


def _describe_plot(page: Page, above: int, below: int) -> str:
    """Return what directives between two lines say of a plot."""
    plots = [one for one in page.all(Directive) if one.keyword == "plot"]
    return " ".join(plot.rest for plot in plots if above < plot.line < below)


def _check_marker(
    marker: Marker,
    before: Marker | None,
    cells: Sequence[Fence],
    stated: Statement | None,
    path: str,
) -> list[Problem]:
    if before:
        what = f"`{marker.keyword}` follows `{before.keyword}`"
        return [Problem(path, marker.line, what, "keep the one that the next fence needs")]
    if marker.keyword == "cont" and not cells:
        return [Problem(path, marker.line, "`cont` before the first cell", "remove it")]
    if marker.keyword == "expected-output" and (stated or not cells):
        what = "a lab states one result, after its last cell"
        return [Problem(path, marker.line, what, "remove this one, and run `nabla bless`")]
    if marker.keyword not in {"cont", "expected-output"}:
        what = f"`{marker.keyword}` would hide a failure"
        return [Problem(path, marker.line, what, "only `cont` and `expected-output` are used here")]
    return []


def _check_cell(
    cell: Fence, keyword: str, cells: Sequence[Fence], stated: Statement | None, path: str
) -> list[Problem]:
    if cell.info != "python":
        what = f"pytest-codeblocks would skip a cell marked `{cell.info.strip()}`"
        remedy = f"mark it ```python: jupytext --opt cell_metadata_filter=-all --to md {path}"
        return [Problem(path, cell.line, what, remedy)]
    if stated:
        what = "this cell stands after the stated result"
        return [Problem(path, cell.line, what, "put the result after the last cell")]
    if cell.indent:
        return [Problem(path, cell.line, "a cell is indented", "start it at the margin")]
    if cells and keyword != "cont":
        what = "pytest-codeblocks would run this cell without those before it"
        remedy = "put <!--pytest-codeblocks:cont--> above it"
        return [Problem(path, cell.line, what, remedy)]
    return []


def _is_expected(item: Item) -> bool:
    return isinstance(item, Marker) and item.keyword == "expected-output"


def _unfinished(fence: Fence, path: str) -> Problem:
    remedy = f"end it with a line of {fence.ticks} backticks"
    return Problem(path, fence.line, "this fence is never closed", remedy)


def find_stray(item: Item, path: str) -> list[Problem]:
    """Say why pytest-codeblocks would not check `item` the way its author expects."""
    match item:
        case Unseen(why=">"):
            what = "pytest-codeblocks does not see fences in a block quote"
            remedy = "take it out of the quote"
        case Unseen():
            what, remedy = "pytest-codeblocks does not see ~~~ fences", "use backticks"
        case Marker(keyword="expected-output"):
            what = "`expected-output` does not follow a ```python fence"
            remedy = "put it right after the code whose result it states"
        case Marker():
            what = f"`{item.keyword}` would hide a failure or join two samples"
            remedy = "only `expected-output` is used here"
        case Fence() if LOOKS_LIKE_PYTHON.match(item.info):
            what = f"pytest-codeblocks would skip a fence marked `{item.info.strip()}`"
            remedy = "mark it exactly ```python, or ```text if it must not run"
        case Fence() if item.info in LOOKS_LIKE_SHELL:
            what = f"pytest-codeblocks would run a fence marked `{item.info}` as a script"
            remedy = "mark it ```console"
        case Fence(end=None):
            return [_unfinished(item, path)]
        case _:
            return []
    return [Problem(path, item.line, what, remedy)]
