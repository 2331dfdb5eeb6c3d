"""Labs as mkdocs-jupyter makes them: the only module that knows it, and nbconvert.

mkdocs-jupyter renders a notebook by nbconvert, with the templates of a folder that its
settings name: nabla/html/. Its conf.json names `LabPreprocessor`, which supplies the
outputs of the code cells from what ran already, and has the text cells rendered by the
site's own Markdown. The list of contents, the ids and the links that MkDocs is to check
are set on the page afterwards; `tests/test_contracts.py` says when the door moves.
"""

import posixpath
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.toc import nest_toc_tokens
from markdown.treeprocessors import Treeprocessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs_jupyter.config import settings
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output, new_raw_cell

from nabla.markdown.code import highlight
from nabla.markdown.plots import apply_theme
from nabla.run.outcome import CellOutput, Run
from nabla.source.front_matter import read_front_matter
from nabla.source.inline import NOTE
from nabla.source.page import Fence, Marker
from nabla.source.page import Page as Source
from nabla.source.samples import Sample
from nabla.source.text import split_lines
from nabla.templates import FOLDER

log = get_plugin_logger("nabla")

settings.templates_dir = str(FOLDER / "html")
LAST = 0
END_OF_NOTES = "nabla-end-of-notes"


@dataclass
class Lab:
    """A lab being rendered: its source, what its cells gave, and the page that it becomes."""

    source: Source
    sample: Sample
    run: Run
    slug: str
    words: Any
    page: Page
    config: MkDocsConfig
    files: Files
    headings: list[Any] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    links: dict[File, dict[str, str]] = field(default_factory=dict)
    annotated: bool = False
    """Whether the text rendered next stands below a cell that has notes."""


@dataclass(frozen=True)
class Text:
    """A text of a lab between two cells, or the part of it that is in a solution, or is not."""

    markdown: str
    is_solution: bool


_being_rendered: ContextVar[Lab | None] = ContextVar("_being_rendered", default=None)


def begin_lab(lab: Lab) -> None:
    """Have the notebook that mkdocs-jupyter renders next be that of `lab`."""
    _being_rendered.set(lab)


def end_lab() -> None:
    """Set on the page of the lab what MkDocs would have found in its Markdown."""
    lab = _being_rendered.get()
    _being_rendered.set(None)
    if lab:
        lab.page.toc = get_toc(nest_toc_tokens(lab.headings))
        lab.page.present_anchor_ids = lab.ids
        lab.page.links_to_anchors = lab.links


