"""Compare what a sample printed with what it states."""

import difflib

from nabla.problem import Problem
from nabla.run.outcome import Run, Trouble
from nabla.run.sample import Sample

REMEDIES = {
    Trouble.RAISED: "mend the code, or catch the error and print its message",
    Trouble.TIMED_OUT: "make it finish, or do less",
    Trouble.DIED: "a sample must run to its last line",
    Trouble.TOO_LONG: "print only what the page needs",
}


def judge(sample: Sample, run: Run) -> list[Problem]:
    """Return what is wrong with `run`, seen against what `sample` states."""
    return unfit(sample, run) or _differs(sample, run)


def unfit(sample: Sample, run: Run) -> list[Problem]:
    """Return why no page may state the result of `run`, if any reason there is."""
    if failure := run.failure:
        what = f"raises {failure.message}" if failure.trouble is Trouble.RAISED else failure.message
        remedy = REMEDIES[failure.trouble]
        return [Problem(sample.path, sample.row(failure.line), what, remedy)]
    return _warned(sample, run) or _unprintable(sample, run)


def diff(sample: Sample, run: Run) -> str:
    """Return a unified diff from the stated result to that of `run`."""
    stated = sample.stated.text if sample.stated else ""
    lines = difflib.unified_diff(
        stated.splitlines(), run.stdout.splitlines(), "stated", "ran", lineterm=""
    )
    return "\n".join(lines)


def first_difference(one: str, other: str) -> int:
    """Return the index of the first line in which two texts differ."""
    ones, others = one.splitlines(), other.splitlines()
    pairs = enumerate(zip(ones, others, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(ones), len(others)))


def _warned(sample: Sample, run: Run) -> list[Problem]:
    return [
        Problem(
            sample.path,
            sample.line,
            f"shows a warning that the page does not: {warning}",
            "avoid it, or catch it and print its message",
        )
        for warning in run.warnings
    ]


def _unprintable(sample: Sample, run: Run) -> list[Problem]:
    bad = next((c for c in run.stdout if not (c.isprintable() or c in "\n ")), None)
    if bad:
        what = f"prints the character U+{ord(bad):04X}, which a page cannot show"
        return [Problem(sample.path, sample.line, what, "print text and line ends only")]
    if run.stdout and not run.stdout.endswith("\n"):
        what = "the last line printed does not end"
        return [Problem(sample.path, sample.line, what, "end it with a newline")]
    return []


def _differs(sample: Sample, run: Run) -> list[Problem]:
    if sample.stated is None:
        if not run.stdout:
            return []
        return [
            Problem(
                sample.path,
                sample.line,
                "prints a result but states none",
                "run `nabla bless`, and check what it writes",
                diff(sample, run),
            )
        ]
    if sample.stated.text == run.stdout:
        return []
    line = sample.stated.line + 1 + first_difference(sample.stated.text, run.stdout)
    return [
        Problem(
            sample.path,
            line,
            "the result differs from the stated one",
            "mend the code, or run `nabla bless` if the new result is right",
            diff(sample, run),
        )
    ]
