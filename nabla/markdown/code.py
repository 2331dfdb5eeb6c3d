"""Highlighted code, as a fence of the page would have it."""

import inspect
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

CODE = re.compile(r"(.*<code>)(.*)(</code>.*)", re.DOTALL)
RUN = re.compile(r"(?P<open><span[^>]*>)?(?P<text>[^<]+)(?(open)</span>)")
ACCEPTED = inspect.signature(Highlight.__init__).parameters.keys()


def highlight(md: Markdown, code: str) -> str:
    """Return the HTML of Python code by the highlighter of `md`, with its options."""
    extension = next(one for one in md.registeredExtensions if isinstance(one, HighlightExtension))
    settings = extension.get_pymdownx_highlight_settings()
    options = {key: value for key, value in settings.items() if key in ACCEPTED}
    return _highlight(code, settings["css_class"], json.dumps(options))


@lru_cache(maxsize=4096)
def _highlight(code: str, css_class: str, options: str) -> str:
    """The same code stands on the pages of all languages, and is highlighted once."""
    highlighter = Highlight(None, **json.loads(options))
    return highlighter.highlight(code, "python", css_class, classes=[], id_value="", attrs={})


def split_highlighted(html: str, lengths: Sequence[int]) -> tuple[str, list[str], str]:
    """Return highlighted code cut into pieces of so many characters, each with its colours.

    Before and after the pieces come what stands before and after the code.
    """
    before, code, after = CODE.fullmatch(html).groups()  # type: ignore[union-attr]
    pieces: list[str] = []
    runs = [(run["open"] or "", unescape(run["text"])) for run in RUN.finditer(code)]
    for length in lengths:
        piece, left = "", length
        while left > 0:
            opening, text = runs.pop(0)
            if len(text) > left:
                runs.insert(0, (opening, text[left:]))
            kept = text[:left]
            piece += f"{opening}{escape(kept, quote=False)}{'</span>' if opening else ''}"
            left -= len(kept)
        pieces.append(piece)
    return before, pieces, after
