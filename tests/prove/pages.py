"""Mutants of a page in one language: what all languages share is removed or changed.

What is looked for is found here anew, not by the reader of pages: what that does not
see would otherwise not be tried either.
"""

import re
from collections.abc import Iterator

from nabla.source.project import Project

from .mutant import PageMutant

FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})[^\n`]*\n(?P<body>.*?)^(?P=indent)(?P=ticks)`*[ \t]*\n",
    re.DOTALL | re.MULTILINE,
)
CODE = re.compile(r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)")
LINES = {
    "heading": re.compile(r"^ *#{1,6} .*\n", re.MULTILINE),
    "include": re.compile(r"^.*--8<--.*\n", re.MULTILINE),
    "drawing": re.compile(r"^.*<!--nabla:.*\n", re.MULTILINE),
}
FORMULA = re.compile(r"(?P<dollars>\$\$?)(?!\$)\s*(?P<tex>[^$]+)(?P=dollars)")
LINK = re.compile(r"\[(?P<text>[^]\n]*)\]\((?P<target>[^)\s]+)[^)\n]*\)")
MARK = re.compile(r"\w")

Edit = tuple[str, str, tuple[int, int], str]
"""The kind, what is done, and the new text for a span of the old one."""


def damage_pages(project: Project, locale: str, slug: str) -> Iterator[PageMutant]:
    """Yield the mutants of a translation, and those of its original beside that translation."""
    original, translation = (
        project.page_path(project.default, slug),
        project.page_path(locale, slug),
    )
    for path, beside in ((translation, original), (original, translation)):
        text, other, shown = project.read(path), project.read(beside), project.relative(path)
        lines = text.split("\n")
        for kind, what, span, new in find_edits(text):
            line = text.count("\n", 0, span[0]) + 1
            source, about = lines[line - 1].strip(), (text, span, new, other, path == original)
            yield PageMutant(f"page: {kind}", shown, line, what, source, *about)


def find_edits(text: str) -> Iterator[Edit]:
    """Yield what is done to the text of a page."""
    page = _blank(FRONT_MATTER, text)
    for found in FENCE.finditer(page):
        yield "fence", "the fence is dropped", found.span(), ""
        if mark := MARK.search(page, *found.span("body")):
            new = "7" if mark[0] != "7" else "8"
            yield "fence", f"`{mark[0]}` becomes `{new}` in the fence", mark.span(), new
    page = _blank(FENCE, page)
    for kind, pattern in LINES.items():
        for found in pattern.finditer(page):
            yield kind, f"the {kind} is dropped", found.span(), ""
    page = _blank(CODE, page)
    for found in FORMULA.finditer(page):
        yield "formula", f"`{found[0]}` is dropped", found.span(), ""
        yield "formula", f"`{found[0]}` gets a minus", (found.start("tex"),) * 2, "-"
    for found in LINK.finditer(page):
        target, words = found["target"], slice(*found.span("text"))
        yield "link", f"the link to `{target}` is dropped", found.span(), text[words]
        yield "link", f"`{target}` becomes `a.md`", found.span("target"), "a.md"


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Return `text` with what `pattern` finds made blank, all else where it was."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
