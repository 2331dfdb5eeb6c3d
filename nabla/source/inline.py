"""The syntax within a line of a page: code spans, links, formulas, notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CODE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>[^\n]+?)(?<!`)(?P=ticks)(?!`)")
LINK = re.compile(
    r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
    r"\((?P<target>(?:[^()\s]|\([^()\s]*\))+)(?:\s(?:[^()]|\([^()]*\))*)?\)"
)
DISPLAY = re.compile(r"\$\$(?P<tex>.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$(?P<tex>[^\s$](?:[^$]*[^\s$])?)\$")
NOTE = re.compile(r"#\s*(?P<number>\(\d+\))!?\s*$", re.MULTILINE)
"""The mark of an annotated line of code, such as ``# (1)!``."""


@dataclass(frozen=True)
class Formula:
    """LaTeX between dollars. `line` is that of its first dollar."""

    line: int
    tex: str
    display: bool


def find_formulas(lines: Sequence[tuple[int, str]]) -> Iterator[Formula]:
    """Yield the formulas of numbered lines of prose: those on lines of their own, then others."""
    text = "\n".join(CODE.sub("", line) for _, line in lines)
    numbers = [number for number, _ in lines]

    def formula(match: re.Match, display: bool) -> Formula:
        return Formula(numbers[text[: match.start()].count("\n")], match["tex"], display)

    yield from (formula(match, True) for match in DISPLAY.finditer(text))
    text = DISPLAY.sub(_blank, text)
    yield from (formula(match, False) for match in INLINE.finditer(text))


def blank_markup(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return numbered lines with a blank for each code span, link target, id and formula."""
    bare = "\n".join(_UNSEEN.sub(" ", CODE.sub(" ", line)) for _, line in lines)
    bare = INLINE.sub(_blank, DISPLAY.sub(_blank, bare))
    return [(number, line) for (number, _), line in zip(lines, bare.split("\n"), strict=True)]


_UNSEEN = re.compile(r"(?<=\])\((?:[^()]|\([^()]*\))*\)|\{ *[#.:][^{}\n]*\}\s*$")
"""What no reader sees: where a link leads, the id of a heading."""


def _blank(match: re.Match) -> str:
    return " " + "\n" * match[0].count("\n")
