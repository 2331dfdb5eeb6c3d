"""Mutants of a stated result: a digit, a sign or a shape that is not what ran."""

import re
from collections.abc import Iterator

from nabla.run.sample import Sample

from ..mutant import Mutant

DIGIT = re.compile(r"\d")
NUMBER = re.compile(r"(?<![\w.\-])(?P<sign>-?)(?=\d)")
BRACKET = re.compile(r"[][]")
FIRST = re.compile(r"(?<=[\[(])\d+(?:, ?|(?=[\])]))")
LATER = re.compile(r", ?\d+(?=[\]),])")


def of_result(text: str, sample: Sample) -> Iterator[Mutant]:
    """Yield the mutants of a file in the result that `sample` states there."""
    lines = text.splitlines(True)
    for index in range(sample.stated.line, sample.stated.end - 1):
        source = lines[index].strip()
        for kind, what, line in _of_line(lines[index]):
            text = "".join([*lines[:index], line, *lines[index + 1 :]])
            yield Mutant(f"result: {kind}", sample.path, index + 1, what, text, source)


def _of_line(line: str) -> Iterator[tuple[str, str, str]]:
    for found in DIGIT.finditer(line):
        new = str((int(found[0]) + 1) % 10)
        yield "digit", f"{_at(found)} becomes `{new}`", _with(line, found, new)
    for found in NUMBER.finditer(line):
        new = "" if found["sign"] else "-"
        what = "a minus is dropped" if found["sign"] else "a minus is put"
        yield "sign", f"{what} in column {found.start() + 1}", _with(line, found, new)
    for pattern in (BRACKET, FIRST, LATER):
        for found in pattern.finditer(line):
            yield "shape", f"{_at(found)} is dropped", _with(line, found, "")


def _at(found: re.Match) -> str:
    return f"`{found[0]}` in column {found.start() + 1}"


def _with(line: str, found: re.Match, new: str) -> str:
    return line[: found.start()] + new + line[found.end() :]
