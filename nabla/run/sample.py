"""Samples: the Python fences of snippets and pages, with the results they state."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nabla.problem import Problem, ProblemError
from nabla.run.fences import Fence, Marker, Prose, Tildes, scan

EXPECTED = "<!--pytest-codeblocks:expected-output-->"
LOOKS_LIKE_PYTHON = re.compile(r"\s*\{?\s*\.?(python|py|pycon|ipython)\d?\b", re.IGNORECASE)
LOOKS_LIKE_SHELL = {"sh", "bash"}


@dataclass(frozen=True)
class Statement:
    """The result that a sample states. `line` and `end` are those of its fence."""

    text: str
    line: int
    end: int


@dataclass(frozen=True)
class Sample:
    """Code that runs, and the result that its author states for it.

    `name` is ``lesson/name`` for a snippet and ``page:line`` for a fence in a page.
    `path` is relative to the project. `line` is that of the opening fence, `end`
    the last line of the sample, its stated result included. `rows` has the line of the
    file for each line of the code, where these are not in one fence: in a lab.
    """

    name: str
    path: str
    line: int
    end: int
    indent: int
    code: str
    stated: Statement | None
    rows: tuple[int, ...] = ()

    @property
    def is_lab(self) -> bool:
        return bool(self.rows)

    def row(self, line: int) -> int:
        """Return the line of the file on which a line of the code stands, both from 1."""
        return self.rows[line - 1] if 0 < line <= len(self.rows) else self.line + line


@dataclass(frozen=True)
class Reading:
    """What stands in a file: its samples, and what is wrong with it."""

    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...]


def read_text(path: Path, root: Path) -> str:
    """Return the text of `path`, with line endings normalised.

    Raises ProblemError where the file is not UTF-8.
    """
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProblemError(
            Problem(
                relative(path, root),
                line,
                f"byte 0x{data[error.start]:02x} is not UTF-8",
                "save the file with the UTF-8 encoding",
            )
        ) from None


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def read_samples(text: str, path: str) -> Reading:
    """Read every sample of a Markdown text, and each fence that would not be checked."""
    samples: list[Sample] = []
    problems: list[Problem] = []
    items = scan(text)
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if not (isinstance(item, Fence) and item.info == "python"):
            problems += _stray(item, path)
            continue
        if item.end is None:
            problems.append(_unfinished(item, path))
            continue
        stated = None
        if at < len(items) and _is_expected(items[at]):
            result = items[at + 1] if at + 1 < len(items) else None
            if not isinstance(result, Fence) or result.info != "text":
                problems.append(
                    Problem(
                        path,
                        items[at].line,
                        "no result follows `expected-output`",
                        "put a ```text fence right after it",
                    )
                )
                at += 1
            elif result.end is None:
                problems.append(_unfinished(result, path))
                at += 2
            else:
                stated = Statement(result.text, result.line, result.end)
                at += 2
        end = stated.end if stated else item.end
        name = f"{path}:{item.line}"
        samples.append(Sample(name, path, item.line, end, item.indent, item.text, stated))
    return Reading(tuple(samples), tuple(problems))


@lru_cache(maxsize=1024)
def read_snippet(text: str, path: str, name: str) -> Reading:
    """Read a snippet file: one Python fence and its stated result, and no prose."""
    reading = read_samples(text, path)
    samples = tuple(Sample(name, **_fields_but_name(sample)) for sample in reading.samples)
    problems = list(reading.problems)
    if not samples and not problems:
        problems.append(
            Problem(path, 1, "no ```python fence", "a snippet is one fence and its stated result")
        )
    for extra in samples[1:]:
        problems.append(
            Problem(
                path,
                extra.line,
                f"a second ```python fence (the first is on line {samples[0].line})",
                "keep one per snippet, and move this one to a file of its own",
            )
        )
    for item in scan(text):
        if isinstance(item, Prose) and not item.text.lstrip().startswith("<!--nabla:"):
            problems.append(
                Problem(
                    path,
                    item.line,
                    "prose in a snippet",
                    "say it in the pages, in each language",
                )
            )
    return Reading(samples[:1], tuple(problems))


def _fields_but_name(sample: Sample) -> dict:
    return {key: value for key, value in vars(sample).items() if key != "name"}


def _is_expected(item: object) -> bool:
    return isinstance(item, Marker) and item.keyword == "expected-output"


def _unfinished(fence: Fence, path: str) -> Problem:
    return Problem(
        path,
        fence.line,
        "this fence is never closed",
        f"end it with a line of {fence.ticks} backticks",
    )


def _stray(item: Fence | Marker | Tildes | Prose, path: str) -> list[Problem]:
    """Say why pytest-codeblocks would not check `item` the way its author expects."""
    match item:
        case Tildes():
            return [
                Problem(
                    path,
                    item.line,
                    "pytest-codeblocks does not see ~~~ fences",
                    "use backticks",
                )
            ]
        case Marker(keyword="expected-output"):
            return [
                Problem(
                    path,
                    item.line,
                    "`expected-output` does not follow a ```python fence",
                    "put it right after the code whose result it states",
                )
            ]
        case Marker():
            return [
                Problem(
                    path,
                    item.line,
                    f"`{item.keyword}` would hide a failure or join two samples",
                    "only `expected-output` is used here",
                )
            ]
        case Fence() if LOOKS_LIKE_PYTHON.match(item.info):
            return [
                Problem(
                    path,
                    item.line,
                    f"pytest-codeblocks would skip a fence marked `{item.info.strip()}`",
                    "mark it exactly ```python, or ```text if it must not run",
                )
            ]
        case Fence() if item.info in LOOKS_LIKE_SHELL:
            return [
                Problem(
                    path,
                    item.line,
                    f"pytest-codeblocks would run a fence marked `{item.info}` as a script",
                    "mark it ```console",
                )
            ]
        case Fence(end=None):
            return [_unfinished(item, path)]
    return []
