"""A damage done to the project, and what the checks made of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mutant:
    """One damage to one file.

    `line` is that of the file, `what` says what was done there, `source` is the line
    that it was done to, and `text` what the checks are given: a whole file, or code.
    """

    kind: str
    path: str
    line: int
    what: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether the checks named a damage."""

    mutant: Mutant
    caught: bool


def told_apart(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Number the mutants that do the same to one source line, or to equal ones of a file."""
    seen: Counter = Counter()
    numbered = []
    for mutant in mutants:
        key = mutant.path, mutant.source, mutant.what
        seen[key] += 1
        again = f" ({seen[key]})" if seen[key] > 1 else ""
        numbered.append(replace(mutant, what=mutant.what + again))
    return numbered
