"""Labs: notebooks in Jupytext Markdown, whose cells run one after another in one session.

pytest-codeblocks joins the cells, each marked `cont` but the first, and compares all
that they print with the one result stated after the last cell.
"""

import re
from dataclasses import dataclass

from nabla.problem import Problem
from nabla.run.fences import Fence, Marker, scan
from nabla.run.sample import Reading, Sample, Statement

HEADER = re.compile(r"---\n(?:.*\n)*?jupyter:\s*\n(?:.*\n)*?---\n")
CONT = "<!--pytest-codeblocks:cont-->"


@dataclass(frozen=True)
class Shown:
    """What a cell showed when it ran: the text that it printed, and its plots as SVG."""

    stdout: str = ""
    plots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Session:
    """A lab that ran: its slug, such as ``labs/tangent``, and what each cell showed."""

    slug: str
    cells: tuple[Shown, ...]

    @property
    def stdout(self) -> str:
        return "".join(cell.stdout for cell in self.cells)


def is_lab(text: str) -> bool:
    """Tell whether the front matter of a page makes it a notebook."""
    return HEADER.match(text) is not None


def cells_of(text: str) -> list[Fence]:
    """Return the cells of a lab, or of what stands below its front matter."""
    return [item for item in scan(text) if isinstance(item, Fence) and item.info == "python"]


def read_lab(text: str, path: str) -> Reading:
    """Read a lab as pytest-codeblocks does: one sample, and what is wrong with the file."""
    problems: list[Problem] = []
    cells: list[Fence] = []
    stated: Statement | None = None
    before: Marker | None = None
    for item in scan(text):
        if isinstance(item, Marker):
            problems += _misplaced(item, before, cells, stated, path)
            before = item
        elif isinstance(item, Fence):
            keyword = before.keyword if before else ""
            if item.end is None:
                remedy = f"end it with a line of {item.ticks} backticks"
                problems.append(Problem(path, item.line, "this fence is never closed", remedy))
            elif item.info == "python":
                problems += _ill_begun(item, keyword, cells, stated, path)
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
    code = "".join(cell.text for cell in cells)
    rows = [cell.line + 1 + row for cell in cells for row in range(len(cell.text.splitlines()))]
    end = stated.end if stated else cells[-1].end or cells[-1].line
    sample = Sample(path, path, cells[0].line, end, 0, code, stated, tuple(rows))
    return Reading((sample,), tuple(problems))


def _misplaced(
    marker: Marker, before: Marker | None, cells: list[Fence], stated: Statement | None, path: str
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


def _ill_begun(
    cell: Fence, keyword: str, cells: list[Fence], stated: Statement | None, path: str
) -> list[Problem]:
    if stated:
        what = "this cell stands after the stated result"
        return [Problem(path, cell.line, what, "put the result after the last cell")]
    if cell.indent:
        return [Problem(path, cell.line, "a cell is indented", "start it at the margin")]
    if cells and keyword != "cont":
        what = "pytest-codeblocks would run this cell without those before it"
        return [Problem(path, cell.line, what, f"put {CONT} above it")]
    return []
