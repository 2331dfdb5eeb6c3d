"""Write what samples print into the results that they state."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nabla.run.outcome import Run
from nabla.run.sample import EXPECTED, Sample


@dataclass(frozen=True)
class Blessing:
    """A sample and the result that it is to state from now on."""

    sample: Sample
    run: Run


def blessed(text: str, blessings: Sequence[Blessing]) -> str:
    """Return the Markdown `text` with each of its samples stating what it printed."""
    lines = text.splitlines(True)
    for blessing in sorted(blessings, key=lambda b: b.sample.line, reverse=True):
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


def write_whole(path: Path, text: str) -> None:
    """Replace the file at `path` in one step: it is the old one or the new, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _fenced(output: str) -> list[str]:
    longest = max((len(line) - len(line.lstrip("`")) for line in output.splitlines()), default=0)
    ticks = "`" * max(3, longest + 1)
    return [f"{ticks}text\n", *output.splitlines(True), f"{ticks}\n"]
