"""The samples of this very project: they run, repeat themselves, and are looked at."""

import re
from dataclasses import replace

import pytest

from nabla.checks.files import survey
from nabla.checks.results import compare_runs, judge, request_of
from nabla.cli import run_all
from nabla.run.results import Results
from nabla.source.pins import check_torch
from nabla.source.project import Project
from nabla.source.samples import Sample

from .conftest import ROOT

PROJECT = Project(ROOT)
SURVEY = survey(PROJECT)
DRAWINGS = [pytest.param(d, s, id=f"{d.path}:{d.line}") for d, s in SURVEY.drawings]


def names(sample: Sample) -> str:
    return sample.name


@pytest.fixture(scope="module")
def first() -> Results:
    return run_all(SURVEY.requests(), seed=1)


@pytest.fixture(scope="module")
def second() -> Results:
    return run_all(SURVEY.requests(), seed=2)


def test_the_torch_installed_is_the_one_that_results_were_stated_under():
    assert not check_torch(PROJECT)


def test_no_file_of_the_project_is_at_fault():
    problems = [*SURVEY.unreadable, *SURVEY.problems]
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_a_sample_prints_what_it_states(sample: Sample, first: Results):
    problems = judge(sample, first.of(request_of(sample)))
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_a_sample_prints_the_same_in_other_conditions(sample: Sample, first, second):
    request = request_of(sample)
    problems = compare_runs(sample, first.of(request), second.of(request))
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize(("drawing", "sample"), DRAWINGS)
def test_a_drawing_can_be_drawn_and_is_the_same_in_other_conditions(drawing, sample, first, second):
    request = request_of(sample, drawing.probe)

    assert not drawing.faults(first.of(request))
    assert first.of(request).observed == second.of(request).observed


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_any_digit_or_sign_changed_in_a_stated_result_is_named_with_its_line(sample, first):
    for found in re.finditer(r"[\d\-\[\]]", sample.stated.text):
        damaged = str((int(found[0]) + 1) % 10) if found[0].isdigit() else ""
        text = sample.stated.text[: found.start()] + damaged + sample.stated.text[found.end() :]
        stated = replace(sample.stated, text=text)
        line = sample.stated.line + 1 + text[: found.start()].count("\n")

        (problem,) = judge(replace(sample, stated=stated), first.of(request_of(sample)))

        assert str(problem).startswith(f"{sample.path}:{line}: the result differs")
