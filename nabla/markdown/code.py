"""Highlighted code, as a fence of the page would have it."""

from markdown import Markdown


def highlighted(md: Markdown, code: str, language: str = "python") -> str:
    """Return a placeholder for `code` as the page's own highlighter renders it."""
    fences = md.preprocessors["fenced_code_block"]
    fences.get_hl_settings()
    html = fences.highlight(
        src=code, language=language, options={}, md=md, classes=None, id_value="", attrs={}
    )
    return md.htmlStash.store(html)
