"""Read YAML as MkDocs does, without importing MkDocs, and keep the lines of what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from nabla.problem import Problem, ProblemError

DEEPEST = 100
"""How many brackets may be open at once: the parser of PyYAML dies of a few thousand."""
FARTHEST = re.compile(r"^[ \t?:-]{1000}", re.MULTILINE)


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """What MkDocs reads front matter with."""


class _Config(_Plain):
    """Knows the tags that a mkdocs.yml may hold; functions named there are left out."""


_Config.add_constructor("!ENV", construct_env_tag)
_Config.add_constructor("!relative", lambda loader, node: None)
_Config.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


@dataclass(frozen=True, eq=False)
class Document:
    """The data of a YAML text, which begins below `above` lines of the file at `path`."""

    path: str
    data: Any
    node: yaml.Node | None
    above: int = 0

    def line(self, *keys: str | int) -> int:
        """Return the line of the part that `keys` lead to, or of the last of them that is there."""
        node, line = self.node, self.above + 1
        if node is not None:
            line = self.above + node.start_mark.line + 1
        for key in keys:
            found = _step(node, key)
            if found is None:
                break
            line = self.above + found[0].start_mark.line + 1
            node = found[1]
        return line

    def part(self, *keys: Any) -> "Document":
        """Return the part that `keys` lead to as a document of its own."""
        data, node = self.data, self.node
        for key in keys:
            found = _step(node, key)
            data, node = data[key], found[1] if found else None
        return replace(self, data=data, node=node)


def read_yaml(text: str) -> Any:
    """Return the data of a YAML document. Raises yaml.YAMLError where it is none."""
    return yaml.load(text, _Config)


@lru_cache(maxsize=1024)
def read_document(text: str, path: str, above: int = 0, config: bool = False) -> Document:
    """Read a YAML text; callers must not change what they get. `config` is that of MkDocs.

    Raises ProblemError where it is no YAML, where a mapping has a key twice, and where a
    part holds itself.
    """
    _check_depth(text, path, above)
    loader = (_Config if config else _Plain)(text)
    try:
        node = loader.get_single_node()
        if found := next(_find_faults(node, (), set()), None):
            part, what = found
            line = above + part.start_mark.line + 1
            raise ProblemError(Problem(path, line, what, "mend it, or keep one"))
        data = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ProblemError(_explain(error, path, above)) from None
    finally:
        loader.dispose()
    return Document(path, data, node, above)


def _step(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the node to point at for a part, and the node of its value."""
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    if isinstance(node, yaml.MappingNode):
        return next((pair for pair in node.value if pair[0].value == str(key)), None)
    return None


def _find_faults(
    node: yaml.Node | None, around: tuple[int, ...], done: set[int]
) -> Iterator[tuple[yaml.Node, str]]:
    """Yield what is wrong, with its node: keys that stand twice, and parts within themselves."""
    if not isinstance(node, yaml.CollectionNode):
        return
    if id(node) in around:
        yield node, "this part holds itself"
    if id(node) in done:
        return
    done.add(id(node))
    inside = node.value
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                yield key, f"`{key.value}` stands a second time in one mapping"
            seen.add(str(key.value))
        inside = [part for pair in node.value for part in pair]
    for part in inside:
        yield from _find_faults(part, (*around, id(node)), done)


def _check_depth(text: str, path: str, above: int) -> None:
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > DEEPEST:
            break
    else:
        bracket = FARTHEST.search(text)
    if bracket:
        line = above + text.count("\n", 0, bracket.start()) + 1
        raise ProblemError(Problem(path, line, "this is nested too deeply", "mend it"))


def _explain(error: Exception, path: str, above: int) -> Problem:
    """Return the problem of a text that is no YAML."""
    mark = getattr(error, "problem_mark", None)
    line = above + (mark.line + 1 if mark else 1)
    reason = getattr(error, "problem", None) or str(error).split("\n")[0]
    remedy = "put the value in quotes, if it is a text"
    return Problem(path, line, f"this is no YAML: {reason}", remedy)
