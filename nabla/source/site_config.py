"""What the project asks of mkdocs.yml: its languages, and the order of its pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.problem import Problem, ProblemError
from nabla.source import schema
from nabla.source.data import Document

CONFIG = "mkdocs.yml"
THEME = "material"
OWN = "nabla"
PLUGINS = ("search", OWN, "i18n", "mkdocs-jupyter")
EXTENSIONS = tuple(
    f"nabla.markdown.{name}" for name in ("samples", "maths", "terms", "lessons", "verified")
)
"""What a build cannot do without."""


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


def check_needs(document: Document) -> list[Problem]:
    """Name what a build cannot do without, and mkdocs.yml does not list."""
    config = document.data if isinstance(document.data, Mapping) else {}
    theme = config.get("theme")
    problems: list[Problem] = []
    if (theme.get("name") if isinstance(theme, Mapping) else theme) != THEME:
        what = f"the theme is not {THEME}"
        problems.append(Problem(CONFIG, document.line("theme"), what, f"write `name: {THEME}`"))
    problems += _missing(document, "plugins", "plugin", PLUGINS)
    return problems + _missing(document, "markdown_extensions", "extension", EXTENSIONS)


def check_telling(document: Document) -> list[Problem]:
    """Name the plugin of this project where pages of several languages would be read without.

    An extension is not told by MkDocs alone which page it reads, and so in which language.
    """
    if _find_list(document.data) is None:
        return []
    return _missing(document, "plugins", "plugin", (OWN,))


def _missing(document: Document, key: str, kind: str, needed: Sequence[str]) -> list[Problem]:
    config = document.data if isinstance(document.data, Mapping) else {}
    listed = _names(config.get(key))
    return [
        Problem(CONFIG, document.line(key), f"no {name} {kind}", f"add it under {key}")
        for name in needed
        if name not in listed
    ]


def _names(listed: Any) -> set[str]:
    """Return the names in a list of plugins or extensions, but for those that are disabled."""
    names: set[str] = set()
    for one in _entries(listed):
        for name, options in one.items() if isinstance(one, Mapping) else [(one, None)]:
            if not (isinstance(options, Mapping) and options.get("enabled") is False):
                names.add(str(name).removeprefix(f"{THEME}/"))
    return names


def _entries(listed: Any) -> list[Any]:
    """Return the entries of a list, or of a mapping that stands for one."""
    if isinstance(listed, Mapping):
        return [{name: options} for name, options in listed.items()]
    return listed if isinstance(listed, list) else []


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
