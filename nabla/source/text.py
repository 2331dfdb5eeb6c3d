"""The text of a file, and its lines: read and split by one rule."""

import os
import tempfile
from pathlib import Path

from nabla.problem import Problem, ProblemError


def read_text(path: Path, root: Path) -> str:
    """Return the text of `path` with every line ending written as ``\\n``.

    Raises ProblemError where the file is not UTF-8.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        remedy = "save the file with the UTF-8 encoding"
        raise ProblemError(Problem(relative_path(path, root), line, what, remedy)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` without their endings.

    Only ``\\n`` ends a line, as for Markdown and for pytest-codeblocks: `str.splitlines`
    would also split at U+2028 and other characters that may stand within a line.
    """
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def relative_path(path: Path, root: Path) -> str:
    """Return `path` as messages name it: relative to `root` where it lies below it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def replace_file(path: Path, text: str) -> None:
    """Replace the file at `path` in one step: it is the old one or the new, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.chmod(path.stat().st_mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
