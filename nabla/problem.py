"""What is wrong with an author's file, said so that the author can mend it."""

from dataclasses import dataclass

import click


@dataclass(frozen=True)
class Problem:
    """One mistake in one file.

    `str()` gives ``path:line: what is wrong; what to do``, followed by `detail`
    (a diff, say) on lines of its own.
    """

    path: str
    line: int
    what: str
    remedy: str
    detail: str = ""

    def __str__(self) -> str:
        head = f"{self.path}:{self.line}: {self.what}; {self.remedy}"
        return f"{head}\n{self.detail.rstrip()}" if self.detail else head


class ProblemError(click.ClickException):
    """Problems that leave nothing sensible to go on with.

    Commands made with click, of which MkDocs is one, end with their text, and no traceback.
    """

    def __init__(self, *problems: Problem):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
