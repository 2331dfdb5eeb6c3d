"""The torch under which the results were stated: the pin in requirements.txt."""

import re
from importlib.metadata import PackageNotFoundError, version

from packaging.version import Version

from nabla.problem import Problem, ProblemError
from nabla.source.project import Project
from nabla.source.text import split_lines

REQUIREMENTS = "requirements.txt"


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
    lines = split_lines(project.read(path)) if path.is_file() else []
    for number, line in enumerate(lines, 1):
        if line.startswith("torch=="):
            return number, re.split("[;#]", line.removeprefix("torch=="))[0].strip()
    remedy = "write a line torch== with the version under which results were stated"
    raise ProblemError(Problem(REQUIREMENTS, 1, "torch is not pinned", remedy))
