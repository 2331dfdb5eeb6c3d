"""Compare what a sample printed with what it states, and with a second run."""

import difflib
import unicodedata

from nabla.problem import Problem
from nabla.run.outcome import Probe, Request, Run, Trouble
from nabla.source.samples import Sample
from nabla.source.text import split_lines

REMEDIES = {
    Trouble.RAISED: "mend the code, or catch the error and print its message",
    Trouble.TIMED_OUT: "make it finish, or do less",
    Trouble.DIED: "a sample must run to its last line",
    Trouble.TOO_LONG: "print only what the page needs",
}
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Categories of characters that a page does not show as they are."""
SHOWN = {"\n", "\t"}
JOINERS = {"\u200c", "\u200d"}
"""They shape the characters on both of their sides: a family, a Persian word."""


def request_of(sample: Sample, probe: Probe | None = None) -> Request:
    """Return the request that runs a sample and, where given, has a probe look at it."""
    return Request(tuple(cell.code for cell in sample.cells), probe, sample.is_lab)


def judge(sample: Sample, run: Run) -> list[Problem]:
    """Return what is wrong with `run`, seen against what `sample` states."""
    return find_unfit(sample, run) or _compare(sample, run)


def find_unfit(sample: Sample, run: Run) -> list[Problem]:
    """Return why no page may state the result of `run`, if any reason there is."""
    if failure := run.failure:
        what = f"raises {failure.message}" if failure.trouble is Trouble.RAISED else failure.message
        remedy = REMEDIES[failure.trouble]
        line = sample.row(failure.line) if failure.line else sample.line
        return [Problem(sample.path, line, what, remedy)]
    checks = (_find_warnings, _find_unprinted, _check_plots, _find_hidden)
    return next((found for check in checks if (found := check(sample, run))), [])


def diff(sample: Sample, run: Run) -> str:
    """Return a unified diff from the stated result to that of `run`."""
    stated = split_lines(sample.stated.text) if sample.stated else []
    return _unified_diff(stated, split_lines(run.stdout))


def compare_runs(sample: Sample, first: Run, second: Run) -> list[Problem]:
    """Say in which line two runs of `sample`, in different conditions, differ, if they do."""
    one, other = split_lines(first.stdout), split_lines(second.stdout)
    if one == other:
        return []
    index = _first_difference(one, other)
    line = sample.stated.line + 1 + index if sample.stated else sample.line
    ones, others = ([*lines, *[""] * (index + 1)][index] for lines in (one, other))
    return [
        Problem(
            sample.path,
            line,
            f"line {index + 1} of the result changes from one run to the next",
            "seed what is random, and print no address, time or path",
            f"first run:  {ones}\nsecond run: {others}",
        )
    ]


def _find_warnings(sample: Sample, run: Run) -> list[Problem]:
    warned = [
        Problem(
            sample.path,
            sample.line,
            f"shows a warning that the page does not: {warning}",
            "avoid it, or catch it and print its message",
        )
        for warning in run.warnings
    ]
    written = [
        Problem(
            sample.path,
            cell.line,
            f"writes what the page does not show: {output.stderr.strip().splitlines()[-1]}",
            "write nothing to stderr, print from this process alone, and wait for its threads",
        )
        for cell, output in zip(sample.cells, run.cells, strict=False)
        if output.stderr.strip()
    ]
    return warned + written


def _find_unprinted(sample: Sample, run: Run) -> list[Problem]:
    """Name the cells of a notebook that show the value of a bare last line."""
    remedy = "print it, so that it can be checked"
    return [
        Problem(sample.path, cell.line, f"shows {output.value}", remedy)
        for cell, output in zip(sample.cells, run.cells, strict=False)
        if output.value
    ]


def _check_plots(sample: Sample, run: Run) -> list[Problem]:
    """Name the cells of a lab whose plot has no words, or whose words have no plot."""
    if not sample.is_lab:
        return []
    remedy = "write `<!--nabla:plot …-->` above the cell, for those who cannot see it"
    return [
        Problem(sample.path, cell.line, what, remedy)
        for cell, output in zip(sample.cells, run.cells, strict=True)
        if bool(output.plots) != bool(cell.plot)
        for what in ["no words for a plot" if output.plots else "words for a plot, and none drawn"]
    ]


def _find_hidden(sample: Sample, run: Run) -> list[Problem]:
    """Name what of a result a reader would not see as it is."""
    if bad := _find_invisible(run.stdout):
        what = f"prints the character U+{ord(bad):04X}, which a page cannot show"
        return [Problem(sample.path, sample.line, what, "print text and line ends only")]
    if run.stdout and not run.stdout.endswith("\n"):
        what = "the last line printed does not end"
        return [Problem(sample.path, sample.line, what, "end it with a newline")]
    return []


def _find_invisible(text: str) -> str:
    """Return the first character of a text that a reader would not see, or nothing."""
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        joins = character in JOINERS and not (before + after).isascii()
        shown = character in SHOWN or unicodedata.category(character) not in INVISIBLE
        if not (shown or joins):
            return character
    return ""


def _compare(sample: Sample, run: Run) -> list[Problem]:
    if sample.stated is None:
        if not run.stdout:
            return []
        what = "prints a result but states none"
        remedy = "run `nabla bless`, and check what it writes"
        return [Problem(sample.path, sample.line, what, remedy, diff(sample, run))]
    if sample.stated.text == run.stdout:
        return []
    stated, ran = split_lines(sample.stated.text), split_lines(run.stdout)
    line = sample.stated.line + 1 + _first_difference(stated, ran)
    what = "the result differs from the stated one"
    remedy = "mend the code, or run `nabla bless` if the new result is right"
    return [Problem(sample.path, line, what, remedy, diff(sample, run))]


def _unified_diff(stated: list[str], ran: list[str]) -> str:
    """Return a diff in which lines that differ are seen to differ."""
    pairs = zip(stated, ran, strict=False)
    if any(one != other and _looks(one) == _looks(other) for one, other in pairs):
        stated, ran = ([_reveal(line) for line in lines] for lines in (stated, ran))
    return "\n".join(difflib.unified_diff(stated, ran, "stated", "ran", lineterm=""))


def _looks(line: str) -> str:
    """Return what a reader sees of a line: blanks of all kinds and widths are alike."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", line) if not _is_modifier(c))
    return " ".join(seen.split())


def _reveal(line: str) -> str:
    """Return a line with marks for blanks at its end, and for what looks like something else."""
    bare = line.rstrip(" ")
    return "".join(map(_name_hidden, bare)) + "␣" * (len(line) - len(bare))


def _name_hidden(character: str) -> str:
    if character == " " or (character.isprintable() and not _is_alike(character)):
        return character
    return f"<U+{ord(character):04X}>"


def _is_alike(character: str) -> bool:
    """Tell whether a character may look like others: by its form, or as a part of one."""
    forms = (unicodedata.normalize(form, character) for form in ("NFKC", "NFKD"))
    return _is_modifier(character) or any(form != character for form in forms)


def _is_modifier(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Mn", "Me"}


def _first_difference(one: list[str], other: list[str]) -> int:
    """Return the index of the first line in which two texts differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
