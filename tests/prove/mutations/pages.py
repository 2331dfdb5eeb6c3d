"""Mutants of a page in one language: something that all languages share is removed or changed.

What is looked for is found here anew, not by the code that compares the pages: what
that code does not see would otherwise not be tried either.
"""

import re
from collections.abc import Iterator

from ..mutant import Mutant

FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})[^\n`]*\n(?P<body>.*?)^(?P=indent)(?P=ticks)`*[ \t]*\n",
    re.DOTALL | re.MULTILINE,
)
CODE = re.compile(r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)")
HEADING = re.compile(r"^ *#{1,6} .*\n", re.MULTILINE)
INCLUDE = re.compile(r"^.*--8<--.*\n", re.MULTILINE)
DIRECTIVE = re.compile(r"^.*<!--nabla:.*\n", re.MULTILINE)
FORMULA = re.compile(r"(?P<dollars>\$\$?)(?!\$)(?P<tex>[^$]+)(?P=dollars)")
LINK = re.compile(r"\[(?P<text>[^]\n]*)\]\((?P<target>[^)\s]+)[^)\n]*\)")
MARK = re.compile(r"\w")


def of_page(text: str, path: str) -> Iterator[Mutant]:
    """Yield the mutants of a page; their text is the whole page."""
    for kind, what, start, end, new in _edits(text):
        line = text[:start].count("\n") + 1
        source = text.splitlines()[line - 1].strip()
        yield Mutant(f"page: {kind}", path, line, what, text[:start] + new + text[end:], source)


def _edits(text: str) -> Iterator[tuple[str, str, int, int, str]]:
    page = _blank(FRONT_MATTER, text)
    for found in FENCE.finditer(page):
        yield "fence", "the fence is dropped", *found.span(), ""
        if mark := MARK.search(found["body"]):
            start = found.start("body") + mark.start()
            new = "7" if mark[0] != "7" else "8"
            yield "fence", f"`{mark[0]}` becomes `{new}` in the fence", start, start + 1, new
    page = _blank(FENCE, page)
    for kind, pattern in (("heading", HEADING), ("include", INCLUDE), ("drawing", DIRECTIVE)):
        for found in pattern.finditer(page):
            yield kind, f"the {kind} is dropped", *found.span(), ""
    page = _blank(CODE, page)
    for found in FORMULA.finditer(page):
        yield "formula", f"`{found[0]}` is dropped", *found.span(), ""
        start = found.start("tex") + len(found["tex"]) - len(found["tex"].lstrip())
        yield "formula", f"`{found[0]}` gets a minus", start, start, "-"
    for found in LINK.finditer(page):
        kept = text[found.start("text") : found.end("text")]
        yield "link", f"the link to `{found['target']}` is dropped", *found.span(), kept
        start, end = found.span("target")
        yield "link", f"`{found['target']}` becomes `elsewhere.md`", start, end, "elsewhere.md"


def _blank(pattern: re.Pattern, text: str) -> str:
    """Return `text` with what `pattern` finds made blank, all else where it was."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
