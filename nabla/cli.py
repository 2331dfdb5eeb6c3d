"""The command `nabla`: what an author does between two builds."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from nabla.checks import freshness
from nabla.checks.api_names import check_names
from nabla.checks.bless import Blessing, rewrite
from nabla.checks.files import survey
from nabla.checks.freshness import State
from nabla.checks.overview import find_overview, write_overview
from nabla.checks.questions import find_key
from nabla.checks.results import compare_runs, diff, find_unfit, judge, request_of
from nabla.checks.typography import check_typography, typeset
from nabla.problem import ProblemError
from nabla.run.outcome import Conditions, Request
from nabla.run.results import Results
from nabla.run.runner import Runner
from nabla.run.store import Store
from nabla.site import WHOLE_SITE
from nabla.source.pins import check_torch
from nabla.source.project import Project, find_project, get_sample
from nabla.source.text import read_text, update_file

INTERRUPTED = 130


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Run, check and bless the samples of the site."""
    context.obj = find_project(Path.cwd())
    if wrong := check_torch(context.obj):
        raise ProblemError(*wrong)


@cli.command()
@click.argument("name")
@click.pass_obj
def run(project: Project, name: str) -> None:
    """Run one snippet, NAME (lesson/name), and compare its result with the stated one."""
    sample = get_sample(project.read_snippet(name.removesuffix(".md")))
    with Runner() as runner:
        outcome = Results(runner=runner).of(request_of(sample))
    click.echo(outcome.stdout, nl=False)
    if problems := judge(sample, outcome):
        raise ProblemError(*problems)
    click.echo(
        "ok: this is the stated result" if sample.stated else "ok: nothing to state", err=True
    )


@cli.command()
@click.pass_obj
def check(project: Project) -> None:
    """Check all files, and run every sample twice in different conditions."""
    found = survey(project)
    first, second = (run_all(found.requests(), seed) for seed in (1, 2))
    problems = [*found.unreadable, *found.problems]
    for sample in found.samples:
        runs = (results.of(request_of(sample)) for results in (first, second))
        problems += compare_runs(sample, *runs) or judge(sample, first.of(request_of(sample)))
    for drawing, sample in found.drawings:
        problems += drawing.faults(first.of(request_of(sample, drawing.probe)))
    for asked in found.questions:
        problems += find_key(asked, project, first)[1]
    if not found.unreadable:
        with Runner() as runner:
            problems += check_names(project, Results(runner=runner))
    if problems:
        raise ProblemError(*problems)
    click.echo(f"{len(found.samples)} samples ran twice and print what they state")


def run_all(requests: Iterable[Request], seed: int) -> Results:
    """Run each request in an interpreter, with addresses, and in a folder of its own.

    `seed` is that of the random generators and of the hashes.
    """
    with Runner(Conditions(seed=seed)) as runner:
        results = Results(runner=runner)
        results.gather(requests)
    return results


@cli.command("bless")
@click.option("--check", "only_show", is_flag=True, help="Write nothing; exit code 1 on a change.")
@click.pass_obj
def bless_all(project: Project, only_show: bool) -> None:
    """Rewrite the stated results that changed, showing each difference."""
    found = survey(project)
    if found.unreadable:
        raise ProblemError(*found.unreadable)
    with Runner() as runner:
        results = Results(runner=runner)
        results.gather(request_of(sample) for sample in found.samples)
    changed: dict[str, list[Blessing]] = {}
    problems = list(found.problems)
    for sample in found.samples:
        outcome = results.of(request_of(sample))
        if broken := find_unfit(sample, outcome):
            problems += broken
        elif judge(sample, outcome):
            changed.setdefault(sample.path, []).append(Blessing(sample, outcome))
    for path, blessings in changed.items():
        for blessing in blessings:
            click.echo(f"{path}:{blessing.sample.line}")
            click.echo(diff(blessing.sample, blessing.run))
    rewritten = len(changed)
    if not only_show:
        rewritten = 0
        for path, blessings in changed.items():
            done, left = rewrite(project.root, path, blessings)
            rewritten += done
            problems += left
    word = "to rewrite; run `nabla bless`" if only_show and changed else "rewritten"
    click.echo(f"{rewritten} file{'s' * (rewritten != 1)} {word}")
    if problems:
        raise ProblemError(*problems)
    if only_show and changed:
        sys.exit(1)


