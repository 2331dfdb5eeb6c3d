"""Which results of a page wait until the reader asks for them."""

from nabla.source.page import Block, Directive, Include, Line, Page
from nabla.source.text import split_lines


def find_predicted(page: Page) -> set[int]:
    """Return the lines of the samples that stand right below a directive ``predict``."""
    lines = ["", *split_lines(page.text)]
    found: set[int] = set()
    for directive in page.all(Directive):
        if directive.keyword == "predict":
            below = range(directive.line + 1, len(lines))
            found |= set([number for number in below if lines[number].strip()][:1])
    return found


def is_hidden(include: Include, page: Page) -> bool:
    """Tell whether the result of a snippet is to be predicted, or stands in a fold."""
    if include.line in find_predicted(page):
        return True
    indent = include.indent
    for above in reversed(page.all(Line)):
        if above.line < include.line and above.indent < indent:
            if isinstance(above, Block) and above.mark == "???":
                return True
            indent = above.indent
    return False
