"""Explorers: drawings of what torch did, which a reader can move or step through.

In a page, `<!--nabla:graph lesson/name z-->` draws the graph of `z` in a snippet;
in the snippet's own file, `<!--nabla:graph z-->` draws it wherever the snippet
is embedded. Each kind is a folder here, named as the directive is, that holds

- `probe.py`: what looks at the snippet while it runs;
- `draw.py` and a template: the HTML of what the probe saw;
- a style, and a script where something moves, named like the folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nabla.run.outcome import Probe

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Kind:
    """A kind of drawing. Its modules are imported when they are first needed."""

    name: str

    def probe(self, arguments: Sequence[str]) -> Probe:
        """Return the probe. Raises ValueError, saying how to write it, for other arguments."""
        return import_module(f"{__name__}.{self.name}.probe").probe(arguments)

    def draw(self, observed: Any, snippet: str, words: Mapping[str, Any]) -> str:
        """Return the HTML of what the probe saw of `snippet`, in the words of a language."""
        return import_module(f"{__name__}.{self.name}.draw").draw(observed, snippet, words)


KINDS: Mapping[str, Kind] = {
    "border": Kind("border"),
    "contour": Kind("contour"),
    "curve": Kind("curve"),
    "descent": Kind("descent"),
    "differential": Kind("differential"),
    "graph": Kind("graph"),
    "line": Kind("line"),
    "norms": Kind("norms"),
    "rectangle": Kind("rectangle"),
    "trajectory": Kind("trajectory"),
}


def script_files() -> list[Path]:
    """Return the scripts, which a site publishes in one folder; its pages load `index.js`."""
    return sorted(FOLDER.glob("*/*.js"))


def style_files() -> list[Path]:
    """Return the styles, in the order in which a site joins them into one."""
    return [FOLDER / "shared" / "shared.css", *(FOLDER / kind / f"{kind}.css" for kind in KINDS)]