@cli.command()
@click.option("--to", default=WHOLE_SITE, show_default=True, type=click.Path(path_type=Path))
@click.pass_obj
def offline(project: Project, to: Path) -> None:
    """Build the site, and pack it into a zip that works from a folder, without a server."""
    from nabla.site.offline import check_target, make_portable, write_zip

    if wrong := check_target(to):
        raise ProblemError(wrong)
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        site = Path(folder) / "site"
        built = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
            cwd=project.root,
            env={**os.environ, "DIRECTORY_URLS": "false"},
            check=False,
        )
        if built.returncode:
            sys.exit(built.returncode)
        make_portable(site)
        write_zip(site, to, to.stem)
    click.echo(f"{to}: {to.stat().st_size / 1e6:.1f} MB; unpack it, and open index.html")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
@click.pass_obj
def status(project: Project, as_json: bool) -> None:
    """Show which translations are current. Exit code 1 where one is behind or missing."""
    found = freshness.find_status(project)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
    else:
        width = max((len(one.slug) for one in found), default=0)
        for one in found:
            lines = "?" if one.changed is None else one.changed
            behind = f" ({lines} lines changed)" if one.state is State.BEHIND else ""
            click.echo(f"{one.slug:{width}}  {one.locale}  {one.state}{behind}")
    if any(one.state is not State.CURRENT for one in found):
        sys.exit(1)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
@click.pass_obj
def questions(project: Project, as_json: bool) -> None:
    """List what each page asks, the answer, the known mistakes, and in which languages."""
    found = find_overview(project, Results(Store(project.cache / "results")))
    as_text = partial(json.dumps, indent=2, ensure_ascii=False) if as_json else write_overview
    click.echo(as_text(found))


@cli.command("diff")
@click.argument("locale")
@click.argument("slug")
@click.pass_obj
def show_difference(project: Project, locale: str, slug: str) -> None:
    """Show what changed in the original since the page SLUG was translated to LOCALE."""
    click.echo(freshness.show_difference(project, locale, slug) or "nothing changed")


@cli.command()
@click.argument("locale")
@click.argument("slugs", nargs=-1, required=True)
@click.pass_obj
def stamp(project: Project, locale: str, slugs: tuple[str, ...]) -> None:
    """Record that the pages SLUGS in LOCALE are up to date with the originals."""
    for slug in slugs:
        freshness.stamp(project, locale, slug)
        click.echo(f"{project.relative(project.page_path(locale, slug))} is current")


@cli.command("typography")
@click.option("--fix", is_flag=True, help="Rewrite the pages.")
@click.pass_obj
def set_type(project: Project, fix: bool) -> None:
    """Show the lines that are not set as their language is, or set them."""
    problems = []
    for language in project.languages:
        for slug in project.slugs(language.locale):
            path = project.page_path(language.locale, slug)
            text = project.read(path)
            found = check_typography(text, language.locale, project.relative(path))
            setter = partial(typeset, locale=language.locale)
            if fix and found and update_file(path, project.root, setter):
                shown, now = project.relative(path), read_text(path, project.root)
                left = check_typography(now, language.locale, shown)
                click.echo(f"{shown}: {len(found) - len(left)} lines set")
                found = left
            problems += found
    if problems:
        raise ProblemError(*problems)


def main() -> None:
    """Entry point: problems and interruptions end in a message, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an encoding may lack a ∂
    try:
        cli(standalone_mode=False)
    except ProblemError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # as of `nabla status | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        click.echo(f"{error.filename or 'nabla'}: {error.strerror}; mend what it is", err=True)
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo(
            "interrupted: each file is as it was, or wholly rewritten; run it again", err=True
        )
        sys.exit(INTERRUPTED)
