"""Highlighted code, as a fence of the page would have it."""

from markdown import Markdown

_rendered: dict[tuple[str, str, str], str] = {}


def highlighted(md: Markdown, code: str, language: str = "python") -> str:
    """Return a placeholder for `code` as the page's own highlighter renders it.

    The same code stands on the pages of all languages, and is rendered once.
    """
    fences = md.preprocessors["fenced_code_block"]
    fences.get_hl_settings()
    key = (code, language, repr(fences.highlight_ext.getConfigs()))
    if key not in _rendered:
        _rendered[key] = fences.highlight(
            src=code, language=language, options={}, md=md, classes=None, id_value="", attrs={}
        )
    return md.htmlStash.store(_rendered[key])
