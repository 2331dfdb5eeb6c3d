"""Lines of a page that look like an instruction to this site, and that nothing would read."""

import re
from collections.abc import Iterator
from itertools import pairwise

from nabla.problem import Problem
from nabla.source.inline import CODE
from nabla.source.page import Block, Directive, Fence, Heading, Include, Line, Page
from nabla.source.text import split_lines

SNIPS = re.compile(r"-8<-")
COMMENT = re.compile(r"<!--[-\s]*nabla\b", re.IGNORECASE)
MARKER = re.compile(r"<!--[-\s]*(?:pytest[-_.\s]*(?:codeblocks?|mark)\b)", re.IGNORECASE)
FENCE = re.compile(r"```|(?:^|[-*+>:.)\]]\s+)~~~")


def find_unread(page: Page, path: str) -> Iterator[Problem]:
    """Name each line that would stand on the page, or in it, unread."""
    lines = split_lines(page.text)
    for fence in page.all(Fence):
        if fence.end and lines[fence.end - 1].strip().strip("`"):
            what = "pytest-codeblocks takes this line for the end of the fence above"
            remedy = "end that fence first, or begin it with more backticks"
            yield Problem(path, fence.end, what, remedy)
    yield from _find_stray_solutions(page, path)
    for line in page.all(Line):
        bare = CODE.sub(" ", line.text)
        if found := _find_reason(line, bare):
            yield Problem(path, line.line, *found)


def _find_stray_solutions(page: Page, path: str) -> Iterator[Problem]:
    starts = [solution.start for solution in page.solutions]
    if not page.is_lab:
        for line in starts:
            what = "only a lab has its solutions folded by this line"
            yield Problem(path, line, what, 'write ??? success "…", and indent what is below')
        return
    for above, below in pairwise(page.solutions):
        if below.start in above:
            what = f"the solution that begins on line {above.start} has not ended"
            yield Problem(path, below.start, what, "put the heading of an exercise before this one")


def _find_reason(line: Line, bare: str) -> tuple[str, str] | None:
    """Return what is wrong with a line, and what to do."""
    if SNIPS.search(bare) and not isinstance(line, Include):
        remedy = 'write --8<-- "lesson/name.md" on a line of its own'
        return "this embeds no snippet", remedy
    if COMMENT.search(bare) and not _is_read(line):
        remedy = (
            "write <!--nabla:keyword …--> on one line of its own, without blanks before the colon"
        )
        return "this is no directive", remedy
    if MARKER.search(bare):
        remedy = "write <!--pytest-codeblocks:expected-output--> on a line of its own"
        return "pytest-codeblocks does not read this", remedy
    if FENCE.search(bare) and not isinstance(line, Include | Directive | Heading | Block):
        what = "pytest-codeblocks does not see a fence that begins within a line"
        return what, "begin it on a line of its own"
    return None


def _is_read(line: Line) -> bool:
    return isinstance(line, Directive) and "<!--" not in line.rest
