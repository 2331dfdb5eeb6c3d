"""Read the directives that ask for a drawing."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nabla.explorers import KINDS
from nabla.problem import Problem
from nabla.run.outcome import Probe, Run, Trouble

OTHER_KEYWORDS = {
    "ask",
    "glossary",
    "mistake",
    "path",
    "plot",
    "predict",
    "solution",
    "variants",
    "verified",
}


class Directive(Protocol):
    """A line ``<!--nabla:keyword rest-->``."""

    @property
    def keyword(self) -> str: ...
    @property
    def rest(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True)
class Drawing:
    """A directive understood: what to look at in which snippet, and from where it was asked."""

    kind: str
    snippet: str
    probe: Probe
    path: str
    line: int

    def faults(self, run: Run) -> list[Problem]:
        """Return why `run` gave nothing to draw, if any reason there is."""
        if not run.failure:
            return []
        raised = "raises " if run.failure.trouble is Trouble.RAISED else ""
        what = f"cannot draw {self.snippet}, which {raised}{run.failure.message}"
        remedy = "mend the directive, or the snippet that it names"
        return [Problem(self.path, self.line, what, remedy)]

    def html(self, observed: Any, words: Mapping[str, Any]) -> str:
        """Return the HTML of what the probe saw, in the words of a language."""
        return KINDS[self.kind].draw(observed, self.snippet, words)


def read_drawing(directive: Directive, path: str, snippet: str = "") -> Drawing | Problem | None:
    """Understand a directive of the file `path`; `snippet` is given within a snippet's file.

    Returns None for directives that draw nothing.
    """
    keyword = directive.keyword
    if keyword in OTHER_KEYWORDS:
        what = f"`nabla:{keyword}` is read in pages only"
        remedy = "take it out of the snippet"
        return Problem(path, directive.line, what, remedy) if snippet else None
    if keyword not in KINDS:
        known = ", ".join(sorted({*KINDS, *OTHER_KEYWORDS}))
        what = f"`nabla:{keyword}` is no directive"
        return Problem(path, directive.line, what, f"write one of {known}")
    arguments = shlex.split(directive.rest)
    if not snippet:
        if not arguments:
            what = f"`nabla:{keyword}` names no snippet"
            return Problem(path, directive.line, what, "name one first")
        snippet, *arguments = arguments
    try:
        probe = KINDS[keyword].probe(arguments)
    except ValueError as error:
        what = f"`nabla:{keyword}` does not understand `{directive.rest}`"
        return Problem(path, directive.line, what, str(error))
    return Drawing(keyword, snippet, probe, path, directive.line)
