"""What came of a proof: a table, the damage that no check named, the list of exceptions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nabla.problem import Problem
from nabla.source.data import read_yaml

from .mutant import Key, Mutant

LIST = "tests/prove/equivalent.yml"


@dataclass(frozen=True)
class Proof:
    """The mutants that were tried, and those of them that no check named.

    `excused` holds the keys of those that are equivalent, `faults` what is wrong with
    the list of those.
    """

    tried: Sequence[Mutant]
    unnamed: Sequence[Mutant]
    excused: Collection[Key] = ()
    faults: Sequence[Problem] = ()

    @property
    def missed(self) -> list[Mutant]:
        return [mutant for mutant in self.unnamed if mutant.key not in self.excused]

    @property
    def holds(self) -> bool:
        return not self.missed and not self.faults


def read_exceptions(text: str) -> dict[Key, int]:
    """Return the mutants that a list excuses, each with the line of its entry.

    An entry has a path, a reason, and for each line of the code what is done to it.
    """
    starts = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith("- ")]
    return {
        (entry["path"], source, what): line
        for entry, line in zip(read_yaml(text) or [], starts, strict=True)
        for source, whats in entry["lines"].items()
        for what in whats
    }


def find_unneeded(
    excused: Mapping[Key, int], there: Iterable[Mutant], caught: Iterable[Mutant]
) -> list[Problem]:
    """Name each exception of a mutant that is not there any more, or that was caught."""
    needed = {mutant.key for mutant in there} - {mutant.key for mutant in caught}
    return [
        Problem(LIST, line, f"{what} in {path} needs no exception", "remove it")
        for (path, source, what), line in excused.items()
        if (path, source, what) not in needed
    ]


def table(proof: Proof) -> str:
    """Return the table of what was tried, in Markdown."""
    tried, unnamed, missed = (
        Counter(mutant.kind for mutant in mutants)
        for mutants in (proof.tried, proof.unnamed, proof.missed)
    )
    counts = {"tried": tried, "caught": tried - unnamed, "missed": missed}
    counts["equivalent"] = unnamed - missed
    rows = [["kind", *counts], ["---", *["---:"] * len(counts)]]
    rows += [[kind, *(count[kind] for count in counts.values())] for kind in tried]
    rows += [["**all**", *(count.total() for count in counts.values())]]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def name(mutant: Mutant) -> Problem:
    """Say what is wrong where no check names a mutant."""
    remedy = "make a check see it"
    if mutant.kind.startswith("code"):
        remedy = f"make the sample show it, or list it in {LIST} with a reason"
    return Problem(mutant.path, mutant.line, f"no check sees that {mutant.what}", remedy)
