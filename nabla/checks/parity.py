"""A translated page has what the original has, in the same places.

Compared are headings with their ids, embedded snippets, drawings, samples, links,
admonitions, formulas (as a set within each section, since word order differs from
language to language, and without the words in \\text{}), and names in code.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

from nabla.problem import Problem
from nabla.source.inline import CODE, INLINE, LINK
from nabla.source.page import Block, Directive, Fence, Heading, Include, Line, Page, read_page

WORDS = re.compile(r"\\text\{[^}]*\}")
SPACES = re.compile(r"\\[,;:!]|~|\\ ")
TIMES = re.compile(r"\\times(?![A-Za-z])")
GLOSSARY_LINK = re.compile(r"\breference/glossary\.md#|^glossary\.md#")
"""A link that a page asks for where its language has a word that is not linked by itself."""
IN_WORDS = {"plot"}
"""Directives whose arguments are words of the page's language."""


@dataclass(frozen=True)
class Part:
    """Something that every language shares: its kind, what it is, and where it stands."""

    kind: str
    value: str
    line: int


@lru_cache(maxsize=1024)
def find_parts(page: Page) -> tuple[Part, ...]:
    """Return the parts of a page, in order of their lines."""
    found: list[Part] = []
    for fence in page.all(Fence):
        found.append(Part("fence", f"{fence.info}\n{fence.text}", fence.line))
    for line in page.all(Line):
        found += _parts_of_line(line)
    for formula in page.formulas:
        found.append(Part("formula", _normalise(formula.tex), formula.line))
    return tuple(sorted(found, key=lambda part: part.line))


def _normalise(tex: str) -> str:
    """Return a formula without what differs from school to school: words and their place.

    A decimal comma is a point, × between numbers a dot, and a semicolon between
    coordinates a comma; thin spaces mean nothing.
    """
    bare = SPACES.sub("", WORDS.sub("", tex)).replace("{,}", ".").replace(";", ",")
    return "".join(TIMES.sub(r"\\cdot", bare).split())


def _parts_of_line(line: Line) -> Iterator[Part]:
    match line:
        case Heading():
            yield Part("heading", f"{'#' * line.level} #{line.id}", line.line)
        case Include():
            yield Part("snippet", line.file, line.line)
        case Directive(keyword=keyword):
            rest = "" if keyword in IN_WORDS else line.rest
            yield Part("directive", f"{keyword} {rest}".strip(), line.line)
        case Block():
            yield Part("block", f"{line.mark} {line.kind}", line.line)
    bare = INLINE.sub("", line.text)
    for link in LINK.finditer(bare):
        if not GLOSSARY_LINK.search(link["target"]):
            yield Part("link", link["target"], line.line)
    for code in CODE.finditer(bare):
        yield Part("code", code["code"], line.line)


def compare_pages(
    original: str, original_path: str, translated: str, path: str
) -> tuple[Problem, ...]:
    """Say what a translation lacks or adds, each with the lines of both pages."""
    theirs, ours = find_parts(read_page(original)), find_parts(read_page(translated))
    problems: list[Problem] = []
    for kind in ("heading", "snippet", "directive", "block", "fence"):
        problems += _in_order(kind, theirs, ours, original_path, path)
    for kind in ("formula", "link"):
        there, here = _by_section(theirs, kind), _by_section(ours, kind)
        for section in dict.fromkeys((*there, *here)):
            pair = there.get(section, []), here.get(section, [])
            problems += _as_set(kind, *pair, original_path, path)
    there, here = ([part for part in side if part.kind == "code"] for side in (theirs, ours))
    return (*problems, *_as_set("code", there, here, original_path, path))


def _in_order(
    kind: str, theirs: Sequence[Part], ours: Sequence[Part], original_path: str, path: str
) -> Iterator[Problem]:
    there = [part for part in theirs if part.kind == kind]
    here = [part for part in ours if part.kind == kind]
    values, own = ([part.value for part in side] for side in (there, here))
    if values == own:
        return
    matcher = SequenceMatcher(None, values, own, False)
    for what, i, j, k, n in matcher.get_opcodes():
        if what != "equal":
            yield from _unequal(kind, there[i:j], here[k:n], original_path, path)


def _unequal(
    kind: str, there: Sequence[Part], here: Sequence[Part], original_path: str, path: str
) -> Iterator[Problem]:
    for index in range(max(len(there), len(here))):
        theirs = there[index] if index < len(there) else None
        ours = here[index] if index < len(here) else None
        yield _problem(kind, theirs, ours, original_path, path)


def _as_set(
    kind: str, there: Sequence[Part], here: Sequence[Part], original_path: str, path: str
) -> Iterator[Problem]:
    """Compare as multisets: the order of words, and so of what they hold, may differ."""
    for lacking in _without(there, here):
        yield _problem(kind, lacking, None, original_path, path)
    for added in _without(here, there):
        yield _problem(kind, None, added, original_path, path)


def _without(parts: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    left = Counter(part.value for part in others)
    over = []
    for part in parts:
        if left[part.value]:
            left[part.value] -= 1
        else:
            over.append(part)
    return over


def _by_section(found: Sequence[Part], kind: str) -> dict[str, list[Part]]:
    """Group the parts of one kind by the heading that they stand under."""
    section = ""
    keyed = []
    for part in found:
        section = part.value if part.kind == "heading" else section
        if part.kind == kind:
            keyed.append((section, part))
    grouped = groupby(sorted(keyed, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    return {heading: [part for _, part in pairs] for heading, pairs in grouped}


def _problem(
    kind: str, theirs: Part | None, ours: Part | None, original_path: str, path: str
) -> Problem:
    if theirs and ours:
        there = f"{kind} `{_short(theirs)}` of {original_path}:{theirs.line}"
        what = f"{kind} `{_short(ours)}` stands for {there}"
        return Problem(path, ours.line, what, "make them equal")
    if ours:
        what = f"{kind} `{_short(ours)}` is not in {original_path}"
        return Problem(path, ours.line, what, "remove it, or add it to the original first")
    assert theirs
    what = f"{kind} `{_short(theirs)}` of {original_path}:{theirs.line} is missing"
    return Problem(path, 1, what, "put it where it belongs")


def _short(part: Part) -> str:
    first = part.value.splitlines()[0] if part.value else ""
    return first if len(first) <= 60 else f"{first[:57]}…"
