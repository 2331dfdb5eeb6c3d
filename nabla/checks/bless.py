"""Write what samples print into the results that they state."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nabla.problem import Problem, ProblemError
from nabla.run.outcome import Run
from nabla.source.page import read_page
from nabla.source.samples import EXPECTED, Sample, read_lab, read_samples
from nabla.source.text import update_file


@dataclass(frozen=True)
class Blessing:
    """A sample and the run whose output it is to state from now on."""

    sample: Sample
    run: Run


def rewrite(root: Path, path: str, blessings: Sequence[Blessing]) -> tuple[bool, list[Problem]]:
    """Bless a file of a project as it is now; return whether it changed, and what was left."""
    left: list[Problem] = []

    def change(text: str) -> str:
        new, left[:] = bless_again(text, path, blessings)
        return new

    try:
        return update_file(root / path, root, change), left
    except ProblemError as error:
        return False, list(error.problems)


def bless_again(text: str, path: str, blessings: Sequence[Blessing]) -> tuple[str, list[Problem]]:
    """Return the text of a file as it is now with each sample, wherever it stands, blessed.

    The problems name those that are not in it any more, or that cannot state their result.
    """
    now = _read(text, path)
    found: list[Blessing] = []
    problems: list[Problem] = []
    for blessing in blessings:
        same = next((one for one in now if _is_same(one, blessing.sample)), None)
        if same:
            now.remove(same)
            here = Blessing(same, blessing.run)
            if _states_it(bless(text, [here]), path, here):
                found.append(here)
            else:
                what = "no fence at this place can state this result, and it was left as it is"
                remedy = "print no blank line, or put the sample at the margin"
                problems.append(Problem(path, same.line, what, remedy))
        elif not _states_it(text, path, blessing):
            what = "this sample changed while the samples ran, and was left as it is"
            problems.append(Problem(path, blessing.sample.line, what, "run `nabla bless` again"))
    return bless(text, found), problems


def bless(text: str, blessings: Sequence[Blessing]) -> str:
    """Return the Markdown `text` with each of its samples stating what it printed."""
    lines = _with_ends(text)
    for blessing in sorted(blessings, key=lambda one: one.sample.line, reverse=True):
        sample = blessing.sample
        if sample.stated is None:
            ending = "" if lines[sample.end - 1].endswith("\n") else "\n"
            new = [ending, "\n", f"{EXPECTED}\n", "\n", *_fenced(blessing.run.stdout)]
            start = stop = sample.end
        else:
            new = _fenced(blessing.run.stdout)
            start, stop = sample.stated.line - 1, sample.stated.end
        indent = " " * sample.indent
        lines[start:stop] = [indent + line if line.strip() else line for line in new]
    return "".join(lines)


def _read(text: str, path: str) -> list[Sample]:
    page = read_page(text)
    return list((read_lab if page.is_lab else read_samples)(page, path).samples)


def _is_same(one: Sample, other: Sample) -> bool:
    """Whether two samples have the same code and state the same result, wherever they stand."""
    codes = ([cell.code for cell in sample.cells] for sample in (one, other))
    states = (sample.stated and sample.stated.text for sample in (one, other))
    return len({*map(tuple, codes)}) == len({*states}) == 1


def _states_it(text: str, path: str, blessing: Blessing) -> bool:
    """Whether a sample with this code states what the run printed."""
    return any(
        one.code == blessing.sample.code and one.stated and one.stated.text == blessing.run.stdout
        for one in _read(text, path)
    )


def _fenced(output: str) -> list[str]:
    lines = _with_ends(output)
    longest = max((len(line) - len(line.lstrip("`")) for line in lines), default=0)
    ticks = "`" * max(3, longest + 1)
    return [f"{ticks}text\n", *lines, f"{ticks}\n"]


def _with_ends(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in lines if line]
