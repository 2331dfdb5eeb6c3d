"""What each lab showed when it ran: run beside the build, and remembered on disk."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.run.environment import digest, fingerprint
from nabla.run.fences import Fence
from nabla.run.lab import Session, Shown, cells_of
from nabla.run.memory import write_bytes
from nabla.run.sample import read_text, relative

HERE = Path(__file__).parent
PRINT_IT = "print it, so that it can be checked"


@dataclass(frozen=True)
class Settings:
    """What mkdocs.yml says to mkdocs-jupyter."""

    kernel: str = ""
    allow_errors: bool = False


@dataclass(frozen=True)
class Awaited:
    """A Session of a lab that may still run; equal where the same code runs."""

    slug: str
    key: str
    get: Callable[[], Session] = field(compare=False, repr=False)

    @property
    def cells(self) -> tuple[Shown, ...]:
        return self.get().cells


class Labs:
    """Runs labs one after another in a thread of its own, each distinct code once.

    `folder` keeps what they showed for the next build.
    One instance serves all builds of `mkdocs serve`.
    """

    def __init__(self, root: Path, folder: Path, settings: Settings):
        self._root = root
        self._folder = folder
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nabla-labs")
        self._outputs: dict[str, Future[Mapping[str, Any]]] = {}

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def start(self, path: Path) -> None:
        """Have the lab in the file `path` run, unless its code ran under what is installed."""
        cells = cells_of(read_text(path, self._root))
        key = _key(cells)
        if key not in self._outputs:
            self._outputs[key] = self._thread.submit(self._run, path, key)

    def awaited(self, path: Path, slug: str) -> Awaited:
        """Return the session of the lab in `path`, without waiting for it."""
        key = _key(cells_of(read_text(path, self._root)))
        return Awaited(slug, key, partial(self.session, path, slug))

    def session(self, path: Path, slug: str) -> Session:
        """Return what the lab in `path` showed. Raises ProblemError where it failed."""
        self.start(path)
        cells = cells_of(read_text(path, self._root))
        said = self._outputs[_key(cells)].result()
        shown = relative(path, self._root)
        if error := said.get("error"):
            number, line, message = error
            row = cells[number - 1].line + line
            raise ProblemError(Problem(shown, row, f"raises {message}", "mend the code"))
        read = [
            _shown(outputs, cell, shown)
            for outputs, cell in zip(said["outputs"], cells, strict=True)
        ]
        if problems := [problem for one in read if isinstance(one, list) for problem in one]:
            raise ProblemError(*problems)
        return Session(slug, tuple(read))

    def _run(self, path: Path, key: str) -> Mapping[str, Any]:
        file = self._folder / f"{key}.json"
        if file.is_file():
            os.utime(file)
            return json.loads(file.read_text(encoding="utf-8"))
        words = [str(path), self._settings.kernel, str(self._settings.allow_errors)]
        done = subprocess.run(
            [sys.executable, "-m", __package__, *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            where = relative(path, self._root)
            raise ProblemError(Problem(where, 1, f"Jupyter cannot run it: {last}", "mend that"))
        said = json.loads(done.stdout)
        if "outputs" in said:
            write_bytes(file, json.dumps(said).encode())
        return said


def _key(cells: Sequence[Fence]) -> str:
    """Return a fingerprint of all that the outputs of `cells` depend on."""
    own = [(HERE / name).read_text(encoding="utf-8") for name in ("__main__.py", "matplotlibrc")]
    return digest(fingerprint(), *own, *(cell.text for cell in cells))


def _shown(outputs: Sequence[Mapping], cell: Fence, path: str) -> Shown | list[Problem]:
    """Return what a cell showed, or what of it a page cannot show."""
    problems = []
    stdout, plots = "", []
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream" and output["name"] == "stdout":
            stdout += output["text"]
        elif "image/svg+xml" in data:
            plots.append(data["image/svg+xml"])
        elif output["output_type"] == "stream":
            what = f"writes to stderr: {output['text'].strip().splitlines()[-1]}"
            problems.append(Problem(path, cell.line, what, "avoid the warning"))
        elif output["output_type"] == "error":
            what = f"raises {output['ename']}: {output['evalue']}"
            problems.append(Problem(path, cell.line, what, "mend the code"))
        else:
            what = f"shows {data.get('text/plain', 'a value')}"
            problems.append(Problem(path, cell.line, what, PRINT_IT))
    return problems or Shown(stdout, tuple(plots))
