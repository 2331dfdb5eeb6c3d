"""A page as a Jupyter notebook: its prose, its code, and what this printed when it ran.

What only a page can do is said in plain Markdown instead: admonitions become quotes,
ids of headings go, drawings become links to the page, and links lead to the site.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import jupytext
from nbformat import NotebookNode, from_dict

from nabla.run.outcome import CellOutput
from nabla.source.inline import CODE, LINK, NOTE
from nabla.source.page import Block, Directive, Fence, Heading, Include, Item, Marker, Page
from nabla.source.questions import ASK, read_questions
from nabla.source.text import split_lines

HEADING_ID = re.compile(r"(?<=\S)\s*\{\s*#[\w-]+\s*\}\s*$")
STRONG = re.compile(r"\*\*([^*\s][^*]*[。？！：，、）」』”])\*\*(?=[^\s*])")
"""Where CommonMark sees no end of emphasis: after a full-width mark and before a letter."""
SILENT = {ASK, "plot", "predict"}
INDENT = 4


@dataclass(frozen=True)
class Source:
    """Where the code of a page comes from, and where its links lead.

    `snippet` gives the code and the output of a snippet by name, `cells` the outputs of
    the page's own cells, `address` the page itself, `resolve` the address that the
    target of a link in the page stands for.
    """

    snippet: Callable[[str], tuple[str, CellOutput]]
    cells: Sequence[CellOutput]
    address: str
    resolve: Callable[[str], str]


def make_notebook(
    page: Page, front: int, source: Source, words: Mapping[str, str], solved: bool = True
) -> NotebookNode:
    """Return the notebook of a page, but for its first `front` lines, the front matter.

    `words` has `from`, said below the title with the page's address, and the texts of links:
    `drawing` to a drawing, `variants` to a program with switches; `solution`, said above each
    solution of a lab, and `left_out`, said with the address of its exercise where it is not
    `solved`: there an empty cell takes the place of the solution. The notebook is valid
    nbformat 4.5, and the same each time.
    """
    return _number(_Walk(source, words, solved).make_cells(page, front))


class _Walk:
    """Goes through a page item by item, and collects cells."""

    def __init__(self, source: Source, words: Mapping[str, str], solved: bool):
        self._source, self._words, self._solved = source, words, solved
        self._own = iter(source.cells)
        self._made: list[NotebookNode] = []
        self._prose: list[str] = []
        self._blocks: list[tuple[int, bool]] = []
        self._section = ""
        self._hidden = self._titled = self._in_solution = False

    def make_cells(self, page: Page, front: int) -> list[NotebookNode]:
        lines = split_lines(page.text)
        items = {item.line: item for item in page.items}
        mistakes = {
            mistake.line: mistake.end
            for question in read_questions(page, "").questions
            for mistake in question.mistakes
        }
        ends = {solution.start: solution.stop - 1 for solution in page.solutions}
        number = front
        while number < len(lines):
            number += 1
            line, item = lines[number - 1], items.get(number)
            self._in_solution = any(number in solution for solution in page.solutions)
            self._leave_blocks(line)
            if item is None:
                self._add_text(line)
            elif number in mistakes:
                number = mistakes[number]  # a notebook does not check what its reader answers
            elif isinstance(item, Fence):
                self._add_fence(item, lines, _states_result(item, page))
                number = item.end or len(lines)
            elif number in ends:
                number = self._begin_solution(page, number, ends[number])
            else:
                self._add_item(item, line)
        self._flush()
        return self._made

    def _leave_blocks(self, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        while line.strip() and self._blocks and indent < self._blocks[-1][0]:
            self._blocks.pop()

    def _begin_solution(self, page: Page, line: int, end: int) -> int:
        """Announce a solution, or leave it out; return the last line that was dealt with."""
        if self._solved:
            self._prose += ["", f"**{self._words['solution']}**", ""]
            return line
        address = f"{self._source.address}#{self._section}"
        self._prose += ["", self._words["left_out"].format(address=address)]
        self._flush()
        self._made.append(_node({**_cell("code", ""), "execution_count": None, "outputs": []}))
        for fence in page.all(Fence):
            if fence.info == "python" and line < fence.line <= end:
                next(self._own, None)
        return end

    def _add_fence(self, fence: Fence, lines: Sequence[str], is_result: bool) -> None:
        if fence.info == "python":
            self._add_code(fence.text, next(self._own, CellOutput()))
        elif not is_result:
            inside = lines[fence.line - 1 : fence.end]
            self._prose += [_quote(line, len(self._blocks)) for line in inside]

    def _add_item(self, item: Item, line: str) -> None:
        match item:
            case Marker():
                pass
            case Include():
                self._add_code(*self._source.snippet(item.name))
            case Directive(keyword="variants", rest=rest) if rest:
                self._add_variants(rest.split()[0])
            case Directive():
                self._add_directive(item.keyword)
            case Block():
                self._enter_block(item)
            case _:
                self._add_text(line)
        if isinstance(item, Heading):
            self._section = item.id
            if not self._titled:
                address = self._source.address
                self._prose += ["", self._words["from"].format(address=address), ""]
            self._titled = True

    def _add_directive(self, keyword: str) -> None:
        self._hidden = self._hidden or keyword == "predict"
        if keyword not in SILENT:
            self._add_link("drawing")

    def _add_variants(self, first: str) -> None:
        self._add_code(*self._source.snippet(first))
        self._add_link("variants")

    def _add_link(self, word: str) -> None:
        """Add a link to the section of the page that has what a notebook has not."""
        link = f"[{self._words[word]}]({self._source.address}#{self._section})"
        self._prose += [_quote(link, len(self._blocks)), ""]

    def _enter_block(self, block: Block) -> None:
        self._blocks.append((block.indent + INDENT, block.mark.startswith("?")))
        if block.title:
            quote = "> " * len(self._blocks)
            self._prose += ["", f"{quote}**{block.title}**", quote]

    def _add_text(self, line: str) -> None:
        depth = len(self._blocks) if line.strip() else 0
        if depth and self._prose[-1:] == [""] and self._prose[-2:][0].startswith(">"):
            self._prose[-1] = ">"  # the quote goes on
        self._prose.append(_quote(_to_plain_markdown(line, self._source), depth))

    def _add_code(self, code: str, output: CellOutput) -> None:
        self._flush()
        number = 1 + sum(cell.cell_type == "code" and cell.source != "" for cell in self._made)
        cell = _cell("code", NOTE.sub(r"# \g<number>", code).rstrip("\n"))
        cell |= {"execution_count": number, "outputs": list(_outputs(output))}
        folded = self._in_solution or any(fold for _, fold in self._blocks)
        if self._hidden or folded:
            cell.metadata["jupyter"] = {"outputs_hidden": True}
        if folded:
            cell.metadata["jupyter"]["source_hidden"] = True
        self._hidden = False
        self._made.append(cell)

    def _flush(self) -> None:
        """Make a cell of the prose so far, with no two blank lines after each other."""
        lines = [line.rstrip() for line in self._prose]
        kept = [
            line
            for line, above in zip(lines, ["", *lines], strict=False)
            if line.strip(">") or line != above
        ]
        text = "\n".join(kept).strip("\n")
        if text.strip("> \n"):
            self._made.append(_cell("markdown", text))
        self._prose.clear()


def _states_result(fence: Fence, page: Page) -> bool:
    """Tell whether a fence is the stated result of the code above it."""
    return any(fence.line - 2 <= marker.line < fence.line for marker in page.all(Marker))


def _node(data: Mapping[str, Any]) -> NotebookNode:
    return cast("NotebookNode", from_dict(data))


def _cell(kind: str, text: str) -> NotebookNode:
    """Return a cell. nbformat's own functions validate each, which takes longer than all else."""
    return _node({"cell_type": kind, "source": text, "metadata": {}})


