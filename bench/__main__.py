"""`python -m bench`: measure this site beside the same pages with nothing run, into results.md."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import click

from bench.measure import build, save, weigh
from bench.sources import write_floor, write_for_markdown_exec
from nabla.source.project import Project, find_project

HERE = Path(__file__).parent
MARKDOWN_EXEC = "markdown-exec==1.12.6"
TEXT = """\
# How long it takes

{pages} pages in {languages} languages, on {machine}. Measured {turns} × in turns; the medians. \
A ratio is taken within a turn. Made by `python -m bench`.

**The floor** is the same pages by Material and static-i18n alone: code and results stand in \
them as text, nothing runs or is checked, and formulas are left to a script. *Cold*: every \
sample runs. *Warm*: the same again, nothing changed. A *save* is of one page, under \
`mkdocs serve`. markdown-exec runs code in the build's own process, and compares nothing. Memory \
is the peak of all processes, shared pages counted once.

| | the floor | here | of the floor |
|---|---:|---:|---:|
{rows}
"""

Pair = tuple[float, float]
"""What was measured of the floor, and of something else."""


@click.command()
@click.option("--rounds", default=5, type=click.IntRange(1), help="How often all is measured.")
def main(rounds: int) -> None:
    """Measure this site beside the same pages by other tools."""
    project = find_project(HERE)
    folder = project.root / ".cache" / "bench"
    packages = install(folder / MARKDOWN_EXEC)
    turns = []
    for number in range(1, rounds + 1):
        click.echo(f"round {number} of {rounds}", err=True)
        turns.append(measure(project, folder, packages))
    text = TEXT.format(
        pages=sum(len(project.slugs(locale)) for locale in project.locales),
        languages=len(project.locales),
        machine=f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        turns=rounds,
        rows="\n".join(row(what, [turn[what] for turn in turns]) for what in turns[0]),
    )
    (HERE / "results.md").write_text(text, encoding="utf-8")


def install(target: Path) -> Path:
    """Install what the project itself has no use for, and return where."""
    if not target.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(target), target.name], check=True)
    return target


def measure(project: Project, folder: Path, packages: Path) -> Mapping[str, Pair]:
    """Measure everything once, one after the other."""
    floor, ours, peer = folder / "floor", folder / "ours", folder / "markdown-exec"
    copy(project, ours)
    write_floor(project, floor)
    write_for_markdown_exec(project, peer)
    with tempfile.TemporaryDirectory(prefix="nabla-") as cache:
        kept = {"NABLA_CACHE": cache}
        built = build(floor)
        others = {
            "a cold build": build(ours, kept),
            "a warm build": build(ours, kept),
            "a build by markdown-exec": build(peer, {"PYTHONPATH": str(packages)}),
        }
        only = {"ONLY": project.default}
        saves = {
            "a save, `ONLY` one language, s": (save(floor, only), save(ours, {**kept, **only})),
            "a save, all languages, s": (save(floor), save(ours, kept)),
        }
    requests, kilobytes = zip(weigh(floor / "site"), weigh(ours / "site"), strict=True)
    return {
        **{f"{name}, s": (built.seconds, one.seconds) for name, one in others.items()},
        **saves,
        **{f"{name}, MB": (built.megabytes, one.megabytes) for name, one in others.items()},
        "first view of a lesson, kB": kilobytes,
        "first view of a lesson, requests": requests,
    }


def copy(project: Project, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".venv", ".cache", "site")
    shutil.copytree(project.root, folder, ignore=left_out)


def row(what: str, pairs: Sequence[Pair]) -> str:
    floor, here = (median(side) for side in zip(*pairs, strict=True))
    ratio = median(here / floor for floor, here in pairs)
    return f"| {what} | {floor:.3g} | {here:.3g} | {ratio:.2f} |"


if __name__ == "__main__":
    main()
