"""Runs kept on disk, so that a build which changes no code runs none and imports no torch."""

import contextlib
import os
import pickle
import tempfile
import time
from pathlib import Path

from nabla.run.environment import digest, fingerprint
from nabla.run.outcome import Request, Run

MONTH = 30 * 24 * 3600
"""Seconds after which what nobody asked for is forgotten."""


class Memory:
    """Remembers, in a folder, the runs that went well, until something installed changes.

    A file that cannot be read is taken for one that is not there.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def recall(self, request: Request) -> Run | None:
        file = self._file(request)
        with contextlib.suppress(Exception):
            run = pickle.loads(file.read_bytes())
            os.utime(file)
            return run
        return None

    def keep(self, request: Request, run: Run) -> None:
        """Keep a run, unless it failed or is kept already."""
        file = self._file(request)
        if run.failure or file.is_file():
            return
        write_bytes(file, pickle.dumps(run))

    def _file(self, request: Request) -> Path:
        code, probe = request
        return self._folder / f"{digest(fingerprint(), code, repr(probe))}.pickle"


def write_bytes(file: Path, data: bytes) -> None:
    """Write a file of a folder that several builds may share: whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as part:
        part.write(data)
    Path(name).replace(file)


def forget(folder: Path, older: float = MONTH) -> None:
    """Remove the files of a folder that were not used for so many seconds."""
    for file in folder.glob("*"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > older:
                file.unlink()
