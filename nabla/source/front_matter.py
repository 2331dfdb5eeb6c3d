"""The front matter of a page: read whole, checked, changed a key at a time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from nabla.problem import Problem, ProblemError
from nabla.source import schema
from nabla.source.data import Document, read_document

YAML = re.compile(r"-{3}[ \t]*\n(?P<data>.*?\n)(?:-{3}|\.{3})[ \t]*\n", re.DOTALL)
OTHER = re.compile(r" {0,3}[A-Za-z0-9_-]+:")
"""As MkDocs finds it (mkdocs.utils.meta): between lines of dashes, or MultiMarkdown's."""
FENCED = re.compile(r"[\s\ufeff]*-{3}[ \t]*(?:\n|\Z)")


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
        data = _document(found, "").data
    except ProblemError:
        data = None
    if not isinstance(data, dict):
        return FrontMatter({}, text, 0)
    body = text[found.end() :].lstrip("\n")
    return FrontMatter(data, body, text.count("\n") - body.count("\n"))


@lru_cache(maxsize=1024)
def check_front_matter(text: str, path: str) -> tuple[Problem, ...]:
    """Say why MkDocs would take the front matter of a page for none, or for another."""
    found = YAML.match(text)
    if found is not None:
        try:
            return tuple(schema.check(_document(found, path), schema.FRONT_MATTER))
        except ProblemError as error:
            return error.problems
    if FENCED.match(text) and not text.startswith("---"):
        line = text.count("\n", 0, text.index("---")) + 1
        what, remedy = "front matter begins on the first line of a file", "take out what is above"
        return (Problem(path, line, what, remedy),)
    if text.startswith("---") and FENCED.match(text):
        what, remedy = "the front matter is empty, or never closed", "end it with a line `---`"
        return (Problem(path, 1, what, remedy),)
    if OTHER.match(text):
        what = "MkDocs takes this line for front matter, and does not show it"
        return (Problem(path, 1, what, "put front matter between two lines `---`"),)
    return ()


def set_key(text: str, key: str, value: str) -> str | None:
    """Return `text` with ``key: value`` in its front matter, all else as it was.

    None where that cannot be done without a risk for what stands there.
    """
    written = yaml.safe_dump(value).split("\n")[0]
    found = YAML.match(text)
    if found is None:
        return f"---\n{key}: {written}\n---\n\n{text}"
    start, end = found.span("data")
    new = text[:end] + f"{key}: {written}\n" + text[end:]
    node = yaml.compose(found["data"], yaml.SafeLoader)
    for name, old in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value == key:
            first, last = start + old.start_mark.index, start + old.end_mark.index
            ending = "\n" if text[first:last].endswith("\n") else ""
            new = f"{text[:first]}{'' if last > first else ' '}{written}{ending}{text[last:]}"
    before, after = read_front_matter(text), read_front_matter(new)
    same = after.body == before.body and after.data == {**before.data, key: value}
    return new if same else None


def _document(found: re.Match[str], path: str) -> Document:
    return read_document(found["data"], path, above=1)
