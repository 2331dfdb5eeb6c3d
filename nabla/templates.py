"""Jinja templates: the HTML and SVG that readers see stand in files beside the code."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent


def render(name: str, **context: Any) -> str:
    """Return what the template `name`, a path within this package, makes of `context`."""
    return _environment().get_template(name).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "compact_json": compact_json,
        "coordinate": format_coordinate,
        "one_line": join_lines,
    }
    return environment


def compact_json(data: Any) -> str:
    """Return `data` as JSON without spaces."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def format_coordinate(number: float) -> str:
    """Return a number of a drawing with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def join_lines(markup: str) -> Markup:
    """Return markup on one line, with one space where a line ended."""
    return Markup(re.sub(r"[ \t]*\n\s*", " ", markup.strip("\n\t ")))
