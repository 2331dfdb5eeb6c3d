"""Measure a build, the builds that follow saves, and what a reader loads first."""

import gzip
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

import psutil
from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, find_browser, free_port, serve

MKDOCS = (sys.executable, "-m", "mkdocs")
LESSON = "learn/slope"
BUILT = re.compile(r"Documentation built in ([\d.]+) seconds")
WATCHING = re.compile(r"Serving on|Reloading browsers")
SAVES = 3
PATIENCE = 300  # seconds for the first build and the saves

Environment = Mapping[str, str]
NOTHING: Environment = {}


@dataclass(frozen=True)
class Build:
    """One build: seconds by the clock, and megabytes of all its processes at their peak."""

    seconds: float
    megabytes: float


def build(folder: Path, environment: Environment = NOTHING) -> Build:
    """Build the site in `folder`. Raises RuntimeError, with what MkDocs said, if that fails."""
    log, peak = folder / "build.log", 0.0
    with log.open("w", encoding="utf-8") as said:
        start = time.perf_counter()
        with _start(folder, environment, "build", "-q", "-d", "site", to=said) as process:
            while process.poll() is None:
                peak = max(peak, _memory(process.pid))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
        seconds = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"{folder} is not built:\n{log.read_text(encoding='utf-8')}")
    return Build(seconds, peak / 1e6)


def save(folder: Path, environment: Environment = NOTHING) -> float:
    """Serve the site in `folder`, and save a lesson of it some times.

    Returns the seconds that MkDocs gives for the build after a save: the median.
    """
    file, taken = folder / "docs" / "en" / f"{LESSON}.md", []
    words = ("serve", "--livereload", "--dev-addr", f"localhost:{free_port()}")
    with _start(folder, environment, *words, to=subprocess.PIPE) as process:
        guard = threading.Timer(PATIENCE, process.kill)
        guard.start()
        for line in process.stdout or ():
            if found := BUILT.search(line):
                taken.append(float(found[1]))
            if WATCHING.search(line):
                if len(taken) > SAVES:
                    break
                time.sleep(2)  # the watcher first looks at every file
                with file.open("a", encoding="utf-8") as text:
                    text.write("\nSaved.\n")
        guard.cancel()
        process.terminate()
    if len(taken) <= SAVES:
        raise TimeoutError(f"mkdocs serve in {folder} did not build what was saved")
    return median(taken[1:])


def _start(
    folder: Path, environment: Environment, *words: str, to: int | IO[str]
) -> subprocess.Popen[str]:
    kept = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.Popen(
        [*MKDOCS, *words],
        cwd=folder,
        env={**kept, **environment},
        stdout=to,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def _memory(pid: int) -> float:
    """Return the bytes of a process and all below it; pages that they share count once."""
    total = 0.0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            info = process.memory_full_info()
            total += getattr(info, "pss", info.rss)
    return total


def weigh(site: Path) -> tuple[int, float]:
    """Open a lesson of a built site, and count what it asks for in three seconds.

    Returns the requests, and the kilobytes of what they bring, packed with gzip.
    """
    asked: dict[str, None] = {}
    with serve(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        page = browser.new_page()
        page.on("request", lambda request: asked.setdefault(request.url))
        page.goto(f"{address}{LESSON}/")
        page.wait_for_timeout(3000)
        browser.close()
    own = [url.removeprefix(address).split("?")[0] for url in asked if url.startswith(address)]
    files = [site / name / "index.html" if name.endswith("/") else site / name for name in own]
    return len(own), sum(_pack(file) for file in files if file.is_file()) / 1000


def _pack(file: Path) -> int:
    data = file.read_bytes()
    return len(data) if file.suffix in {".woff2", ".png"} else len(gzip.compress(data))
