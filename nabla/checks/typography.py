"""The typography of each language, as a check and as a fix.

French is set by the rules of the Imprimerie nationale: a narrow no-break space
(U+202F) before ; ? ! and within « », a no-break space (U+00A0) before a colon, the
curly apostrophe. Chinese and Japanese are left to AutoCorrect: full-width
punctuation, and one space between Chinese or Japanese and Latin characters.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import autocorrect_py

from nabla.problem import Problem
from nabla.source.front_matter import read_front_matter
from nabla.source.page import Fence, read_page

NARROW, NO_BREAK = "\u202f", "\u00a0"
PROTECTED = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]+\$|`+[^`\n]*`+|<!--.*?(?:-->|\Z)|<[^<>\n]+>"
    r"|\]\((?:[^()\n]|\([^()\n]*\))*\)|\{[^{}\n]*\}"
    r"|--8<--[^\n]*|^\s*(?:!!!|\?\?\?\+?)[^\n\"]*|^\|?[\s|:-]+\|?$|https?://\S+|^\s*[a-z_-]+:(?=\s)"
    "|[\ue010\ue011]",
    re.DOTALL | re.MULTILINE,
)
MARK = re.compile("\ue010(\\d+)\ue011")
FRENCH = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (
        re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]*([;?!])(?=[\s»)*\u202f\u00a0\"]|$)", re.M),
        NARROW + r"\1",
    ),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]*:(?=\s|$)", re.M), NO_BREAK + ":"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NARROW),
    (re.compile(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]*»"), NARROW + "»"),
)


def _french(text: str) -> str:
    """Set French prose, leaving code, formulas, links and markup alone."""
    kept: list[str] = []

    def keep(match: re.Match) -> str:
        kept.append(match[0])
        return f"\ue010{len(kept) - 1}\ue011"

    masked = PROTECTED.sub(keep, text)
    for pattern, replacement in FRENCH:
        masked = pattern.sub(replacement, masked)
    return MARK.sub(lambda match: kept[int(match[1])], masked)


def _chinese(text: str) -> str:
    return autocorrect_py.format_for(text, "markdown")


def _japanese(text: str) -> str:
    """As Chinese, but for the comma: AutoCorrect knows only the Chinese one."""
    return _chinese(text).replace("，", "、")


RULES: Mapping[str, Callable[[str], str]] = {"fr": _french, "ja": _japanese, "zh": _chinese}


def typeset(text: str, locale: str) -> str:
    """Return a page of one language as it should be set, or as it is where that fails."""
    try:
        return _typeset(text, locale)
    except ValueError:
        return text


def _typeset(text: str, locale: str) -> str:
    """Set a page. Code blocks stay as they are, and front matter that would lose its keys.

    Raises ValueError where AutoCorrect cannot read the page.
    """
    if locale not in RULES:
        return text
    lines = text.split("\n")
    code: set[int] = set()
    for fence in read_page(text).all(Fence):
        code |= set(range(fence.line, (fence.end or len(lines)) + 1))
    prose = "\n".join("" if n in code else line for n, line in enumerate(lines, 1))
    new_lines = RULES[locale](prose).split("\n")
    if len(new_lines) != len(lines):
        return text
    set_lines = [
        line if number in code else new
        for number, (line, new) in enumerate(zip(lines, new_lines, strict=True), 1)
    ]
    front, new_front = read_front_matter(text), read_front_matter("\n".join(set_lines))
    if front.data.keys() != new_front.data.keys():
        set_lines[: front.lines] = lines[: front.lines]
    return "\n".join(set_lines)


@lru_cache(maxsize=1024)
def check_typography(text: str, locale: str, path: str) -> tuple[Problem, ...]:
    """Return a problem for each line that `typeset` would change."""
    try:
        pairs = zip(text.split("\n"), _typeset(text, locale).split("\n"), strict=True)
    except ValueError as error:
        found = re.search(r"--> (\d+):", str(error))
        line = int(found[1]) if found else 1
        return (Problem(path, line, "AutoCorrect cannot read this page", "make it simpler"),)
    return tuple(
        Problem(
            path,
            number,
            "this line is not set as its language is",
            "run `nabla typography --fix`",
            f"- {_visible(line)}\n+ {_visible(new)}",
        )
        for number, (line, new) in enumerate(pairs, 1)
        if line != new
    )


def _visible(line: str) -> str:
    """Show the two no-break spaces, which look like any other."""
    return line.strip().replace(NARROW, "⎵").replace(NO_BREAK, "⍽")
