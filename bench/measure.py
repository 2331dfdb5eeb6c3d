"""Run a command, and measure its time and memory."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Measure:
    """One run: wall-clock seconds, and the peak of memory of all its processes, in megabytes."""

    seconds: float
    megabytes: float


class CommandError(Exception):
    """A command that was to be measured failed."""


def measure(command: Sequence[str], folder: Path, **environment: str) -> Measure:
    """Run `command` in `folder`. Raises CommandError with the end of what it said."""
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "1", **environment}
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        peak: list[int] = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
        watcher.start()
        said = process.stdout.read()
        process.wait()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise CommandError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return Measure(seconds, peak[0] / 1e6)


def _watch(process: subprocess.Popen, peak: list[int]) -> None:
    """Keep the largest sum of proportional memory over a process and all below it."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(process.pid)
        while process.poll() is None:
            peak[0] = max(peak[0], sum(map(_memory, [root, *root.children(recursive=True)])))
            time.sleep(0.25)


def _memory(process: psutil.Process) -> int:
    """Return a process's share of memory: pages that forked processes share count once."""
    with suppress(psutil.Error):
        info = process.memory_full_info()
        return getattr(info, "pss", None) or info.rss
    return 0
