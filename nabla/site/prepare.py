"""The first phase of a build: check every file, and run what has not run yet."""

import sys
from dataclasses import dataclass

from nabla.checks.api_names import check_names
from nabla.checks.files import Survey, survey
from nabla.checks.questions import find_key
from nabla.checks.results import judge, request_of
from nabla.problem import Problem, ProblemError
from nabla.run.results import Results
from nabla.run.runner import Runner
from nabla.run.store import Store
from nabla.source.pins import check_torch
from nabla.source.project import Project

RESULTS = "results"


@dataclass(frozen=True)
class Prepared:
    """A project that was read and whose samples ran; `problems` is all that is wrong with it."""

    project: Project
    survey: Survey
    results: Results
    problems: tuple[Problem, ...]


def prepare(project: Project, runner: Runner) -> Prepared:
    """Check the files of a project, and have a result of each of its samples and drawings.

    Raises ProblemError where no page can be rendered.
    """
    if wrong := check_torch(project):
        raise ProblemError(*wrong)
    found = survey(project)
    if found.unreadable:
        raise ProblemError(*found.unreadable)
    store = Store(project.cache / RESULTS)
    results = Results(store, runner)
    results.gather(found.requests(), show_progress)
    store.forget_unused()
    judged = judge_all(project, found, results)
    problems = (*found.problems, *judged, *check_names(project, results))
    return Prepared(project, found, results, problems)


def judge_all(project: Project, found: Survey, results: Results) -> list[Problem]:
    """Return what is wrong with the results of all samples, drawings and questions."""
    problems = []
    for sample in found.samples:
        problems += judge(sample, results.of(request_of(sample)))
    for drawing, sample in found.drawings:
        problems += drawing.faults(results.of(request_of(sample, drawing.probe)))
    for asked in found.questions:
        problems += find_key(asked, project, results)[1]
    return problems


def show_progress(done: int, count: int) -> None:
    """Write on a terminal how many samples have run."""
    if sys.stderr.isatty():
        end = "\n" if done == count else ""
        print(f"\rsamples: {done} of {count} ran", end=end, file=sys.stderr, flush=True)
