"""How long `mkdocs serve` takes to build again after a page was saved."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue

from tests.browser import free_port

BUILT = re.compile(r"Documentation built in ([\d.]+) seconds")
WATCHING = "Serving on"
PATIENCE, SOON = 120, 10
COPIED = ("docs", "snippets", "words", "overrides", "glossary.yml", "mkdocs.yml", "README.md")


def rebuilds(project: Path, folder: Path, page: str, locale: str, times: int = 5) -> list[float]:
    """Serve a copy of the whole site in one language, and save `page` so many times.

    Returns the seconds of each build that followed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (*COPIED, "requirements.txt"):
        copy = shutil.copytree if (project / name).is_dir() else shutil.copy
        copy(project / name, folder / name)
    file = folder / "docs" / locale / f"{page}.md"
    with _served(folder, project, locale) as builds:
        return [_saved(file, builds) for _ in range(times)]


def _saved(file: Path, builds: Queue[float]) -> float:
    """Add a line to a file, and return the seconds of the build that follows.

    Again where none does: the watcher may not look yet when it is said to.
    """
    for _ in range(PATIENCE // SOON):
        with file.open("a", encoding="utf-8") as text:
            text.write("\nSaved.\n")
        with suppress(Empty):
            return builds.get(timeout=SOON)
    sys.exit("mkdocs serve does not build what is saved")


@contextmanager
def _served(folder: Path, project: Path, locale: str) -> Iterator[Queue]:
    """Serve a project; gives a queue of the seconds that each build took after the first."""
    address = f"localhost:{free_port()}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", address]
    environment = {"ONLY": locale, "PYTHONPATH": str(project), "NO_MKDOCS_2_WARNING": "1"}
    builds: Queue[float] = Queue()
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        watching = threading.Event()
        listener = threading.Thread(target=_listen, args=(process, builds, watching), daemon=True)
        listener.start()
        try:
            watching.wait(PATIENCE)
            yield builds
        finally:
            process.terminate()
            listener.join()


def _listen(process: subprocess.Popen, builds: Queue, watching: threading.Event) -> None:
    for line in process.stderr:
        if WATCHING in line:
            watching.set()
        elif watching.is_set() and (built := BUILT.search(line)):
            builds.put(float(built[1]))
