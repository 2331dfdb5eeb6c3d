"""What the project asks of mkdocs.yml: its languages, and the order of its pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source import schema
from nabla.source.data import Document

CONFIG = "mkdocs.yml"
NEEDED = ("search", "nabla", "i18n")


@dataclass(frozen=True)
class Language:
    """A language of the site, as mkdocs.yml lists it."""

    locale: str
    name: str
    default: bool


def read_languages(document: Document) -> tuple[Language, ...]:
    """Return the languages that mkdocs.yml lists. Raises ProblemError where it lists them ill."""
    keys = _find_list(document.data)
    if keys is None:
        what = "no i18n plugin lists the languages"
        raise ProblemError(Problem(CONFIG, 1, what, "add it under plugins"))
    part = document.part(*keys)
    if problems := schema.check(part, schema.LANGUAGES):
        raise ProblemError(*(_as_language(problem, part) for problem in problems))
    found = tuple(
        Language(one["locale"], one["name"], one.get("default", False)) for one in part.data
    )
    locales = [language.locale for language in found]
    if twice := {locale for locale in locales if locales.count(locale) > 1}:
        what = f"the language {min(twice)} is listed twice"
        raise ProblemError(Problem(CONFIG, part.line(), what, "keep one"))
    if sum(language.default for language in found) != 1:
        what, remedy = "one language is the default one", "give one, and no other, default: true"
        raise ProblemError(Problem(CONFIG, part.line(), what, remedy))
    return found


def check_plugins(document: Document) -> list[Problem]:
    """Name the plugins that a build cannot do without, and that mkdocs.yml does not list."""
    config = document.data if isinstance(document.data, Mapping) else {}
    plugins = config.get("plugins")
    listed = plugins if isinstance(plugins, list | dict) else []
    names = [next(iter(one), None) if isinstance(one, Mapping) else one for one in listed]
    return [
        Problem(CONFIG, document.line("plugins"), f"no {name} plugin", "add it under plugins")
        for name in NEEDED
        if name not in names
    ]


def read_nav(document: Document) -> tuple[str, ...]:
    """Return the pages that the navigation names, in its order.

    Raises ProblemError where it is no list of pages, and lists with a name.
    """
    config = document.data if isinstance(document.data, Mapping) else {}
    if config.get("nav") is None:
        return ()
    part = document.part("nav")
    if not isinstance(part.data, list):
        raise ProblemError(Problem(CONFIG, part.line(), "`nav` is no list", "write `- page.md`"))
    return tuple(_leaves(part))


def _leaves(part: Document) -> Iterator[str]:
    data = part.data
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key in data:
            yield from _leaves(part.part(key))
    elif isinstance(data, list):
        for index in range(len(data)):
            yield from _leaves(part.part(index))
    else:
        what = f"`nav` names {data!r}, which is no page"
        raise ProblemError(Problem(CONFIG, part.line(), what, "write `- page.md`"))


def _find_list(config: Any) -> tuple[str | int, ...] | None:
    """Return the keys that lead to the list of languages; plugins are a list or a mapping."""
    plugins = config.get("plugins") if isinstance(config, Mapping) else None
    entries = enumerate(plugins) if isinstance(plugins, list) else [(None, plugins)]
    for index, entry in entries:
        options = entry.get("i18n") if isinstance(entry, Mapping) else None
        if isinstance(options, Mapping) and "languages" in options:
            return tuple(key for key in ("plugins", index, "i18n", "languages") if key is not None)
    return None


def _as_language(problem: Problem, part: Document) -> Problem:
    remedy = f"{problem.remedy}; a language is {{ locale: fr, name: Français }}"
    return Problem(part.path, problem.line, f"languages: {problem.what}", remedy)
