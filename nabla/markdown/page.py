"""What stands in a page: the snippets it includes, its own samples, its directives."""

import re
from dataclasses import dataclass
from functools import lru_cache

from nabla.problem import Problem
from nabla.run.fences import Prose, scan
from nabla.run.lab import is_lab, read_lab
from nabla.run.sample import Sample, read_samples

INCLUDE = re.compile(r'\s*--8<-- "(?P<file>[^"]*)"\s*$')
DIRECTIVE = re.compile(r"\s*<!--nabla:(?P<keyword>[\w-]+)\s*(?P<rest>.*?)\s*-->\s*$")


@dataclass(frozen=True)
class Include:
    """A line that embeds the snippet `name`. `line` counts from 1."""

    name: str
    line: int
    indent: int


@dataclass(frozen=True)
class Directive:
    """A line ``<!--nabla:keyword rest-->``."""

    keyword: str
    rest: str
    line: int
    indent: int


@dataclass(frozen=True)
class Page:
    """The parts of a page that this project gives a meaning to."""

    includes: tuple[Include, ...]
    directives: tuple[Directive, ...]
    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...]


@lru_cache(maxsize=1024)
def read_page(text: str, path: str) -> Page:
    """Read the Markdown of a page; `path` is what its problems are reported under."""
    includes, directives, problems = [], [], []
    for item in scan(text):
        if not isinstance(item, Prose):
            continue
        indent = len(item.text) - len(item.text.lstrip())
        if found := INCLUDE.match(item.text):
            file = found["file"]
            if not file.endswith(".md"):
                problems.append(
                    Problem(path, item.line, f'"{file}" names no snippet', "end it with .md")
                )
                continue
            includes.append(Include(file.removesuffix(".md"), item.line, indent))
        elif found := DIRECTIVE.match(item.text):
            directives.append(Directive(found["keyword"], found["rest"], item.line, indent))
    reading = read_lab(text, path) if is_lab(text) else read_samples(text, path)
    return Page(
        tuple(includes),
        tuple(directives),
        reading.samples,
        (*reading.problems, *problems),
    )
