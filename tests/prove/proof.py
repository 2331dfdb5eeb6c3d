"""Damage everything there is to damage, and collect what the checks make of it."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from nabla.problem import ProblemError
from nabla.run import verdict
from nabla.run.runner import Runner
from nabla.run.sample import Sample, read_text
from nabla.site.check import survey
from nabla.site.freshness import State, page_status
from nabla.site.project import Project

from . import exceptions
from .judges import (
    Copy,
    Judge,
    PageJob,
    judge_bad_inputs,
    judge_code,
    judge_fingerprints,
    judge_lock_file,
    judge_page,
    judge_result,
    judge_whole,
)
from .mutant import Mutant, Verdict
from .mutations.code import normal, of_code
from .mutations.pages import of_page
from .mutations.pins import of_fingerprint, of_requirements
from .mutations.results import of_result
from .report import Proof

REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True)
class Extent:
    """How much to try: `sample` mutants of each kind, drawn with `seed`, or all of them.

    A sample leaves out what takes commands that other tests run already.
    """

    sample: int | None = None
    seed: int = 1

    @property
    def whole(self) -> bool:
        return self.sample is None

    def of(self, mutants: Iterable[Mutant]) -> list[Mutant]:
        """Return the mutants to try, in the order given within each kind."""
        by_kind: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in mutants:
            by_kind[mutant.kind].append(mutant)
        return [one for kind, each in by_kind.items() for one in self._drawn(kind, each)]

    def _drawn(self, kind: str, mutants: list[Mutant]) -> list[Mutant]:
        if self.sample is None or len(mutants) <= self.sample:
            return mutants
        at = random.Random(f"{kind} {self.seed}").sample(range(len(mutants)), self.sample)
        return [mutants[index] for index in sorted(at)]


def prove(
    root: Path,
    folder: Path,
    extent: Extent,
    judge: Judge = verdict.judge,
    say: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Damage the project in `root`, or a copy of it that is made in `folder`.

    Raises ProblemError where the project is at fault before it is damaged.
    """
    project = Project(root)
    found = survey(project)
    if problems := (*found.unreadable, *found.problems):
        raise ProblemError(*problems)
    copy = Copy.of(root, folder)
    possible = [mutant for sample in _distinct(found.samples) for mutant in of_code(sample)]
    say(f"{len(possible)} mutants of code")
    verdicts = _of_samples(project, found.samples, possible, extent, judge)
    say("results and code are judged")
    verdicts += _of_pages(project, copy, extent)
    say("pages are judged")
    verdicts += _of_pins(project, copy, extent)
    if extent.whole:
        verdicts += [Verdict(*pair) for pair in judge_bad_inputs(root, folder)]
    listed = exceptions.load(root)
    faults = exceptions.not_needed(listed, possible, verdicts)
    return Proof(tuple(verdicts), {one.key for one in listed}, tuple(faults))


def _distinct(samples: Iterable[Sample]) -> list[Sample]:
    """Return one sample for each code; labs first, since they take long."""
    by_code: dict[str, Sample] = {}
    for sample in samples:
        by_code.setdefault(sample.code, sample)
    return sorted(by_code.values(), key=lambda sample: not sample.is_lab)


def _of_samples(
    project: Project,
    samples: Sequence[Sample],
    possible: Sequence[Mutant],
    extent: Extent,
    judge: Judge,
) -> list[Verdict]:
    """Judge false statements, and code that does something else.

    What they are compared with is the undamaged code, written anew like its mutants:
    a mutant is then caught for what was done to it, not for how it is written.
    """
    wrong = extent.of(mutant for sample in samples for mutant in _of_result(project, sample))
    damaged = extent.of(possible)
    owners = {mutant: _owner(samples, mutant) for mutant in (*wrong, *damaged)}
    plain = {sample: normal(sample.code) for sample in owners.values()}
    with Runner() as runner:
        codes = [*plain.values(), *(mutant.text for mutant in damaged)]
        runner.submit_all((code, None) for code in codes)
        runs = {sample: runner.result(code) for sample, code in plain.items()}
        for sample, run in runs.items():
            if problems := verdict.judge(sample, run):
                raise ProblemError(*problems)
        by_code = judge_code(runner, [(mutant, owners[mutant]) for mutant in damaged], judge)
    by_result = [judge_result(m, owners[m], runs[owners[m]], judge) for m in wrong]
    return _verdicts((*wrong, *damaged), (*by_result, *by_code))


def _of_result(project: Project, sample: Sample) -> Iterator[Mutant]:
    if sample.stated:
        yield from of_result(read_text(project.root / sample.path, project.root), sample)


def _owner(samples: Iterable[Sample], mutant: Mutant) -> Sample:
    return next(
        sample
        for sample in samples
        if sample.path == mutant.path and sample.line <= mutant.line <= sample.end
    )


def _verdicts(mutants: Iterable[Mutant], caught: Iterable[bool]) -> list[Verdict]:
    return [Verdict(mutant, flag) for mutant, flag in zip(mutants, caught, strict=True)]


def _of_pages(project: Project, copy: Copy, extent: Extent) -> list[Verdict]:
    """Judge pages that lack a part, or have another one, in one language."""
    mutants = extent.of(
        mutant
        for locale, slug in _translated(project)
        for mutant in of_page(
            read_text(project.page(locale, slug), project.root),
            project.relative(project.page(locale, slug)),
        )
    )
    grouped = groupby(sorted(mutants, key=lambda one: one.path), key=lambda one: one.path)
    jobs = [_job(copy, path, tuple(each)) for path, each in grouped]
    if extent.whole:
        with ProcessPoolExecutor() as pool:
            judged = list(pool.map(judge_page, jobs))
    else:
        judged = [judge_page(job) for job in jobs]
    flags = [flag for each in judged for flag in each]
    verdicts = _verdicts((mutant for job in jobs for mutant in job.mutants), flags)
    return [one if one.caught else _by_all_checks(project, copy, one) for one in verdicts]


def _translated(project: Project) -> list[tuple[str, str]]:
    """Return the pages that are compared: current translations, and what they are made from."""
    pairs = []
    for slug in project.pages(project.default):
        others = [one.locale for one in project.languages if not one.default]
        current = [
            locale for locale in others if page_status(project, locale, slug).state is State.CURRENT
        ]
        originals = [project.default] if current else []
        pairs += [(locale, slug) for locale in (*originals, *current)]
    return pairs


def _job(copy: Copy, path: str, mutants: Sequence[Mutant]) -> PageJob:
    _, locale, slug = path.removesuffix(".md").split("/", 2)
    return PageJob(copy, locale, slug, mutants)


def _by_all_checks(project: Project, copy: Copy, one: Verdict) -> Verdict:
    """Let the rest of the checks see a translation that looks like its original."""
    if one.mutant.path.startswith(f"docs/{project.default}/"):
        return one
    return Verdict(one.mutant, judge_whole(copy, one.mutant))


def _of_pins(project: Project, copy: Copy, extent: Extent) -> list[Verdict]:
    """Judge another torch, and translations that record another original."""
    pages = [project.page(*pair) for pair in _translated(project) if pair[0] != project.default]
    prints = extent.of(
        mutant
        for path in pages
        for mutant in of_fingerprint(read_text(path, project.root), project.relative(path))
    )
    verdicts = []
    if extent.whole:
        text = read_text(project.root / REQUIREMENTS, project.root)
        pins = list(of_requirements(text, REQUIREMENTS))
        verdicts = _verdicts(pins, judge_lock_file(copy, pins))
    return verdicts + _verdicts(prints, judge_fingerprints(copy, prints))
