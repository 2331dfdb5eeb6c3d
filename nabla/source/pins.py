"""The torch under which the results were stated: the pin in requirements.txt."""

import codecs
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from nabla.problem import Problem, ProblemError
from nabla.source.project import Project
from nabla.source.text import read_text, relative_path

REQUIREMENTS = "requirements.txt"
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
COMMENT = re.compile(r"(^|\s)#.*$")
OPTIONS = re.compile(r"(^|\s)-.*$")
OTHER_FILE = re.compile(r"(?:-r|--requirement)[\s=]*(?P<file>\S+)")
REMEDY = "write a line torch== with the version under which results were stated"


def check_torch(project: Project) -> list[Problem]:
    """Compare the installed torch with the one pinned in requirements.txt."""
    line, pinned = find_pin(project)
    try:
        installed = version("torch")
    except PackageNotFoundError:
        installed = "none"
    if installed != "none" and Version(installed).public == Version(pinned).public:
        return []
    what = (
        f"torch {pinned} is expected, since the results were stated under it, "
        f"and torch {installed} is installed"
    )
    return [Problem(REQUIREMENTS, line, what, f"run `pip install torch=={pinned}`")]


def find_pin(project: Project) -> tuple[int, str]:
    """Return the line and the version of the pin of torch in requirements.txt.

    Raises ProblemError where torch is not pinned.
    """
    path = project.root / REQUIREMENTS
    seen = path, 1
    for file, number, line in _read(path, project.root, ()) if path.is_file() else ():
        if not re.match(r"torch\b(?!-)", line, re.IGNORECASE):
            continue
        seen = file, number
        if pinned := _pinned(line):
            return number, pinned
    shown = relative_path(seen[0], project.root)
    raise ProblemError(Problem(shown, seen[1], "torch is not pinned", REMEDY))


def _pinned(line: str) -> str | None:
    """Return the one version that a line of requirements allows, if it is for this machine."""
    try:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate():
            return None
        exact = [str(Version(one.version)) for one in wanted.specifier if one.operator[:2] == "=="]
    except ValueError:
        return None
    return exact[0] if exact else None


def _read(path: Path, root: Path, above: tuple[Path, ...]) -> Iterator[tuple[Path, int, str]]:
    """Yield the requirements of a file, and of the files that it names, each with its line."""
    for number, line in _join(_text(path, root).splitlines()):
        if other := OTHER_FILE.match(line):
            file = path.parent / other["file"]
            if file not in above and file.is_file():
                yield from _read(file, root, (*above, path))
        elif bare := OPTIONS.sub("", line).strip():
            yield path, number, bare


def _text(path: Path, root: Path) -> str:
    """Return the text of a file in the encoding that its first bytes tell, as pip does."""
    try:
        data = path.read_bytes()
        for mark, encoding in MARKS.items():
            if data.startswith(mark):
                return data.decode(encoding)
    except (OSError, UnicodeDecodeError):
        pass
    return read_text(path, root)


def _join(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield lines without comments; one that ends in a backslash goes on in the next."""
    start, whole = 0, ""
    for number, line in enumerate(lines, 1):
        start = start or number
        is_comment = COMMENT.match(line)
        whole += "" if is_comment else line.removesuffix("\\")
        if line.endswith("\\") and not is_comment:
            continue
        yield start, COMMENT.sub("", whole).strip()
        start, whole = 0, ""
    yield start, COMMENT.sub("", whole).strip()
