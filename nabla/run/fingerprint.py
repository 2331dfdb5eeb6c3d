"""What a result depends on beside its code: a hash for what is kept on disk."""

import hashlib
import platform
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
OWN = ("run/*", "explorers/**/*.py")
"""The files of this package that have a part in what a run gives."""


@cache
def fingerprint() -> str:
    """Return a hash of Python, of every installed package's version, and of how samples run.

    Packages are told by the folders of their metadata, whose names have the version:
    https://packaging.python.org/specifications/recording-installed-packages/
    """
    installed = sorted({info.name for folder in sys.path for info in Path(folder).glob("*-info")})
    files = sorted(file for pattern in OWN for file in PACKAGE.glob(pattern) if file.is_file())
    own = [file.read_text(encoding="utf-8") for file in files]
    return digest(platform.python_version(), platform.machine(), *installed, *own)


def digest(*parts: str) -> str:
    """Return a short hash of texts, in order."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:32]