def _number(cells: list[NotebookNode]) -> NotebookNode:
    numbered = [_node({"id": f"cell-{n}", **cell}) for n, cell in enumerate(cells, 1)]
    return _node(
        {
            "cells": numbered,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python", "file_extension": ".py"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _outputs(output: CellOutput) -> Iterator[NotebookNode]:
    if output.stdout:
        yield _node({"output_type": "stream", "name": "stdout", "text": output.stdout})
    for plot in output.plots:
        data = {"image/svg+xml": plot, "text/plain": "<Figure>"}
        yield _node({"output_type": "display_data", "data": data, "metadata": {}})


def _quote(line: str, depth: int) -> str:
    if not depth:
        return line
    return f"{'> ' * depth}{line[INDENT * depth :] if line[: INDENT * depth].isspace() else line}"


def _to_plain_markdown(line: str, source: Source) -> str:
    """Return a line of prose as any Markdown reader understands it."""
    line = HEADING_ID.sub("", line)
    codes = [code.span() for code in CODE.finditer(line)]
    line = LINK.sub(partial(_lead, resolve=source.resolve, codes=codes), line)
    pieces: list[str] = []
    end = 0
    for code in CODE.finditer(line):
        pieces += [STRONG.sub(r"<b>\1</b>", line[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, STRONG.sub(r"<b>\1</b>", line[end:])])


def _lead(
    link: re.Match[str], resolve: Callable[[str], str], codes: Sequence[tuple[int, int]]
) -> str:
    if any(start < link.start() < end for start, end in codes):
        return link[0]  # `model[0](x)`
    return f"[{link['text']}]({resolve(link['target'])})"


def make_script(made: NotebookNode) -> str:
    """Return a notebook as a Python file, its prose in comments, cell by cell.

    All code stays code: Jupytext would take a line such as `rm += 1` for a shell command.
    """
    filters = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    bare = _node({**made, "metadata": {"jupytext": {**filters, "comment_magics": False}}})
    return jupytext.writes(bare, fmt="py:percent")
