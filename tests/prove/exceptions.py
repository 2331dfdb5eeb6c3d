"""The mutants that change nothing that their sample is about, each with a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mkdocs.utils.yaml import yaml_load

from nabla.problem import Problem
from nabla.run.sample import read_text

from .mutant import Mutant, Verdict

LIST = "tests/prove/equivalent.yml"


@dataclass(frozen=True)
class Equivalent:
    """A mutant that no check need name. `at` is its line in the list."""

    path: str
    line: str
    what: str
    reason: str
    at: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.path, self.line, self.what


def key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.path, mutant.source, mutant.what


def load(root: Path) -> list[Equivalent]:
    """Return the list of the project; none where it has no list."""
    path = root / LIST
    return read(read_text(path, root)) if path.is_file() else []


def read(text: str) -> list[Equivalent]:
    """Read a list. Each entry has a path, a reason, and for each line what is done to it."""
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("- ")]
    return [
        Equivalent(raw["path"], line, what, raw["reason"], at)
        for raw, at in zip(yaml_load(text) or [], starts, strict=True)
        for line, whats in raw["lines"].items()
        for what in whats
    ]


def not_needed(
    listed: Sequence[Equivalent], mutants: Iterable[Mutant], verdicts: Iterable[Verdict]
) -> list[Problem]:
    """Say which exceptions are of no mutant any more, and which of one that is caught."""
    there = {key(mutant) for mutant in mutants}
    caught = {key(verdict.mutant) for verdict in verdicts if verdict.caught}
    problems = []
    for one in listed:
        if one.key not in there:
            why = "there is no such mutant"
        elif one.key in caught:
            why = "the mutant is caught"
        else:
            continue
        what = f"the exception of {one.what} in {one.path} is not needed any more: {why}"
        problems.append(Problem(LIST, one.at, what, "remove it"))
    return problems
