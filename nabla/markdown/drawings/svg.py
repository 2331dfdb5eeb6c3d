"""Small helpers to write SVG as text."""

from html import escape


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element. Underscores in attribute names become hyphens; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>"


def text(content: str, x: float, y: float, /, **attributes: object) -> str:
    """Return a text element at a point."""
    return tag("text", escape(content, quote=False), x=x, y=y, **attributes)


def number(value: float) -> str:
    """Return a number as a drawing shows it: six significant digits, a true minus sign."""
    shown = f"{value:.6g}"
    return shown.replace("-", "−")


def _text(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
