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
from nabla.source.front_matter import check_front_matter, read_front_matter, set_key
from nabla.source.project import Project
from nabla.source.text import split_lines, update_file

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
    normalised = "\n".join(line.rstrip() for line in split_lines(text))
    return hashlib.sha256(normalised.encode()).hexdigest()[:16]


def find_status(project: Project) -> list[Status]:
    """Return the status of every page of the default language in every other."""
    return [_status(project, locale, slug) for locale, slug in list_translations(project)]


def list_translations(project: Project) -> list[tuple[str, str]]:
    """Return the locale and the slug of every translation that there is to be."""
    locales = [language.locale for language in project.languages if not language.default]
    return [(locale, slug) for slug in project.slugs(project.default) for locale in locales]


def find_state(project: Project, locale: str, slug: str) -> State:
    """Return the state of one page, whose original is there, in one language."""
    if not project.has_page(locale, slug):
        return State.MISSING
    original = fingerprint(project.page(project.default, slug).text)
    return State.CURRENT if _recorded(project, locale, slug) == original else State.BEHIND


def _status(project: Project, locale: str, slug: str) -> Status:
    state = find_state(project, locale, slug)
    old = _original_then(project, locale, slug) if state is State.BEHIND else None
    if old is None:
        return Status(locale, slug, state)
    now = project.page(project.default, slug).text
    return Status(locale, slug, state, sum(_is_change(line) for line in _diff(old, now)))


def show_difference(project: Project, locale: str, slug: str) -> str:
    """Return what changed in the original since a page was made from it, as a unified diff.

    Raises ProblemError where the version that it was made from is not to be found.
    """
    path = _translation(project, locale, slug)
    old = _original_then(project, locale, slug)
    if old is None:
        what = f"git holds no version of {_original(project, slug)} that this was made from"
        remedy = f"read the whole page again, then run `nabla stamp {locale} {slug}`"
        raise ProblemError(Problem(path, 1, what, remedy))
    new = project.page(project.default, slug).text
    return "\n".join(_diff(old, new, _original(project, slug)))


def stamp(project: Project, locale: str, slug: str) -> None:
    """Record that a page is up to date with the original as it is now.

    Raises ProblemError where the front matter of the page is none, and cannot be added to.
    """
    shown = _translation(project, locale, slug)
    mark = fingerprint(project.page(project.default, slug).text)

    def record(text: str) -> str:
        if wrong := check_front_matter(text, shown):
            raise ProblemError(*wrong)
        stamped = set_key(text, KEY, mark)
        if stamped is None:
            what, remedy = f"`{KEY}` cannot be set in this front matter", "write it there yourself"
            raise ProblemError(Problem(shown, 1, what, f"{remedy}: `{KEY}: {mark}`"))
        return stamped

    update_file(project.page_path(locale, slug), project.root, record)


def _original(project: Project, slug: str) -> str:
    return project.relative(project.page_path(project.default, slug))


def _translation(project: Project, locale: str, slug: str) -> str:
    """Return the path of a translation. Raises ProblemError where it is none."""
    shown = project.relative(project.page_path(locale, slug))
    locales = [language.locale for language in project.languages if not language.default]
    if locale not in locales:
        what, remedy = f"`{locale}` is no language to translate to", f"one of {', '.join(locales)}"
        raise ProblemError(Problem("mkdocs.yml", 1, what, f"name {remedy}"))
    if slug not in project.slugs(project.default):
        raise ProblemError(Problem(_original(project, slug), 1, "no such page", "mend the name"))
    if slug not in project.slugs(locale):
        raise ProblemError(Problem(shown, 1, "this page is not translated yet", "write it first"))
    return shown


def _recorded(project: Project, locale: str, slug: str) -> str:
    return str(read_front_matter(project.page(locale, slug).text).data.get(KEY, ""))


def _original_then(project: Project, locale: str, slug: str) -> str | None:
    """Return the version of the original with the recorded fingerprint, if git has it."""
    wanted = _recorded(project, locale, slug)
    path = _original(project, slug)
    for commit in (_git(project, "log", "--format=%H", "--", path) or "").split():
        text = _git(project, "show", f"{commit}:./{path}")
        if text is not None and fingerprint(text.removeprefix("\ufeff")) == wanted:
            return text
    return None


def _git(project: Project, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *words],
            cwd=project.root,
            capture_output=True,
            check=True,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def _diff(old: str, new: str, path: str = "") -> list[str]:
    lines = difflib.unified_diff(
        split_lines(old), split_lines(new), f"{path} then", f"{path} now", lineterm="", n=2
    )
    return list(lines)


def _is_change(line: str) -> bool:
    return line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
