"""Drawings of what torch did, asked for by directives.

In a page, `<!--nabla:graph lesson/name z-->` draws the graph of `z` in a snippet;
in the snippet's own file, `<!--nabla:graph z-->` draws it wherever the snippet
is embedded. Each kind is a module with two functions:

- `probe(arguments)` returns the Probe that looks at the snippet; it raises
  ValueError, saying what the arguments should be, where they are not.
- `html(observed, snippet, words)` returns the drawing of what that probe saw.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from nabla.markdown.drawings import contour, curve, descent, graph, line
from nabla.markdown.page import Directive
from nabla.problem import Problem
from nabla.run.outcome import Probe, Run, Trouble

KINDS: Mapping[str, ModuleType] = {
    "contour": contour,
    "curve": curve,
    "descent": descent,
    "graph": graph,
    "line": line,
}
OTHER_KEYWORDS = {"glossary", "path", "plot", "predict", "verified"}


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
        return KINDS[self.kind].html(observed, self.snippet, words)


def read_drawing(directive: Directive, path: str, snippet: str = "") -> Drawing | Problem | None:
    """Understand a directive of the file `path`; `snippet` is given within a snippet's file.

    Returns None for directives that draw nothing.
    """
    if directive.keyword in OTHER_KEYWORDS:
        return None
    if directive.keyword not in KINDS:
        known = ", ".join(sorted({*KINDS, *OTHER_KEYWORDS}))
        what = f"`nabla:{directive.keyword}` is no directive"
        return Problem(path, directive.line, what, f"write one of {known}")
    arguments = shlex.split(directive.rest)
    if not snippet:
        if not arguments:
            what = f"`nabla:{directive.keyword}` names no snippet"
            return Problem(path, directive.line, what, "name one first")
        snippet, *arguments = arguments
    try:
        probe = KINDS[directive.keyword].probe(arguments)
    except ValueError as error:
        what = f"`nabla:{directive.keyword}` does not understand `{directive.rest}`"
        return Problem(path, directive.line, what, str(error))
    return Drawing(directive.keyword, snippet, probe, path, directive.line)
