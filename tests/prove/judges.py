"""Give mutants to the checks, and tell which were named: a list of booleans, in their order."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from nabla.markdown.page import read_page
from nabla.problem import Problem
from nabla.run.outcome import Run
from nabla.run.runner import Runner
from nabla.run.sample import Reading, Sample, read_samples, read_snippet, read_text
from nabla.run.verdict import judge
from nabla.site.check import survey
from nabla.site.freshness import State, page_status
from nabla.site.parity import compare
from nabla.site.project import Project

from .mutant import Mutant

Judge = Callable[[Sample, Run], list[Problem]]
NOT_COPIED = {".git", ".venv", ".cache", "site"}


def read_again(text: str, sample: Sample) -> Reading:
    """Read a damaged file the way the file of `sample` is read."""
    if sample.path.startswith("snippets/"):
        return read_snippet(text, sample.path, sample.name)
    if sample.path.startswith("docs/"):
        page = read_page(text, sample.path)
        return Reading(page.samples, page.problems)
    return read_samples(text, sample.path)


def judge_result(mutant: Mutant, sample: Sample, run: Run, judge: Judge = judge) -> bool:
    """Compare what the code of `sample` printed with a false statement of it."""
    reading = read_again(mutant.text, sample)
    again = [one for one in reading.samples if one.line == sample.line]
    return bool(reading.problems) or not again or bool(judge(again[0], run))


def judge_code(
    runner: Runner, pairs: Sequence[tuple[Mutant, Sample]], judge: Judge = judge
) -> list[bool]:
    """Run each damaged code and compare what it prints with what the sample states."""
    futures = [runner.submit(mutant.text) for mutant, _ in pairs]
    caught = [
        bool(judge(sample, future.result()))
        for (_, sample), future in zip(pairs, futures, strict=True)
    ]
    if runner.result("print('still here')").stdout != "still here\n":
        raise RuntimeError("the server of samples ended, so that nothing is proved")
    return caught


@dataclass(frozen=True)
class Copy:
    """A copy of the project, to be damaged."""

    root: Path

    @classmethod
    def of(cls, root: Path, folder: Path) -> "Copy":
        def left_out(at: str, names: list[str]) -> set[str]:
            return NOT_COPIED & set(names) if Path(at) == root else set()

        shutil.copytree(root, folder / "copy", ignore=left_out)
        return cls(folder / "copy")

    def write(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8", newline="\n")

    @contextmanager
    def damaged(self, *mutants: Mutant) -> Iterator[None]:
        """Write the text of mutants, and put back what was there before."""
        paths = [mutant.path for mutant in mutants]
        before = {path: read_text(self.root / path, self.root) for path in paths}
        try:
            for mutant in mutants:
                self.write(mutant.path, mutant.text)
            yield
        finally:
            for path, text in before.items():
                self.write(path, text)

    def command(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root), "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@dataclass(frozen=True)
class PageJob:
    """The mutants of one page, and what they are judged with."""

    copy: Copy
    locale: str
    slug: str
    mutants: Sequence[Mutant]


def judge_page(job: PageJob) -> list[bool]:
    """Compare a translation with the original; see whether an original leaves it behind."""
    project = Project(job.copy.root)
    if job.locale == project.default:
        return [_is_left_behind(project, job, mutant) for mutant in job.mutants]
    path = project.page(project.default, job.slug)
    original, shown = read_text(path, project.root), project.relative(path)
    return [bool(compare(original, shown, m.text, m.path)) for m in job.mutants]


def _is_left_behind(project: Project, job: PageJob, mutant: Mutant) -> bool:
    """Tell whether every translation of a damaged original is known to be behind."""
    locales = [language.locale for language in project.languages if not language.default]
    with job.copy.damaged(mutant):
        states = [page_status(project, locale, job.slug).state for locale in locales]
    return State.CURRENT not in states


def judge_whole(copy: Copy, mutant: Mutant) -> bool:
    """Check all files of the project with one of them damaged."""
    with copy.damaged(mutant):
        found = survey(Project(copy.root))
    return bool(found.problems or found.unreadable)


def judge_lock_file(copy: Copy, mutants: Iterable[Mutant]) -> list[bool]:
    """See whether both the check and a strict build refuse another torch, and say where."""
    commands = (("nabla", "check"), ("mkdocs", "build", "--strict"))
    return [all(_refuses(copy, mutant, words) for words in commands) for mutant in mutants]


def _refuses(copy: Copy, mutant: Mutant, words: Sequence[str]) -> bool:
    with copy.damaged(mutant):
        done = copy.command(*words)
    return done.returncode != 0 and mutant.path in done.stdout + done.stderr


def judge_fingerprints(copy: Copy, mutants: Sequence[Mutant]) -> list[bool]:
    """See whether `nabla status` says of each page that it is behind.

    What is done alike to many pages is done to all at once: each stands for itself.
    """
    behind: dict[str, set[str]] = {}
    for what in dict.fromkeys(mutant.what for mutant in mutants):
        with copy.damaged(*(mutant for mutant in mutants if mutant.what == what)):
            behind[what] = _said_to_be_behind(copy)
    return [mutant.path in behind[mutant.what] for mutant in mutants]


def _said_to_be_behind(copy: Copy) -> set[str]:
    done = copy.command("nabla", "status", "--json")
    if done.returncode != 1:
        return set()
    return {
        f"docs/{one['locale']}/{one['slug']}.md"
        for one in json.loads(done.stdout)
        if one["state"] == State.BEHIND
    }


def judge_bad_inputs(root: Path, folder: Path) -> list[tuple[Mutant, bool]]:
    """Run the tests of bad inputs, and return how each ended."""
    report = folder / "bad-inputs.xml"
    path = "tests/test_bad_input.py"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", path, f"--junitxml={report}"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(f"{path} did not run, so that nothing is proved")
    cases = [case for case in ElementTree.parse(report).iter("testcase")]
    failed = ("failure", "error")
    return [
        (
            Mutant("bad input", path, 1, case.get("name", ""), ""),
            all(case.find(tag) is None for tag in failed),
        )
        for case in cases
        if case.find("skipped") is None
    ]
