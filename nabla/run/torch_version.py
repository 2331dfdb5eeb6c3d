"""The torch under which the results were stated."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import Version

from nabla.problem import Problem, ProblemError

REQUIREMENTS = "requirements.txt"


def wrong_torch(root: Path) -> list[Problem]:
    """Compare the installed torch with the one pinned in requirements.txt."""
    line, pinned = pinned_torch(root)
    try:
        installed = version("torch")
    except PackageNotFoundError:
        installed = "none"
    if installed != "none" and Version(installed).public == Version(pinned).public:
        return []
    return [
        Problem(
            REQUIREMENTS,
            line,
            f"torch {pinned} is expected, since the results were stated under it, "
            f"and torch {installed} is installed",
            f"run `pip install torch=={pinned}`",
        )
    ]


def pinned_torch(root: Path) -> tuple[int, str]:
    """Return the line and the version of the pin of torch in requirements.txt.

    Raises ProblemError where torch is not pinned.
    """
    lines = (root / REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("torch=="):
            return number, re.split("[;#]", line.removeprefix("torch=="))[0].strip()
    remedy = "write a line torch== with the version under which results were stated"
    raise ProblemError(Problem(REQUIREMENTS, 1, "torch is not pinned", remedy))
