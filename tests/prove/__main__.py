"""`python -m tests.prove`: the whole proof, or a sample of it."""

import sys
import time
from pathlib import Path

import click

from nabla.problem import ProblemError
from nabla.source.project import find_project

from .proof import prove
from .report import name, table


@click.command()
@click.option("--sample", type=click.IntRange(1), help="Try so many mutants of each kind only.")
@click.option("--seed", default=1, show_default=True, help="Which ones a sample draws.")
def main(sample: int | None, seed: int) -> None:
    """Damage the project in memory, and expect the checks to name every damage."""
    started = time.monotonic()
    try:
        proof = prove(find_project(Path(__file__)), sample, seed)
    except ProblemError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(table(proof))
    for problem in (*map(name, proof.missed), *proof.faults):
        click.echo(str(problem))
    click.echo(f"\n{time.monotonic() - started:.0f} s")
    sys.exit(0 if proof.holds else 1)


if __name__ == "__main__":
    main()
