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
from nabla.run.fences import Fence, Prose, scan

HEADING = re.compile(r"(#{1,6})\s.*?(?:\{[^}]*#(?P<id>[\w-]+)[^}]*\})?\s*$")
BLOCK = re.compile(r"\s*(?P<kind>(?:!!!|\?\?\?\+?)\s*[\w-]+)")
INCLUDE = re.compile(r'\s*--8<-- "(?P<name>[^"]*)"')
DIRECTIVE = re.compile(r"\s*<!--nabla:(?P<rest>.*?)-->")
IN_WORDS = re.compile(r"^plot\b.*")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
CODE = re.compile(r"(?<!`)`(?P<code>[^`]+)`(?!`)")
DISPLAY = re.compile(r"\$\$(?P<tex>.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$(?P<tex>[^\s$](?:[^$]*[^\s$])?)\$")
WORDS = re.compile(r"\\text\{[^}]*\}")


@dataclass(frozen=True)
class Part:
    """Something that every language shares: its kind, what it is, and where it stands."""

    kind: str
    value: str
    line: int


@lru_cache(maxsize=1024)
def parts(text: str) -> tuple[Part, ...]:
    """Return the parts of a page, in order of their lines."""
    found: list[Part] = []
    items = scan(text)
    for item in items:
        if isinstance(item, Fence):
            found.append(Part("fence", f"{item.info}\n{item.text}", item.line))
    prose = [item for item in items if isinstance(item, Prose)]
    for item in prose:
        found += _of_line(item)
    found += _formulas(prose)
    return tuple(sorted(found, key=lambda part: part.line))


def _of_line(item: Prose) -> Iterator[Part]:
    if heading := HEADING.match(item.text):
        yield Part("heading", f"{heading[1]} #{heading['id'] or ''}", item.line)
    elif include := INCLUDE.match(item.text):
        yield Part("snippet", include["name"], item.line)
    elif directive := DIRECTIVE.match(item.text):
        yield Part("directive", IN_WORDS.sub("plot", directive["rest"]).strip(), item.line)
    elif block := BLOCK.match(item.text):
        yield Part("block", " ".join(block["kind"].split()), item.line)
    bare = INLINE.sub("", item.text)
    for link in LINK.finditer(bare):
        yield Part("link", link["target"], item.line)
    for code in CODE.finditer(bare):
        yield Part("code", code["code"], item.line)


def _formulas(prose: Sequence[Prose]) -> Iterator[Part]:
    text = "\n".join(CODE.sub("", item.text) for item in prose)
    lines = [item.line for item in prose]

    def part(match: re.Match) -> Part:
        bare = WORDS.sub(r"\\text{}", match["tex"]).replace("{,}", ".")
        return Part("formula", "".join(bare.split()), lines[text[: match.start()].count("\n")])

    yield from map(part, DISPLAY.finditer(text))
    text = DISPLAY.sub(lambda match: "\n" * match[0].count("\n"), text)
    yield from map(part, INLINE.finditer(text))


@lru_cache(maxsize=1024)
def compare(original: str, original_path: str, translated: str, path: str) -> tuple[Problem, ...]:
    """Say what a translation lacks or adds, each with the lines of both pages."""
    theirs, ours = parts(original), parts(translated)
    problems: list[Problem] = []
    for kind in ("heading", "snippet", "directive", "block", "fence"):
        problems += _in_order(kind, theirs, ours, original_path, path)
    for kind in ("formula", "link"):
        for section, there in _by_section(theirs, kind).items():
            here = _by_section(ours, kind).get(section, [])
            problems += _as_set(kind, there, here, original_path, path)
    codes = [[part for part in side if part.kind == "code"] for side in (theirs, ours)]
    return (*problems, *_as_set("code", *codes, original_path, path))


def _in_order(
    kind: str, theirs: Sequence[Part], ours: Sequence[Part], original_path: str, path: str
) -> Iterator[Problem]:
    there = [part for part in theirs if part.kind == kind]
    here = [part for part in ours if part.kind == kind]
    matcher = SequenceMatcher(None, [p.value for p in there], [p.value for p in here], False)
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


def _without(parts_: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    left = Counter(part.value for part in others)
    over = []
    for part in parts_:
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
    if theirs is None:
        what = f"{kind} `{_short(ours)}` is not in {original_path}"
        return Problem(path, ours.line, what, "remove it, or add it to the original first")
    there = f"{kind} `{_short(theirs)}` of {original_path}:{theirs.line}"
    if ours is None:
        return Problem(path, 1, f"{there} is missing", "put it where it belongs")
    return Problem(
        path, ours.line, f"{kind} `{_short(ours)}` stands for {there}", "make them equal"
    )


def _short(part: Part) -> str:
    first = part.value.splitlines()[0] if part.value else ""
    return first if len(first) <= 60 else f"{first[:57]}…"
