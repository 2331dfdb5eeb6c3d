"""`python -m tests.prove`: the whole proof, or a sample of it."""

import sys
import tempfile
import time
from pathlib import Path

import click

from nabla.problem import ProblemError
from nabla.site.project import find_project

from .proof import Extent, prove
from .report import missed_lines, table


@click.command()
@click.option("--sample", type=click.IntRange(1), help="Try so many mutants of each kind only.")
@click.option("--seed", default=1, show_default=True, help="Which ones a sample draws.")
def main(sample: int | None, seed: int) -> None:
    """Damage the project in a copy, and expect the checks to name every damage."""
    started = time.monotonic()
    root = find_project(Path(__file__)).root
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        try:
            proof = prove(
                root, Path(folder), Extent(sample, seed), say=lambda it: click.echo(it, err=True)
            )
        except ProblemError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
    click.echo(table(proof))
    for line in (*missed_lines(proof), *proof.faults):
        click.echo(line)
    click.echo(f"\n{time.monotonic() - started:.0f} s")
    sys.exit(0 if proof.holds else 1)


if __name__ == "__main__":  # the processes that judge pages import this module
    main()
