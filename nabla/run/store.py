"""Runs kept as files, by hash, so that a build which changes no code runs none."""

import contextlib
import os
import pickle
import tempfile
import time
from pathlib import Path

from nabla.run.fingerprint import digest, fingerprint
from nabla.run.outcome import Request, Run

MONTH = 30 * 24 * 3600
"""Seconds after which a file that nobody asked for is removed."""


class Store:
    """Keeps, in a folder, the runs that went well, until something installed changes.

    A file that cannot be read counts as missing, and a folder that cannot be written to
    keeps nothing. Several builds may share a folder.
    """

    def __init__(self, folder: Path):
        self._folder = folder

    def load(self, request: Request) -> Run | None:
        file = self._file(request)
        with contextlib.suppress(Exception):
            run = pickle.loads(file.read_bytes())
            os.utime(file)
            return run
        return None

    def save(self, request: Request, run: Run) -> None:
        """Keep a run, unless it failed."""
        if not run.failure:
            with contextlib.suppress(OSError):
                _write_whole(self._file(request), pickle.dumps(run))

    def forget_unused(self, seconds: float = MONTH) -> None:
        """Remove the files that were not asked for during so many seconds."""
        for file in self._folder.glob("*"):
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > seconds:
                    file.unlink()

    def _file(self, request: Request) -> Path:
        parts = fingerprint(), repr(request.probe), str(request.notebook), *request.cells
        return self._folder / f"{digest(*parts)}.pickle"


def _write_whole(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as part:
        part.write(data)
    Path(name).replace(file)
