"""The front matter of a page: read whole, changed a key at a time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from nabla.source.data import read_yaml

YAML = re.compile(r"-{3}[ \t]*\n(?P<data>.*?\n)(?:-{3}|\.{3})[ \t]*\n", re.DOTALL)
"""As MkDocs finds it (mkdocs.utils.meta)."""


@dataclass(frozen=True)
class FrontMatter:
    """What the front matter says, and the text below it.

    `lines` is the number of lines above that text.
    """

    data: Mapping[str, Any]
    body: str
    lines: int


@lru_cache(maxsize=1024)
def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a page; none where it is no mapping in YAML."""
    found = YAML.match(text)
    if found is None:
        return FrontMatter({}, text, 0)
    try:
        data = read_yaml(found["data"])
    except yaml.YAMLError:
        data = None
    if not isinstance(data, dict):
        return FrontMatter({}, text, 0)
    body = text[found.end() :].lstrip("\n")
    return FrontMatter(data, body, text.count("\n") - body.count("\n"))


def set_key(text: str, key: str, value: str) -> str:
    """Return `text` with ``key: value`` in its front matter, all else as it was."""
    line = f"{key}: {value}\n"
    found = YAML.match(text)
    if found is None:
        return f"---\n{line}---\n\n{text}"
    kept = [old for old in found["data"].splitlines(True) if not old.startswith(f"{key}:")]
    start, end = found.span("data")
    return text[:start] + "".join(kept) + line + text[end:]
