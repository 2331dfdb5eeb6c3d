"""Run requests, each in a process of its own, on every core."""

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nabla.run.loop import Batch
from nabla.run.outcome import Conditions, Failure, Probe, Request, Run, Trouble

PACKAGE = Path(__file__).parents[2]
MODULES = {
    "torch": ("torch", "torch._dynamo", "torch._decomp.decompositions_for_jvp"),
    "numpy": ("numpy.random",),
    "matplotlib": ("matplotlib.pyplot", "nabla.run.svg_backend"),
}
"""What is imported once, before children are forked, where some code names the key.

Optimizers and torch.func import torch._dynamo when first used, and forward mode its
decompositions: more than a second for each child that would do it by itself.
"""
INHERITED_FILTERS = "PYTHONWARNINGS"
"""Would hide from a run the warnings that a reader gets."""
SURROUNDINGS = (
    {"TZ": "UTC", "COLUMNS": "80", "LINES": "24"},
    {"TZ": "Asia/Kolkata", "COLUMNS": "133", "LINES": "50"},
)
"""What a result must not depend on: the first for seed 1, the second for all others."""
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
"""Has the GNU C library take memory in pages of 2 MB: a fork copies the table of all pages."""


class Runner:
    """Runs requests in children of one process, which is started for the first of them.

    A run that hangs is killed, and one that dies takes nothing with it. Runs are not
    remembered: `nabla.run.results` does that.
    """

    def __init__(self, conditions: Conditions | None = None):
        self.conditions = conditions or Conditions()
        self._loop: _Loop | None = None

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run_all(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Run]]:
        """Run each distinct request, and yield it with its Run as the runs end."""
        batch = tuple(dict.fromkeys(requests))
        if not batch:
            return
        self._loop = self._loop or _start(self.conditions)
        unanswered = set(range(len(batch)))
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            pickle.dump(Batch(batch, _modules(batch)), self._loop.requests)
            self._loop.requests.flush()
            while unanswered:
                index, run = pickle.load(self._loop.runs)
                unanswered.discard(index)
                yield batch[index], run
        if unanswered:
            self.close()
        for index in sorted(unanswered):
            never = Failure(Trouble.DIED, "was not run: the process that runs samples ended")
            yield batch[index], Run(failure=never)

    def result(self, code: str, probe: Probe | None = None) -> Run:
        """Run one piece of code and return its Run."""
        ((_, run),) = self.run_all([Request((code,), probe)])
        return run

    def close(self) -> None:
        """End the process that runs samples: it kills those that still run."""
        loop, self._loop = self._loop, None
        if loop:
            with contextlib.suppress(OSError):  # it has ended by itself
                loop.requests.close()  # at the end of which the process ends
            loop.process.wait()
            loop.runs.close()
            loop.folder.cleanup()


@dataclass(frozen=True)
class _Loop:
    """The process of `nabla.run.loop`, the pipes to and from it, and the folder it works in."""

    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    runs: IO[bytes]
    folder: tempfile.TemporaryDirectory[str]


def _start(conditions: Conditions) -> _Loop:
    folder = tempfile.TemporaryDirectory(prefix="nabla-")
    seed, limit = str(conditions.seed), str(conditions.limit)
    process = subprocess.Popen(
        [sys.executable, "-m", "nabla.run", seed, limit],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder.name,
        env=_environment(seed),
        process_group=0,  # Ctrl-C is for the process that asks, which then closes
    )
    assert process.stdin and process.stdout
    return _Loop(process, process.stdin, process.stdout, folder)


def _environment(seed: str) -> dict[str, str]:
    paths = [str(PACKAGE), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        **(LARGE_PAGES if sys.platform == "linux" else {}),
        "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),
        "MPLBACKEND": "module://nabla.run.svg_backend",
        **SURROUNDINGS[seed != "1"],
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    environment.pop(INHERITED_FILTERS, None)
    return environment


def _modules(requests: Sequence[Request]) -> tuple[str, ...]:
    text = "".join(request.code for request in requests)
    if any(request.probe for request in requests):
        text += "torch"  # probes use it
    return tuple(module for name, found in MODULES.items() if name in text for module in found)
