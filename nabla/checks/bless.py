"""Write what samples print into the results that they state."""

from collections.abc import Sequence
from dataclasses import dataclass

from nabla.run.outcome import Run
from nabla.source.samples import EXPECTED, Sample


@dataclass(frozen=True)
class Blessing:
    """A sample and the run whose output it is to state from now on."""

    sample: Sample
    run: Run


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


def _fenced(output: str) -> list[str]:
    lines = _with_ends(output)
    longest = max((len(line) - len(line.lstrip("`")) for line in lines), default=0)
    ticks = "`" * max(3, longest + 1)
    return [f"{ticks}text\n", *lines, f"{ticks}\n"]


def _with_ends(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in lines if line]
