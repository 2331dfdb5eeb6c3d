"""Fenced blocks of a Markdown file, read the way pytest-codeblocks reads them.

Reading them alike is what lets `pytest --codeblocks` and the build vouch for the
same code: a fence that one of the two would see differently is a problem.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

MARKER = re.compile(r"<!--[-\s]*(?:pytest-codeblocks:(.*?)|(pytest\.mark\..*?))[-\s]*-->$")
TILDES = re.compile(r"\s*~~~")


@dataclass(frozen=True)
class Fence:
    """A fenced block. Lines count from 1; `end` is None where the file ends first."""

    line: int
    end: int | None
    indent: int
    ticks: int
    info: str
    text: str


@dataclass(frozen=True)
class Marker:
    """An instruction to pytest-codeblocks, such as ``expected-output``."""

    line: int
    keyword: str


@dataclass(frozen=True)
class Tildes:
    """A ``~~~`` line outside any fence: pytest-codeblocks does not know it."""

    line: int


@dataclass(frozen=True)
class Prose:
    """Any other line that is not blank."""

    line: int
    text: str


@lru_cache(maxsize=1024)
def scan(text: str) -> tuple[Fence | Marker | Tildes | Prose, ...]:
    """Return the fences, markers and lines of prose of `text`, in order."""
    lines = text.splitlines()
    items: list[Fence | Marker | Tildes | Prose] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        stripped = line.strip()
        if stripped.startswith("```"):
            fence = _fence(lines, at)
            items.append(fence)
            at = len(lines) if fence.end is None else fence.end
            continue
        if found := MARKER.match(stripped):
            items.append(Marker(at + 1, (found[1] or found[2]).strip("- ")))
        elif TILDES.match(line):
            items.append(Tildes(at + 1))
        elif stripped:
            items.append(Prose(at + 1, line))
        at += 1
    return tuple(items)


def _fence(lines: list[str], at: int) -> Fence:
    opening = lines[at]
    body = opening.lstrip()
    indent = len(opening) - len(body)
    ticks = len(body) - len(body.lstrip("`"))
    for end in range(at + 1, len(lines)):
        if lines[end].lstrip().startswith("`" * ticks):
            break
    else:
        end = None
    inside = lines[at + 1 : end]
    text = "".join(_outdent(f"{line}\n", indent) for line in inside)
    return Fence(
        at + 1, None if end is None else end + 1, indent, ticks, body.strip()[ticks:], text
    )


def _outdent(line: str, indent: int) -> str:
    """Cut an indent as pytest-codeblocks does: a blank line of an indented fence goes whole."""
    return line[min(indent, len(line) - len(line.lstrip())) :]
