"""The reader of pages: what stands on each line of a Markdown file.

Fences and markers are read the way pytest-codeblocks reads them. That is what lets
`pytest --codeblocks` and the build vouch for the same code: a fence that one of the
two would see differently is a problem (`nabla/source/samples.py`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from nabla.source.front_matter import read_front_matter
from nabla.source.inline import Formula, find_formulas
from nabla.source.text import split_lines

MARKER = re.compile(r"<!--[-\s]*(?:pytest-codeblocks:(.*)|(pytest\.mark\..*))-->$")
TILDES = re.compile(r"\s*~~~")
QUOTED_FENCE = re.compile(r"\s*(?:>\s*)+(?:```|~~~)")
INCLUDE = re.compile(r'\s*--8<-- "(?P<file>[^"]*)"\s*$')
DIRECTIVE = re.compile(r"<!--nabla:(?P<keyword>[\w-]+)(?P<rest>.*)")
SOLUTION = "solution"
"""The directive that begins the solution of an exercise, in a lab."""
HEADING = re.compile(r"(?P<level>#{1,6})\s(?P<title>.*)")
ID = re.compile(r"\{[^{}#]*#([\w-]+)[^{}]*\}")
BLOCK = re.compile(r"\s*(?P<mark>!!!|\?\?\?\+?)\s*(?P<kind>[\w-]+)(?P<rest>.*)")


@dataclass(frozen=True)
class Line:
    """A line that is not blank and in no fence. Lines count from 1."""

    line: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


@dataclass(frozen=True)
class Prose(Line):
    """A line of text, or of Markdown that this project gives no meaning of its own."""


@dataclass(frozen=True)
class Include(Line):
    """A line that embeds a snippet. `file` is what is written between the quotes."""

    file: str

    @property
    def name(self) -> str:
        """The name of the snippet, such as ``slope/torch``."""
        return self.file.removesuffix(".md")


@dataclass(frozen=True)
class Directive(Line):
    """A line ``<!--nabla:keyword rest-->``."""

    keyword: str
    rest: str


@dataclass(frozen=True)
class Heading(Line):
    """A heading with its level, from 1, and its explicit id, empty where it has none."""

    level: int
    title: str
    id: str


@dataclass(frozen=True)
class Block(Line):
    """The first line of an admonition (mark ``!!!``) or of a fold (``???``, ``???+``)."""

    mark: str
    kind: str
    title: str


@dataclass(frozen=True)
class Marker:
    """An instruction to pytest-codeblocks, such as ``expected-output``."""

    line: int
    keyword: str


@dataclass(frozen=True)
class Unseen:
    """A fence that a page shows and pytest-codeblocks does not see; `why` it does not."""

    line: int
    why: str


@dataclass(frozen=True)
class Fence:
    """A fenced block. `end` is its last line, None where the file ends first.

    `rows` has the line of the file for each line of `text`.
    """

    line: int
    end: int | None
    indent: int
    ticks: int
    info: str
    text: str
    rows: tuple[int, ...] = ()


Item = Line | Marker | Unseen | Fence
Kind = TypeVar("Kind")


@dataclass(frozen=True, eq=False)
class Page:
    """A Markdown file; `items` stand in the order of their lines. Equal only to itself."""

    text: str
    items: tuple[Item, ...]

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Return the items of one kind, subclasses included."""
        return [item for item in self.items if isinstance(item, kind)]

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        return tuple(find_formulas([(line.line, line.text) for line in self.all(Line)]))

    @cached_property
    def solutions(self) -> tuple[range, ...]:
        """The lines of each solution of a lab: from its directive to the next heading."""
        starts = [one.line for one in self.all(Directive) if one.keyword == SOLUTION]
        headings = [heading.line for heading in self.all(Heading)]
        ends = (*headings, self.text.count("\n") + 2)
        return tuple(range(line, min(end for end in ends if end > line)) for line in starts)

    @property
    def is_lab(self) -> bool:
        """Whether its front matter makes the page a notebook."""
        return "jupyter" in read_front_matter(self.text).data


@lru_cache(maxsize=1024)
def read_page(text: str) -> Page:
    """Return what stands in a Markdown file."""
    return Page(text, tuple(_read_items(split_lines(text))))


def _read_items(lines: list[str]) -> Iterator[Item]:
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.strip().startswith("```"):
            fence = _read_fence(lines, at)
            yield fence
            at = fence.end or len(lines)
        elif found := MARKER.match(line.strip()):
            yield Marker(at, (found[1] or found[2]).strip("- \t"))
        elif TILDES.match(line):
            yield Unseen(at, "~~~")
        elif QUOTED_FENCE.match(line):
            yield Unseen(at, ">")
        elif line.strip():
            yield _read_line(line, at)


def _read_line(text: str, number: int) -> Line:
    if found := INCLUDE.match(text):
        return Include(number, text, found["file"])
    bare = text.strip()
    if bare.endswith("-->") and (found := DIRECTIVE.match(bare[:-3])):
        return Directive(number, text, found["keyword"], found["rest"].strip())
    if found := HEADING.match(text):
        return Heading(number, text, len(found["level"]), *_split_title(found["title"]))
    if (found := BLOCK.match(text)) and (title := _quoted(found["rest"].rstrip())) is not None:
        return Block(number, text, found["mark"], found["kind"], title)
    return Prose(number, text)


def _split_title(text: str) -> tuple[str, str]:
    """Return the text of a heading and its explicit id, empty where it has none."""
    text = text.rstrip()
    start = text.rfind("{")
    found = ID.fullmatch(text, start) if start >= 0 else None
    return (text[:start].rstrip(), found[1]) if found else (text, "")


def _quoted(text: str) -> str | None:
    """Return what stands in quotes at the end of a text; None where they are never closed."""
    _, quote, rest = text.partition('"')
    if not quote:
        return ""
    return rest[:-1] if rest.endswith('"') else None


def _read_fence(lines: list[str], number: int) -> Fence:
    """Read the fence that opens on line `number`."""
    opening = lines[number - 1]
    body = opening.lstrip()
    indent = len(opening) - len(body)
    ticks = len(body) - len(body.lstrip("`"))
    closing = "`" * ticks
    end = number + 1
    while end <= len(lines) and not lines[end - 1].lstrip().startswith(closing):
        end += 1
    inside = [(row, _outdent(f"{lines[row - 1]}\n", indent)) for row in range(number + 1, end)]
    kept = [(row, line) for row, line in inside if line]
    return Fence(
        number,
        end if end <= len(lines) else None,
        indent,
        ticks,
        body.strip()[ticks:],
        "".join(line for _, line in kept),
        tuple(row for row, _ in kept),
    )


def _outdent(line: str, indent: int) -> str:
    """Cut an indent as pytest-codeblocks does: a blank line of an indented fence goes whole."""
    return line[min(indent, len(line) - len(line.lstrip())) :]
