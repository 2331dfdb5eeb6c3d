"""The text of a file, and its lines: read, split and written by one rule."""

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from difflib import SequenceMatcher
from io import FileIO
from pathlib import Path

from nabla.problem import Problem, ProblemError

BOM = b"\xef\xbb\xbf"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Characters that no text holds, beside tabs and line endings."""
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
TRIES = 20


def read_text(path: Path, root: Path) -> str:
    """Return the text of `path` with every line ending written as ``\\n``.

    Raises ProblemError where the file cannot be read, or is no text in UTF-8.
    """
    return _decode(_read(path, root), relative_path(path, root))


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


def walk(folder: Path, root: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yield the files below a folder, links followed, but for hidden ones.

    Raises ProblemError where a folder cannot be read, or a link leads back to one above it.
    """
    real, shown = folder.resolve(), relative_path(folder, root)
    if real in above:
        what = "this link leads back to a folder above it"
        raise ProblemError(Problem(shown, 1, what, "remove it"))
    try:
        inside = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"this folder cannot be read: {error.strerror}"
        raise ProblemError(Problem(shown, 1, what, "mend its permissions")) from None
    for one in inside:
        if one.is_dir():
            yield from walk(one, root, (*above, real))
        else:
            yield one


def update_file(path: Path, root: Path, change: Callable[[str], str]) -> bool:
    """Replace the text of a file by what `change` makes of it; return whether it differs.

    `change` is given the text as it is now, and again where somebody saves the file
    meanwhile: nothing is written over but what was read. A link still leads to its file;
    permissions, line endings and a byte order mark stay. The file is replaced in one step.
    Raises ProblemError where it cannot be read or written.
    """
    shown = relative_path(path, root)
    for _ in range(TRIES):
        data = _read(path, root)
        old = _decode(data, shown)
        new = change(old)
        if new == old:
            return False
        mark = BOM if data.startswith(BOM) else b""
        text = _with_endings(data.removeprefix(BOM).decode(), new)
        try:
            if _swap(path.resolve(), data, mark + text.encode()):
                return True
        except OSError as error:
            what = f"this file cannot be written: {error.strerror}"
            raise ProblemError(Problem(shown, 1, what, "mend its permissions")) from None
    what, remedy = "this file is being written all the time", "run it again later"
    raise ProblemError(Problem(shown, 1, what, remedy))


def _read(path: Path, root: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"this file cannot be read: {error.strerror}"
        remedy = "mend its permissions, or what it leads to"
        raise ProblemError(Problem(relative_path(path, root), 1, what, remedy)) from None


def _decode(data: bytes, shown: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"byte 0x{data[error.start]:02x} is not UTF-8"
        remedy = "save the file with the UTF-8 encoding"
        raise ProblemError(Problem(shown, line, what, remedy)) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"the character U+{ord(found[0]):04X} belongs into no text"
        remedy = "take it out, or save the file with the UTF-8 encoding"
        raise ProblemError(Problem(shown, line, what, remedy))
    return text


def _with_endings(raw: str, new: str) -> str:
    """Return `new` with the line endings that its lines have in `raw`, or most lines have."""
    pieces = LINE.findall(raw)
    endings = Counter(piece[len(piece.rstrip("\r\n")) :] for piece in pieces)
    endings.pop("", None)
    if set(endings) <= {"\n"}:
        return new
    common = endings.most_common(1)[0][0]
    old = [piece.rstrip("\r\n") + "\n" * piece.endswith(("\r", "\n")) for piece in pieces]
    lines = LINE.findall(new)
    written: list[str] = []
    for what, i, j, k, n in SequenceMatcher(None, old, lines, False).get_opcodes():
        same = what == "equal"
        written += pieces[i:j] if same else [one.replace("\n", common) for one in lines[k:n]]
    return "".join(written)


def _swap(path: Path, old: bytes, new: bytes) -> bool:
    """Put `new` in the place of `old`; return False where the file is not `old` any more."""
    kept = path.stat()
    if not os.access(path, os.W_OK):
        raise PermissionError(0, "it is read-only")
    if kept.st_nlink > 1:
        return _overwrite(path, old, new)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".nabla-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
        temporary.chmod(kept.st_mode)
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(temporary, kept.st_uid, kept.st_gid)
        if path.read_bytes() != old:
            temporary.unlink()
            return False
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _overwrite(path: Path, old: bytes, new: bytes) -> bool:
    """Write into a file that has other names too, which are to show the same text.

    The room that more text takes is asked for first; where anything fails, `old` is back.
    """
    with path.open("r+b", buffering=0) as file:
        if file.read() != old:
            return False
        try:
            _write_at(file, len(old), new[len(old) :])
            _write_at(file, 0, new)
            file.truncate(len(new))
        except BaseException:
            _write_at(file, 0, old)
            file.truncate(len(old))
            raise
    return True


def _write_at(file: FileIO, position: int, data: bytes) -> None:
    file.seek(position)
    while data:
        data = data[file.write(data) :]
