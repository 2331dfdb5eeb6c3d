"""Which translations are up to date.

A translated page records, as `english` in its front matter, the fingerprint of
the page it was made from. What changed since is found by looking for the version
with that fingerprint in the history that git keeps.
"""

import difflib
import hashlib
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from nabla.problem import Problem, ProblemError
from nabla.run.bless import write_whole
from nabla.run.sample import read_text
from nabla.site import front_matter
from nabla.site.project import Project

KEY = "english"


class State(StrEnum):
    """How a translation stands to the page it was made from."""

    CURRENT = "current"
    BEHIND = "behind"
    MISSING = "missing"


@dataclass(frozen=True)
class Status:
    """The state of one page in one language.

    `changed` counts the lines of the original added or removed since; None where
    the page is current, or where the history does not hold the version it was made from.
    """

    locale: str
    slug: str
    state: State
    changed: int | None = None


@lru_cache(maxsize=1024)
def fingerprint(text: str) -> str:
    """Return a short hash of a page, the same for any line endings."""
    normalised = "\n".join(line.rstrip() for line in text.splitlines())
    return hashlib.sha256(normalised.encode()).hexdigest()[:16]


def status(project: Project) -> list[Status]:
    """Return the status of every page of the default language in every other."""
    return [
        page_status(project, language.locale, slug)
        for slug in project.pages(project.default)
        for language in project.languages
        if not language.default
    ]


def page_status(project: Project, locale: str, slug: str) -> Status:
    """Return the status of one page in one language."""
    path = project.page(locale, slug)
    if not path.is_file():
        return Status(locale, slug, State.MISSING)
    original = read_text(project.page(project.default, slug), project.root)
    if _recorded(project, locale, slug) == fingerprint(original):
        return Status(locale, slug, State.CURRENT)
    old = _original_then(project, locale, slug)
    changed = None if old is None else sum(_is_change(line) for line in _diff(old, original))
    return Status(locale, slug, State.BEHIND, changed)


def difference(project: Project, locale: str, slug: str) -> str:
    """Return what changed in the original since a page was made from it, as a unified diff.

    Raises ProblemError where the version that it was made from is not to be found.
    """
    path = _translation(project, locale, slug)
    old = _original_then(project, locale, slug)
    if old is None:
        what = f"git holds no version of {_original(project, slug)} that this was made from"
        remedy = f"read the whole page again, then run `nabla stamp {locale} {slug}`"
        raise ProblemError(Problem(path, 1, what, remedy))
    new = read_text(project.page(project.default, slug), project.root)
    return "\n".join(_diff(old, new, _original(project, slug)))


def stamp(project: Project, locale: str, slug: str) -> None:
    """Record that a page is up to date with the original as it is now."""
    _translation(project, locale, slug)
    path = project.page(locale, slug)
    original = read_text(project.page(project.default, slug), project.root)
    text = read_text(path, project.root)
    write_whole(path, front_matter.with_key(text, KEY, fingerprint(original)))


def _original(project: Project, slug: str) -> str:
    return project.relative(project.page(project.default, slug))


def _translation(project: Project, locale: str, slug: str) -> str:
    """Return the path of a translation. Raises ProblemError where it is none."""
    path = project.page(locale, slug)
    shown = project.relative(path)
    locales = [language.locale for language in project.languages if not language.default]
    if locale not in locales:
        what, remedy = f"`{locale}` is no language to translate to", f"one of {', '.join(locales)}"
        raise ProblemError(Problem("mkdocs.yml", 1, what, f"name {remedy}"))
    if not project.page(project.default, slug).is_file():
        raise ProblemError(Problem(_original(project, slug), 1, "no such page", "mend the name"))
    if not path.is_file():
        raise ProblemError(Problem(shown, 1, "this page is not translated yet", "write it first"))
    return shown


def _recorded(project: Project, locale: str, slug: str) -> str:
    text = read_text(project.page(locale, slug), project.root)
    return str(front_matter.read(text)[1].get(KEY, ""))


def _original_then(project: Project, locale: str, slug: str) -> str | None:
    """Return the version of the original with the recorded fingerprint, if git has it."""
    wanted = _recorded(project, locale, slug)
    path = _original(project, slug)
    for commit in (_git(project, "log", "--format=%H", "--", path) or "").split():
        text = _git(project, "show", f"{commit}:./{path}")
        if text is not None and fingerprint(text) == wanted:
            return text
    return None


def _git(project: Project, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *words], cwd=project.root, capture_output=True, check=True, encoding="utf-8"
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def _diff(old: str, new: str, path: str = "") -> list[str]:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{path} then", f"{path} now", lineterm="", n=2
    )
    return list(lines)


def _is_change(line: str) -> bool:
    return line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
