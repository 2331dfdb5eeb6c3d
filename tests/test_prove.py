"""The checks bite: a sample of `make prove`; and what makes the damage does it."""

import pytest

from nabla.checks.parity import compare_pages
from nabla.checks.results import judge
from nabla.run.outcome import CellOutput, Run
from nabla.source.data import read_yaml
from nabla.source.page import read_page
from nabla.source.project import Project
from nabla.source.samples import Sample, read_snippet

from .conftest import ROOT
from .prove.code import damage_code
from .prove.mutant import Mutant
from .prove.pages import damage_pages, find_edits
from .prove.proof import draw, prove
from .prove.report import LIST, Proof, find_unneeded, name, read_exceptions, table

FILE = """```python
{}
```

<!--pytest-codeblocks:expected-output-->

```text
{}
```
"""


def sample(code: str, result: str = "0") -> Sample:
    page = read_page(FILE.format(code, result))
    return read_snippet(page, "snippets/a/b.md", "a/b").samples[0]


def mutants(code: str) -> list[tuple[str, str]]:
    made = damage_code(sample(code))
    return [(one.kind.removeprefix("code: "), one.damaged.code.rstrip("\n")) for one in made]


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
    made = list(damage_code(sample("x = 1\n# a note\n\ny = 2 * x")))

    codes = {made[0].plain.code, *(one.damaged.code for one in made)}
    assert len(codes) == len(made) + 1
    assert [(one.line, one.source) for one in made] == [
        (2, "x = 1"),
        (5, "y = 2 * x"),
        (5, "y = 2 * x"),
    ]


def test_mutants_that_do_the_same_to_a_line_are_told_apart():
    assert [one.what for one in damage_code(sample("f(2, 2)"))] == [
        "`2` becomes `5`",
        "`2` becomes `5` (2)",
    ]


def test_of_what_fills_several_lines_the_first_is_named():
    (mutant,) = damage_code(sample("with torch.no_grad():\n    f()"))

    assert mutant.what == "`with torch.no_grad():` becomes `if True:`"


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
        ("link", "(index.md#t)", "(a.md)"),
        ("fence", "```text\n# no $heading$\n```\n", ""),
        ("fence", "# no", "# 7o"),
        ("drawing", "<!--nabla:graph sum/two y-->\n", ""),
    ],
)
def test_a_page_loses_or_changes_each_part(kind: str, old: str, new: str):
    made = [
        PAGE[: span[0]] + text + PAGE[span[1] :]
        for found, _, span, text in find_edits(PAGE)
        if found == kind
    ]

    assert PAGE.replace(old, new, 1) in made


def test_a_page_has_no_other_mutants():
    assert len(list(find_edits(PAGE))) == 11


def test_a_translation_and_its_original_are_damaged_each_beside_the_other(project):
    made = list(damage_pages(Project(project.root), "fr", "index"))

    assert [(one.path, one.line, one.kind) for one in made] == [
        ("docs/fr/index.md", 5, "page: heading"),
        ("docs/fr/index.md", 7, "page: include"),
        ("docs/en/index.md", 5, "page: heading"),
        ("docs/en/index.md", 7, "page: include"),
    ]
    assert all(compare_pages(*one.sides) for one in made)


def test_a_sample_is_drawn_for_each_kind_and_the_same_each_time():
    made = [Mutant(kind, "a.md", line, "", "") for kind in "ab" for line in range(9)]

    drawn = draw(made, 3, 1)

    assert drawn == draw(made, 3, 1) != draw(made, 3, 2)
    assert [one.kind for one in drawn] == list("aaabbb")
    assert draw(made, None, 1) == made


ENTRY = """- path: a.md
  reason: because
  lines:
    'x = 1':
      - '`1` becomes `3`'
      - '`1` becomes `3` (2)'
"""
LISTED = read_exceptions(ENTRY)
FIRST, SECOND = (Mutant("code: constant", path, 2, what, source) for path, source, what in LISTED)


def test_an_exception_excuses_the_mutant_that_it_names():
    proof = Proof([FIRST, SECOND], [FIRST, SECOND], {FIRST.key})

    assert proof.missed == [SECOND]
    assert not proof.holds


@pytest.mark.parametrize(
    ("there", "caught"),
    [
        pytest.param([FIRST, SECOND], [FIRST], id="the mutant is caught"),
        pytest.param([SECOND], [], id="there is no such mutant"),
    ],
)
def test_an_exception_that_is_not_needed_is_an_error(there: list[Mutant], caught: list[Mutant]):
    (problem,) = find_unneeded(LISTED, there, caught)

    assert str(problem) == (
        "tests/prove/equivalent.yml:1: `1` becomes `3` in a.md needs no exception; remove it"
    )
    assert not Proof([], [], faults=[problem]).holds


def test_an_exception_that_was_not_tried_is_kept():
    assert find_unneeded(LISTED, [FIRST, SECOND], []) == []


def test_each_exception_gives_a_reason_and_they_are_in_order():
    entries = read_yaml((ROOT / LIST).read_text(encoding="utf-8"))

    assert all(len(entry["reason"]) > 10 for entry in entries)
    assert [entry["path"] for entry in entries] == sorted(entry["path"] for entry in entries)


def test_the_table_counts_and_each_damage_that_is_missed_has_a_line():
    proof = Proof([FIRST, SECOND], [FIRST, SECOND], {FIRST.key})

    assert table(proof).splitlines()[2:] == [
        "| code: constant | 2 | 0 | 1 | 1 |",
        "| **all** | 2 | 0 | 1 | 1 |",
    ]
    assert [str(name(mutant)) for mutant in proof.missed] == [
        "a.md:2: no check sees that `1` becomes `3` (2); make the sample show it, or list it in "
        "tests/prove/equivalent.yml with a reason"
    ]


@pytest.mark.parametrize("at", range(len("tensor([-1., 2.])")))
def test_a_stated_result_that_lacks_any_character_is_named(at: int):
    ran = "tensor([-1., 2.])"
    false = sample("f()", ran[:at] + ran[at + 1 :])

    assert judge(false, Run((CellOutput(f"{ran}\n"),)))


def test_a_blind_judge_is_reported(project):
    made = Project(project.root)
    assert prove(made, 2).holds

    proof = prove(made, 2, judge=lambda sample, run: [])

    assert {mutant.kind for mutant in proof.missed} == {"code: operator", "code: constant"}
    assert not proof.holds


def test_a_sample_of_all_damage_to_this_project_is_caught():
    proof = prove(Project(ROOT), 3)

    problems = [*map(name, proof.missed), *proof.faults]
    assert proof.holds, "\n".join([table(proof), *map(str, problems)])
    assert len(proof.tried) == 3 * 12
