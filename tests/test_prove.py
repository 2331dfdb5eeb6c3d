"""The checks bite: a sample of `make prove`; and what makes the damage does it."""

from itertools import pairwise

import pytest

from nabla.run.outcome import Run
from nabla.run.sample import Sample, read_snippet

from .conftest import ROOT
from .prove import exceptions
from .prove.judges import judge_result
from .prove.mutant import Mutant, Verdict
from .prove.mutations.code import normal, of_code
from .prove.mutations.pages import of_page
from .prove.mutations.pins import of_fingerprint, of_requirements
from .prove.mutations.results import of_result
from .prove.proof import Extent, prove
from .prove.report import Proof, missed_lines, table

FILE = """```python
{}
```

<!--pytest-codeblocks:expected-output-->

```text
{}
```
"""


def sample(code: str, result: str = "0") -> Sample:
    return read_snippet(FILE.format(code, result), "snippets/a/b.md", "a/b").samples[0]


def mutants(code: str) -> list[tuple[str, str]]:
    return [(m.kind.removeprefix("code: "), m.text.rstrip("\n")) for m in of_code(sample(code))]


@pytest.mark.parametrize(
    ("code", "kind", "mutant"),
    [
        ("a + b", "operator", "a - b"),
        ("a - b", "operator", "a + b"),
        ("a * b", "operator", "a / b"),
        ("a / b", "operator", "a * b"),
        ("a ** b", "operator", "a * b"),
        ("a @ b", "operator", "a * b"),
        ("a -= b", "operator", "a += b"),
        ("a > b", "operator", "a <= b"),
        ("a is b", "operator", "a is not b"),
        ("-a", "operator", "a"),
        ("f(3)", "constant", "f(7)"),
        ("f(0.5)", "constant", "f(2.0)"),
        ("f(keep=True)", "constant", "f(keep=False)"),
        ("x.sum()", "sum or mean", "x.mean()"),
        ("torch.mean(x)", "sum or mean", "torch.sum(x)"),
        ("f(x, reduction='sum')", "sum or mean", "f(x, reduction='mean')"),
        ("f(requires_grad=True)", "requires_grad", "f()"),
        ("x.requires_grad_()", "requires_grad", "x"),
        ("x.grad.zero_()", "zero_", "pass"),
        ("x.grad = None", "zero_", "pass"),
        ("o.zero_grad()", "zero_", "pass"),
        ("with torch.no_grad():\n    f()", "no_grad", "if True:\n    f()"),
        ("@torch.no_grad()\ndef f():\n    pass", "no_grad", "def f():\n    pass"),
    ],
)
def test_code_has_one_mutant_for_each_site(code: str, kind: str, mutant: str):
    assert mutants(code) == [(kind, mutant)]


@pytest.mark.parametrize(
    "code",
    [
        "torch.manual_seed(3)",
        "print(f'{x:8.4f}')",
        "'-' * n",
        "plt.plot(x, 2 * y)",
        "f('a + 1')",
    ],
)
def test_what_nothing_states_is_left_alone(code: str):
    assert mutants(code) == []


def test_code_within_an_f_string_is_changed():
    assert mutants("f'{a + b:6.3f}'") == [("operator", "f'{a - b:6.3f}'")]


def test_each_mutant_of_code_differs_and_has_the_line_of_the_file():
    one = sample("x = 1\n# a note\n\ny = 2 * x")

    made = of_code(one)

    assert len({normal(one.code), *(mutant.text for mutant in made)}) == len(made) + 1
    assert [(m.line, m.source) for m in made] == [
        (2, "x = 1"),
        (5, "y = 2 * x"),
        (5, "y = 2 * x"),
    ]


def test_mutants_that_do_the_same_to_a_line_are_told_apart():
    assert [m.what for m in of_code(sample("f(2, 2)"))] == [
        "`2` becomes `5`",
        "`2` becomes `5` (2)",
    ]


@pytest.mark.parametrize(
    ("result", "kind", "wanted"),
    [
        ("19", "digit", ["29", "10"]),
        ("-1. 2", "sign", ["1. 2", "-1. -2"]),
        ("x2", "sign", []),
        ("[[5]]", "shape", ["[5]]", "[[]]", "[[5]", "[[5]"]),
        ("torch.Size([3, 2])", "shape", ["torch.Size([2])", "torch.Size([3])"]),
    ],
)
def test_a_stated_result_is_changed(result: str, kind: str, wanted: list[str]):
    text = FILE.format("f()", result)
    made = [m for m in of_result(text, sample("f()", result)) if m.kind == f"result: {kind}"]

    texts = [mutant.text for mutant in made]
    assert all(FILE.format("f()", each) in texts for each in wanted)
    assert bool(made) == bool(wanted)


PAGE = """---
title: T
---

# T { #t }

Take $x^2$ and see [there](index.md#t), `$no$ [code](a.md)`.

--8<-- "sum/two.md"

```text
# no $heading$
```

$$
y = 1
$$

<!--nabla:graph sum/two y-->
"""


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("heading", "# T { #t }\n", ""),
        ("include", '--8<-- "sum/two.md"\n', ""),
        ("formula", "$x^2$", ""),
        ("formula", "$x^2$", "$-x^2$"),
        ("formula", "$$\ny = 1\n$$", ""),
        ("formula", "y = 1", "-y = 1"),
        ("link", "[there](index.md#t)", "there"),
        ("link", "(index.md#t)", "(elsewhere.md)"),
        ("fence", "```text\n# no $heading$\n```\n", ""),
        ("fence", "# no", "# 7o"),
        ("drawing", "<!--nabla:graph sum/two y-->\n", ""),
    ],
)
def test_a_page_loses_or_changes_each_part(kind: str, old: str, new: str):
    texts = [m.text for m in of_page(PAGE, "docs/fr/a.md") if m.kind == f"page: {kind}"]

    assert PAGE.replace(old, new, 1) in texts


