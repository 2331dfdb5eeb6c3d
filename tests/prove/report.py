"""The table at the end, and each damage that no check named."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from nabla.problem import Problem

from .exceptions import LIST, key
from .mutant import Mutant, Verdict

REMEDY = {
    "code": f"make the sample show it, or list it in {LIST} with a reason",
    "other": "make a check see it",
}


@dataclass(frozen=True)
class Proof:
    """What came of all mutants. `excused` holds the keys of those that are equivalent."""

    verdicts: tuple[Verdict, ...]
    excused: Collection[tuple[str, str, str]] = ()
    faults: tuple[Problem, ...] = ()
    """What is wrong with the list of exceptions."""

    @property
    def missed(self) -> list[Mutant]:
        left = [verdict.mutant for verdict in self.verdicts if not verdict.caught]
        return [mutant for mutant in left if key(mutant) not in self.excused]

    @property
    def holds(self) -> bool:
        return not self.missed and not self.faults


def table(proof: Proof) -> str:
    """Return the table of what was tried, in Markdown."""
    kinds = list(dict.fromkeys(verdict.mutant.kind for verdict in proof.verdicts))
    rows = [(kind, *_numbers(proof, _of_kind(proof.verdicts, kind))) for kind in kinds]
    total = ("**all**", *_numbers(proof, proof.verdicts))
    head = ("kind", "tried", "caught", "missed", "equivalent")
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, *rows, total)]
    return "\n".join([lines[0], "|---|---:|---:|---:|---:|", *lines[1:]])


def missed_lines(proof: Proof) -> list[str]:
    """Return a line for each damage that no check named."""
    return [
        str(
            Problem(
                mutant.path,
                mutant.line,
                f"no check sees that {mutant.what}",
                REMEDY["code" if mutant.kind.startswith("code") else "other"],
            )
        )
        for mutant in proof.missed
    ]


def _of_kind(verdicts: Iterable[Verdict], kind: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.mutant.kind == kind]


def _numbers(proof: Proof, verdicts: Sequence[Verdict]) -> tuple[int, int, int, int]:
    caught = sum(verdict.caught for verdict in verdicts)
    missed = set(map(id, proof.missed))
    open_ = sum(id(verdict.mutant) in missed for verdict in verdicts)
    return len(verdicts), caught, open_, len(verdicts) - caught - open_
