"""Damage everything there is to damage, and collect what no check names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import TypeVar

from nabla.checks import results
from nabla.checks.files import survey
from nabla.checks.freshness import State, find_status
from nabla.checks.parity import compare_pages
from nabla.checks.results import request_of
from nabla.problem import Problem, ProblemError
from nabla.run.outcome import Run
from nabla.run.runner import Runner
from nabla.source.project import Project
from nabla.source.samples import Sample

from .code import damage_code
from .mutant import CodeMutant, Mutant
from .pages import damage_pages
from .report import LIST, Proof, find_unneeded, read_exceptions

Judge = Callable[[Sample, Run], list[Problem]]
Some = TypeVar("Some", bound=Mutant)


def prove(
    project: Project, sample: int | None = None, seed: int = 1, judge: Judge = results.judge
) -> Proof:
    """Damage a project in memory, and see what the checks say; `judge`, of a sample and its run.

    Tries `sample` mutants of each kind, drawn with `seed`, or all of them. Raises
    ProblemError where the project is at fault before it is damaged.
    """
    found = survey(project)
    if problems := (*found.unreadable, *found.problems):
        raise ProblemError(*problems)
    distinct = {sample.code: sample for sample in reversed(found.samples)}.values()
    possible = [mutant for one in distinct for mutant in damage_code(one)]
    current = [one for one in find_status(project) if one.state is State.CURRENT]
    shared = [each for one in current for each in damage_pages(project, one.locale, one.slug)]
    codes, pages = (draw(mutants, sample, seed) for mutants in (possible, shared))
    unnamed = [
        *find_unnamed(codes, judge),
        *(page for page in pages if not compare_pages(*page.sides)),
    ]
    path = project.root / LIST
    excused = read_exceptions(project.read(path)) if path.is_file() else {}
    faults = find_unneeded(excused, possible, {*codes} - {*unnamed})
    return Proof([*codes, *pages], unnamed, excused, faults)


def draw(mutants: Iterable[Some], sample: int | None, seed: int) -> list[Some]:
    """Return `sample` mutants of each kind, or all."""
    by_kind: dict[str, list[Some]] = defaultdict(list)
    for mutant in mutants:
        by_kind[mutant.kind].append(mutant)
    return [one for each in by_kind.values() for one in _draw(each, sample, seed)]


def _draw(mutants: list[Some], sample: int | None, seed: int) -> list[Some]:
    if sample is None or sample > len(mutants):
        return mutants
    return Random(seed).sample(mutants, sample)


def find_unnamed(mutants: Sequence[CodeMutant], judge: Judge) -> list[CodeMutant]:
    """Return the mutants that print, when they run, what their sample states.

    Raises ProblemError where an undamaged one does not.
    """
    plain = list(dict.fromkeys(mutant.plain for mutant in mutants))
    asked = [request_of(sample) for sample in (*plain, *(mutant.damaged for mutant in mutants))]
    with Runner() as runner:
        runs = dict(runner.run_all(asked))
        if runner.result("print('still here')").stdout != "still here\n":
            raise RuntimeError("the process that runs samples ended, so that nothing is proved")
    wrong = [one for sample in plain for one in results.judge(sample, runs[request_of(sample)])]
    if wrong:
        raise ProblemError(*wrong)
    return [one for one in mutants if not judge(one.damaged, runs[request_of(one.damaged)])]
