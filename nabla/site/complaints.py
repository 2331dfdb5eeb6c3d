"""Whether something was wrong: told by what is logged, which is all that MkDocs knows of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mkdocs.utils import CountHandler

MKDOCS = logging.getLogger("mkdocs")


@contextmanager
def complaints() -> Iterator[CountHandler]:
    """Count the warnings and errors that are logged meanwhile."""
    counter = CountHandler(level=logging.WARNING)
    MKDOCS.addHandler(counter)
    try:
        yield counter
    finally:
        MKDOCS.removeHandler(counter)
