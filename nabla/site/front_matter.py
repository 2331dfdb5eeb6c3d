"""The front matter of a page: read whole, changed a key at a time."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mkdocs.utils.meta import get_data

FENCE = "---\n"


@lru_cache(maxsize=1024)
def read(text: str) -> tuple[str, Mapping[str, Any]]:
    """Return the Markdown of a page, and what its front matter says."""
    return get_data(text)


def with_key(text: str, key: str, value: str) -> str:
    """Return `text` with ``key: value`` in its front matter, all else as it was."""
    if not text.startswith(FENCE):
        return f"{FENCE}{key}: {value}\n{FENCE}\n{text}"
    head, rest = text.removeprefix(FENCE).split(FENCE, 1)
    kept = [line for line in head.splitlines() if not line.startswith(f"{key}:")]
    return FENCE + "\n".join([*kept, f"{key}: {value}"]) + "\n" + FENCE + rest