def test_a_page_has_no_other_mutants():
    assert len(list(of_page(PAGE, "docs/fr/a.md"))) == 11


def test_a_mutant_of_a_page_has_its_line():
    lines = {m.what: m.line for m in of_page(PAGE, "docs/fr/a.md")}

    assert lines["the heading is dropped"] == 5
    assert lines["the include is dropped"] == 9


def test_another_torch_is_pinned():
    texts = [m.text for m in of_requirements("click==8\ntorch==2.13.0\n", "requirements.txt")]

    assert texts == [
        "click==8\ntorch==3.13.0\n",
        "click==8\ntorch==2.14.0\n",
        "click==8\ntorch==2.13.1\n",
        "click==8\ntorch\n",
    ]


def test_another_original_is_recorded():
    page = "---\nenglish: 00ff\n---\n"

    assert [m.text for m in of_fingerprint(page, "docs/fr/a.md")] == [
        "---\nenglish: 10ff\n---\n",
        "---\n---\n",
    ]


def test_a_sample_is_drawn_for_each_kind_and_the_same_each_time():
    made = [Mutant(kind, "a.md", line, "", "") for kind in "ab" for line in range(9)]

    drawn = Extent(3).of(made)

    assert drawn == Extent(3).of(made) != Extent(3, seed=2).of(made)
    assert [one.kind for one in drawn] == list("aaabbb")
    assert Extent().of(made) == made


ENTRY = """- path: a.md
  reason: because
  lines:
    'x = 1':
      - '`1` becomes `3`'
      - '`1` becomes `3` (2)'
"""
LISTED = exceptions.read(ENTRY)
FIRST, SECOND = (Mutant("code: constant", "a.md", 2, one.what, "x = 3", "x = 1") for one in LISTED)


def test_an_exception_excuses_the_mutant_that_it_names():
    proof = Proof((Verdict(FIRST, False), Verdict(SECOND, False)), {LISTED[0].key})

    assert proof.missed == [SECOND]
    assert not proof.holds


@pytest.mark.parametrize(
    ("there", "caught", "why"),
    [
        ([FIRST], [FIRST], "the mutant is caught"),
        ([], [], "there is no such mutant"),
    ],
)
def test_an_exception_that_is_not_needed_is_an_error(there, caught, why: str):
    verdicts = [Verdict(mutant, True) for mutant in caught]

    (problem,) = exceptions.not_needed(LISTED[:1], there, verdicts)

    assert str(problem) == (
        "tests/prove/equivalent.yml:1: the exception of `1` becomes `3` in a.md is not needed "
        f"any more: {why}; remove it"
    )
    assert not Proof((), faults=(problem,)).holds


def test_an_exception_that_was_not_tried_is_kept():
    assert exceptions.not_needed(LISTED, [FIRST, SECOND], [Verdict(FIRST, False)]) == []


def test_each_exception_gives_a_reason_and_they_are_in_order():
    listed = exceptions.load(ROOT)

    assert all(len(one.reason) > 10 for one in listed)
    assert all(one.path <= next_.path for one, next_ in pairwise(listed))


def test_the_table_counts_and_each_damage_that_is_missed_has_a_line():
    proof = Proof((Verdict(FIRST, False), Verdict(SECOND, False)), {LISTED[0].key})

    assert table(proof).splitlines() == [
        "| kind | tried | caught | missed | equivalent |",
        "|---|---:|---:|---:|---:|",
        "| code: constant | 2 | 0 | 1 | 1 |",
        "| **all** | 2 | 0 | 1 | 1 |",
    ]
    assert missed_lines(proof) == [
        "a.md:2: no check sees that `1` becomes `3` (2); make the sample show it, or list it in "
        "tests/prove/equivalent.yml with a reason"
    ]


def test_a_false_statement_is_caught_and_a_blind_judge_misses_it():
    text, one, run = FILE.format("print(2)", "2"), sample("print(2)", "2"), Run("2\n")
    made = list(of_result(text, one))

    assert all(judge_result(mutant, one, run) for mutant in made)
    assert not any(judge_result(mutant, one, run, blind) for mutant in made)


def blind(*_) -> list:
    return []


def test_a_blind_judge_is_reported(project, tmp_path):
    assert prove(project.root, tmp_path / "seeing", Extent(2)).holds

    proof = prove(project.root, tmp_path / "blind", Extent(2), blind)

    assert {mutant.kind for mutant in proof.missed} == {
        "result: digit",
        "result: sign",
        "code: operator",
        "code: constant",
    }
    assert not proof.holds


def test_a_sample_of_all_damage_to_this_project_is_caught(tmp_path):
    proof = prove(ROOT, tmp_path, Extent(3))

    assert proof.holds, "\n".join([table(proof), *missed_lines(proof), *map(str, proof.faults)])
    assert len(proof.verdicts) > 40
