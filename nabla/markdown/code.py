"""Highlighted code, as a fence of the page would have it."""

import inspect
import json
from functools import lru_cache

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

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
