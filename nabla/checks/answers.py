"""What a printed result says, however it is written: the same numbers, the same words.

`read` in overrides/assets/javascripts/ask.js reads what a reader writes by the same rules, and
takes more besides: the digits and signs of other keyboards, and a decimal comma.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nabla.source.questions import Choice, Part, Question
from nabla.source.text import split_lines

MOST = 12
"""Numbers or words that a reader may be asked to write, if they are not all the same."""
ROUNDED = 4
"""Digits after the point from which on a printed number is taken for a rounded one."""
DETAILS = re.compile(r",\s*(?:dtype|device|grad_fn|requires_grad|layout)=(?:<[^>]*>|[\w.']+)")
WRAPPING = re.compile(r"\b(?:tensor|array|torch\.Size)(?=\()|\btorch\.(?=\w)|['\"]")
BETWEEN = re.compile(r"[\s,;()\[\]{}]+")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
WORD = re.compile(r"[-+]?[a-z_][\w.]*")
WIDE_GAP = re.compile(r" {2,}")
GAP = re.compile(r"\s+")

Token = float | str


@dataclass(frozen=True)
class Answer:
    """Numbers and words in order; a number may differ from one of these by `within`."""

    tokens: tuple[Token, ...]
    within: float = 0.0

    def __str__(self) -> str:
        return " ".join(map(_write, self.tokens))

    def accepts(self, other: "Answer") -> bool:
        """Tell whether who gives the other answer is right: one of many equal ones will do."""
        mine, theirs = self.tokens, other.tokens
        if len(theirs) == 1 and len(set(mine)) == 1:
            mine = mine[:1]
        return len(mine) == len(theirs) and all(map(self._is_close, mine, theirs))

    def meets(self, other: "Answer") -> bool:
        """Tell whether there is something to write that is both of these answers."""
        return self.accepts(other) or other.accepts(self)

    def _is_close(self, one: Token, other: Token) -> bool:
        if isinstance(one, str) or isinstance(other, str):
            return one == other
        return abs(one - other) <= self.within + 1e-9 * abs(one)


def find_answer(part: Part, question: Question, printed: str) -> Answer:
    """Return what a part of a printed result answers to a question.

    Raises ValueError, saying why, where that is no answer that a reader could give.
    """
    text = _cut(part, printed)
    if question.choices:
        return Answer((_choose(question.choices, text),))
    tokens = _read(text)
    if not tokens or None in tokens:
        raise ValueError(f"`{_shorten(text)}` is neither numbers nor words")
    told = tuple(token for token in tokens if token is not None)
    if len(told) > MOST and len(set(told)) > 1:
        raise ValueError(f"`{_shorten(text)}` is too long: {len(told)} numbers or words")
    return Answer(told, question.within or _half_a_digit(text))


def _cut(part: Part, printed: str) -> str:
    """Return the part of a printed result that is asked for."""
    lines = split_lines(printed)
    if part.line > len(lines):
        raise ValueError(f"it has no line {part.line}")
    text = lines[part.line - 1] if part.line else printed
    if part.after:
        before, found, text = text.partition(part.after)
        if not found:
            raise ValueError(f"`{part.after}` is not in `{_shorten(before)}`")
        text = _split(text.split("\n")[0].strip(), WIDE_GAP)[0]
    if part.item:
        items = _split(text.strip(), GAP)
        if part.item > len(items):
            raise ValueError(f"`{_shorten(text)}` has no item {part.item}")
        text = items[part.item - 1]
    return text.strip()


def _split(text: str, gap: re.Pattern[str]) -> list[str]:
    """Cut a text at gaps that stand within no brackets."""
    pieces, start = [], 0
    for found in gap.finditer(text):
        above = text[: found.start()]
        if all(above.count(left) == above.count(right) for left, right in ("()", "[]")):
            pieces.append(text[start : found.start()])
            start = found.end()
    return [*pieces, text[start:]]


def _choose(choices: Sequence[Choice], text: str) -> str:
    """Return the choice that a text begins with: the type of an error, say, before its message."""
    for choice in choices:
        if re.match(rf"{re.escape(choice.printed)}(?!\w)", text, re.IGNORECASE):
            return choice.value
    offered = ", ".join(choice.printed for choice in choices)
    raise ValueError(f"`{_shorten(text)}` begins with none of the choices {offered}")


def _read(text: str) -> tuple[Token | None, ...]:
    """Return the numbers and words of a text, and None for what is neither."""
    bare = WRAPPING.sub("", DETAILS.sub("", text)).lower()
    return tuple(map(_read_token, filter(None, BETWEEN.split(bare))))


def _read_token(token: str) -> Token | None:
    if NUMBER.fullmatch(token):
        return float(token)
    return token if WORD.fullmatch(token) else None


def _half_a_digit(text: str) -> float:
    """Return half of the last digit where a text holds rounded numbers, and else 0."""
    digits = [len(found[1]) for found in re.finditer(r"\d\.(\d+)(?![\de])", text)]
    return 0.5 * 10 ** -max(digits) if digits and max(digits) >= ROUNDED else 0.0


def _write(token: Token) -> str:
    if isinstance(token, str):
        return token
    return str(int(token)) if math.isfinite(token) and token == int(token) else repr(token)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
