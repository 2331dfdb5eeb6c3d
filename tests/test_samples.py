"""The samples of this very project: they run, repeat themselves, and are looked at."""

import re

import pytest

from nabla.run.determinism import Runs, run_all, wavering
from nabla.run.sample import Sample
from nabla.run.torch_version import wrong_torch
from nabla.run.verdict import judge
from nabla.site.check import survey
from nabla.site.project import Project

from .conftest import ROOT

SURVEY = survey(Project(ROOT))


DRAWINGS = [pytest.param(d, s, id=f"{d.path}:{d.line}") for d, s in SURVEY.drawings]


def names(sample: Sample) -> str:
    return sample.name


@pytest.fixture(scope="module")
def first() -> Runs:
    return run_all(SURVEY.requests(), seed=1)


@pytest.fixture(scope="module")
def second() -> Runs:
    return run_all(SURVEY.requests(), seed=2)


def test_the_torch_installed_is_the_one_that_results_were_stated_under():
    assert not wrong_torch(ROOT)


def test_no_file_of_the_project_is_at_fault():
    problems = [*SURVEY.unreadable, *SURVEY.problems]
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_a_sample_prints_what_it_states(sample: Sample, first: Runs):
    problems = judge(sample, first[sample.code, None])
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_a_sample_prints_the_same_in_other_conditions(sample: Sample, first, second):
    problems = wavering(sample, first, second)
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize(("drawing", "sample"), DRAWINGS)
def test_a_drawing_can_be_drawn_and_is_the_same_in_other_conditions(drawing, sample, first, second):
    request = sample.code, drawing.probe

    assert not drawing.faults(first[request])
    assert first[request].observed == second[request].observed


@pytest.mark.parametrize("sample", SURVEY.samples, ids=names)
def test_any_digit_changed_in_a_stated_result_is_named_with_its_line(sample: Sample, first):
    for found in re.finditer(r"\d", sample.stated.text):
        damaged = str((int(found[0]) + 1) % 10)
        text = sample.stated.text[: found.start()] + damaged + sample.stated.text[found.end() :]
        stated = type(sample.stated)(text, sample.stated.line, sample.stated.end)
        line = sample.stated.line + 1 + text[: found.start()].count("\n")

        (problem,) = judge(Sample(**{**vars(sample), "stated": stated}), first[sample.code, None])

        assert str(problem).startswith(f"{sample.path}:{line}: the result differs")
