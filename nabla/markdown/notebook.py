"""A page as a Jupyter notebook: its prose, its code, and what this printed when it ran.

What only a page can do is said in plain Markdown instead: admonitions become quotes,
ids of headings go, drawings become links to the page, and links lead to the site.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jupytext
from nbformat import NotebookNode, from_dict

from nabla.markdown.page import DIRECTIVE, INCLUDE
from nabla.run.fences import Fence, Marker, scan
from nabla.run.lab import Shown

HEADING_ID = re.compile(r"(?<=\S)\s*\{\s*#[\w-]+\s*\}\s*$")
HEADING = re.compile(r"#{1,6}\s.*\{\s*#(?P<id>[\w-]+)\s*\}\s*$")
BLOCK = re.compile(r'(?P<indent>\s*)(?P<kind>!!!|\?\?\?\+?)\s*[\w-]+(?:\s+"(?P<title>.*)")?\s*$')
LINK = re.compile(r"(?P<text>(?<!!)\[[^\]]*\])\((?P<target>[^)\s]+)\)")
NOTE = re.compile(r"#\s*(\(\d+\))!\s*$", re.MULTILINE)
STRONG = re.compile(r"\*\*([^*\s][^*]*[。？！：，、）」』”])\*\*(?=[^\s*])")
"""Where CommonMark sees no end of emphasis: after a full-width mark and before a letter."""
CODE_SPAN = re.compile(r"(`+[^`\n]*`+)")
SILENT = {"plot", "predict"}
INDENT = 4


@dataclass(frozen=True)
class Source:
    """Where the code of a page comes from, and where its links lead.

    `snippet` gives the code and the output of a snippet by name, `cells` the outputs of
    the page's own cells, `address` the page itself, `resolve` the address that the
    target of a link in the page stands for.
    """

    snippet: Callable[[str], tuple[str, Shown]]
    cells: Sequence[Shown]
    address: str
    resolve: Callable[[str], str]


def notebook(text: str, source: Source, words: Mapping[str, str]) -> NotebookNode:
    """Return the notebook of a page; `text` is its Markdown, without front matter.

    `words` has `from`, said below the title with the page's address, and `drawing`, the
    text of a link to a drawing. The notebook is valid nbformat 4.5, and the same each time.
    """
    return _whole(_Walk(text, source, words).cells())


class _Walk:
    """Goes through a page line by line, and collects cells."""

    def __init__(self, text: str, source: Source, words: Mapping[str, str]):
        self._lines = text.splitlines()
        items = scan(text)
        self._fences = {item.line: item for item in items if isinstance(item, Fence)}
        self._markers = {item.line for item in items if isinstance(item, Marker)}
        self._source, self._words = source, words
        self._own = iter(source.cells)
        self._made: list[NotebookNode] = []
        self._prose: list[str] = []
        self._blocks: list[tuple[int, bool]] = []
        self._section = ""
        self._hidden = self._titled = False

    def cells(self) -> list[NotebookNode]:
        number = 0
        while number < len(self._lines):
            number += 1
            self._leave_blocks(self._lines[number - 1])
            if fence := self._fences.get(number):
                self._fence(fence)
                number = fence.end or len(self._lines)
            elif number not in self._markers:
                self._line(self._lines[number - 1])
        self._flush()
        return self._made

    def _leave_blocks(self, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        while line.strip() and self._blocks and indent < self._blocks[-1][0]:
            self._blocks.pop()

    def _fence(self, fence: Fence) -> None:
        if fence.info == "python":
            self._code(fence.text, next(self._own, Shown()))
        elif not self._markers & {fence.line - 1, fence.line - 2}:  # no stated result
            lines = self._lines[fence.line - 1 : fence.end]
            self._prose += [_quoted(line, len(self._blocks)) for line in lines]

    def _line(self, line: str) -> None:
        if include := INCLUDE.match(line):
            self._code(*self._source.snippet(include["file"].removesuffix(".md")))
        elif directive := DIRECTIVE.match(line):
            self._directive(directive["keyword"])
        elif block := BLOCK.match(line):
            self._block(block)
        else:
            self._text(line)

    def _directive(self, keyword: str) -> None:
        self._hidden = self._hidden or keyword == "predict"
        if keyword not in SILENT:
            link = f"[{self._words['drawing']}]({self._source.address}#{self._section})"
            self._prose += [_quoted(link, len(self._blocks)), ""]

    def _block(self, block: re.Match) -> None:
        folded = block["kind"].startswith("?")
        self._blocks.append((len(block["indent"]) + INDENT, folded))
        if title := block["title"]:
            quote = "> " * len(self._blocks)
            self._prose += ["", f"{quote}**{title}**", quote]

    def _text(self, line: str) -> None:
        depth = len(self._blocks) if line.strip() else 0
        if depth and self._prose[-1:] == [""] and self._prose[-2:][0].startswith(">"):
            self._prose[-1] = ">"  # the quote goes on
        self._prose.append(_quoted(_plain(line, self._source), depth))
        if heading := HEADING.match(line):
            self._section = heading["id"]
            if not self._titled:
                address = self._source.address
                self._prose += ["", self._words["from"].format(address=address), ""]
            self._titled = True

    def _code(self, code: str, shown: Shown) -> None:
        self._flush()
        number = 1 + sum(cell.cell_type == "code" for cell in self._made)
        cell = _cell("code", NOTE.sub(r"# \1", code).rstrip("\n"))
        cell |= {"execution_count": number, "outputs": list(_outputs(shown))}
        folded = any(fold for _, fold in self._blocks)
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


def _cell(kind: str, text: str) -> NotebookNode:
    """Return a cell. nbformat's own functions validate each, which takes longer than all else."""
    return from_dict({"cell_type": kind, "source": text, "metadata": {}})


def _whole(cells: list[NotebookNode]) -> NotebookNode:
    numbered = [from_dict({"id": f"cell-{n}", **cell}) for n, cell in enumerate(cells, 1)]
    return from_dict(
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


def _outputs(shown: Shown) -> Iterator[NotebookNode]:
    if shown.stdout:
        yield from_dict({"output_type": "stream", "name": "stdout", "text": shown.stdout})
    for plot in shown.plots:
        data = {"image/svg+xml": plot, "text/plain": "<Figure>"}
        yield from_dict({"output_type": "display_data", "data": data, "metadata": {}})


def _quoted(line: str, depth: int) -> str:
    if not depth:
        return line
    return f"{'> ' * depth}{line[INDENT * depth :] if line[: INDENT * depth].isspace() else line}"


def _plain(line: str, source: Source) -> str:
    """Return a line of prose as any Markdown reader understands it."""
    line = HEADING_ID.sub("", line)
    line = LINK.sub(lambda m: f"{m['text']}({source.resolve(m['target'])})", line)
    pieces = CODE_SPAN.split(line)
    pieces[::2] = [STRONG.sub(r"<b>\1</b>", piece) for piece in pieces[::2]]
    return "".join(pieces)


def script(made: NotebookNode) -> str:
    """Return a notebook as a Python file, its prose in comments, cell by cell."""
    filters = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    bare = from_dict({**made, "metadata": {"jupytext": filters}})
    return jupytext.writes(bare, fmt="py:percent")