class LabPreprocessor(Preprocessor):
    """Fills a notebook: outputs into its code cells, HTML into its text cells.

    Where no lab was begun, nobody asks for the page, and it is left empty.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        lab = _being_rendered.get()
        if lab is None or resources.get("output_extension") != ".html":
            nb.cells = []
            return nb, resources
        md = _make_markdown(lab)
        above, *below = _split_texts(lab.source, lab.sample)
        nb.cells = [_text_cell(text, _render(lab, md, text)[1]) for text in above]
        for number, texts in enumerate(below, 1):
            cell = _code_cell(lab, md, number)
            lab.annotated = bool(NOTE.search(lab.sample.cells[number - 1].code))
            cell.metadata.notes, html = _render(lab, md, texts[0])
            lab.annotated = False
            others = [_text_cell(text, _render(lab, md, text)[1]) for text in texts[1:]]
            nb.cells += [cell, _text_cell(texts[0], html), *others]
        nb.metadata.words = lab.words
        return nb, resources


def _make_markdown(lab: Lab) -> markdown.Markdown:
    """Return the Markdown that renders all text cells of a lab, as parts of one page."""
    md = markdown.Markdown(
        extensions=lab.config.markdown_extensions, extension_configs=lab.config.mdx_configs
    )
    md.treeprocessors.register(_ResolveLinks(md, lab), "nabla-links", LAST)
    md.treeprocessors.register(_EndNotes(md, lab), "nabla-lab-notes", LAST)
    return md


def _render(lab: Lab, md: markdown.Markdown, text: Text) -> tuple[str, str]:
    """Return a text as HTML: the notes to the cell above it, and all else."""
    html = md.convert(text.markdown)
    lab.headings += _flatten(getattr(md, "toc_tokens", []))
    notes, _, rest = html.rpartition(f"<{END_OF_NOTES}></{END_OF_NOTES}>")
    return notes, rest


def _text_cell(text: Text, html: str) -> NotebookNode:
    return new_raw_cell(html, metadata={"solution": text.is_solution})


def _code_cell(lab: Lab, md: markdown.Markdown, number: int) -> NotebookNode:
    """Return a code cell with its outputs, its name on the page, and its code in colours."""
    output = lab.run.cells[number - 1] if number <= len(lab.run.cells) else CellOutput()
    own = lab.sample.cells[number - 1]
    cell = new_code_cell(own.code)
    cell.metadata.name = f"{lab.slug}#{number}"
    cell.metadata.highlighted = highlight(md, own.code)
    cell.metadata.solution = any(own.line in lines for lines in lab.source.solutions)
    if output.stdout:
        cell.outputs.append(new_output("stream", text=output.stdout))
    for index, plot in enumerate(output.plots, 1):
        themed = apply_theme(plot, f"plot-{number}-{index}", own.plot)
        cell.outputs.append(new_output("display_data", data={"image/svg+xml": themed}))
    return cell


def _split_texts(source: Source, sample: Sample) -> Iterator[list[Text]]:
    """Yield the text above the first cell, between cells, and below the last one.

    Each is cut where a solution begins or ends.
    """
    lines = split_lines(source.text)
    for marker in source.all(Marker):
        lines[marker.line - 1] = ""
    start = read_front_matter(source.text).lines
    rows = {cell.line for cell in sample.cells}
    for cell in (fence for fence in source.all(Fence) if fence.line in rows):
        yield _cut(source, lines, start, cell.line - 1)
        start = cell.end or len(lines)
    if stated := sample.stated:
        lines[stated.line - 1 : stated.end] = [""] * (stated.end - stated.line + 1)
    yield _cut(source, lines, start, len(lines))


def _cut(source: Source, lines: list[str], start: int, end: int) -> list[Text]:
    """Return the lines from `start`, counted from 0, to `end` as texts, at least one."""

    def is_solution(row: int) -> bool:
        return any(row + 1 in solution for solution in source.solutions)

    pieces = groupby(range(start, end), is_solution)
    texts = [Text("\n".join(lines[row] for row in rows), solved) for solved, rows in pieces]
    return texts or [Text("", is_solution(start))]


def _flatten(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield {**token, "children": []}
        yield from _flatten(token["children"])


class _EndNotes(Treeprocessor):
    """Marks the end of the list of notes that a text may begin with."""

    def __init__(self, md: markdown.Markdown, lab: Lab):
        super().__init__(md)
        self.lab = lab

    def run(self, root: Element) -> None:
        if self.lab.annotated and len(root) and root[0].tag == "ol":
            root.insert(1, Element(END_OF_NOTES))


class _ResolveLinks(Treeprocessor):
    """Leads links to pages to where these stand on the site, and notes what MkDocs checks."""

    def __init__(self, md: markdown.Markdown, lab: Lab):
        super().__init__(md)
        self.lab = lab

    def run(self, root: Element) -> None:
        for element in root.iter():
            if name := element.get("id"):
                self.lab.ids.add(name)
            for attribute in ("href", "src"):
                if target := element.get(attribute):
                    element.set(attribute, self._resolve(target))

    def _resolve(self, target: str) -> str:
        file, url = self.lab.page.file, urlsplit(target)
        if url.scheme or url.netloc or not (url.path or url.fragment):
            return target
        there: File | None = file
        if url.path:
            path = posixpath.join("/", posixpath.dirname(file.src_uri), unquote(url.path))
            there = self.lab.files.get_file_from_path(posixpath.normpath(path).lstrip("/"))
        if there is None:
            log.warning(f"{file.src_uri}: the target of the link '{target}' is not there")
            return target
        if url.fragment:
            self.lab.links.setdefault(there, {})[url.fragment] = target
        address = there.url_relative_to(file) if url.path else ""
        return url._replace(scheme="", netloc="", path=address).geturl()
