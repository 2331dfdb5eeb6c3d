"""What explorers show is what torch computed: it agrees with closed forms."""

import pytest

from nabla.markdown.drawings import contour, curve, descent, line
from nabla.run.outcome import Trouble
from nabla.run.runner import Runner

PARABOLA = "def f(x):\n    return x**2 + 3\n"
BOWL = "def f(x, y):\n    return x**2 + 3 * y**2\n"


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


def observe(runner: Runner, code: str, probe):
    run = runner.result(code, probe)
    assert run.failure is None, run.failure
    return run.observed


def test_the_values_slopes_and_secants_of_a_curve(runner):
    probe = curve.probe(["f", "x=-2..2", "at=1", "h=2,0.5"])
    seen = observe(runner, PARABOLA, probe)
    i = seen.xs.index(1.0)

    assert (seen.values[i], seen.slopes[i]) == (4.0, 2.0)
    assert [row[i] for row in seen.ahead] == [12.0, 5.25]
    assert [row[i] for row in seen.secants] == [4.0, 2.5]
    assert all(slope == pytest.approx(2 * x) for x, slope in zip(seen.xs, seen.slopes, strict=True))


def test_a_line_has_one_slope(runner):
    seen = observe(
        runner, "def f(x):\n    return 3 * x\n", line.probe(["f", "x=-3..3", "at=1", "run=1"])
    )

    assert set(seen.slopes) == {3.0}


def test_the_partial_derivatives_of_a_surface(runner):
    seen = observe(runner, BOWL, contour.probe(["f", "x=-2..2", "y=-2..2", "at=1,1"]))
    i, j = seen.xs.index(1.0), seen.ys.index(1.0)

    assert (seen.values[j][i], seen.slopes_x[j][i], seen.slopes_y[j][i]) == (4.0, 2.0, 6.0)


def test_each_step_of_a_descent_goes_down_the_slope_times_the_rate(runner):
    probe = descent.probe(["f", "start=3", "rates=0.1,0.5", "steps=4"])
    seen = observe(runner, "def f(x):\n    return x**2\n", probe)

    assert seen.runs[0].xs == pytest.approx([3 * 0.8**n for n in range(5)])
    assert seen.runs[1].xs == (3.0, 0.0, 0.0, 0.0, 0.0)


def test_a_rate_that_is_too_large_diverges(runner):
    probe = descent.probe(["f", "start=3", "rates=0.1,1.1", "steps=20"])
    seen = observe(runner, "def f(x):\n    return x**2\n", probe)

    assert [(run.settles, run.diverges) for run in seen.runs] == [(True, False), (False, True)]


def test_a_run_stops_where_numbers_overflow(runner):
    probe = descent.probe(["f", "start=3", "rates=9", "steps=20"])
    (run,) = observe(runner, "def f(x):\n    return x**4\n", probe).runs

    assert run.overflows
    assert run.diverges
    assert len(run.xs) < 20


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("g = 1\n", "has no function `f`"),
        ("def f():\n    return 1\n", "`f` does not take one number"),
        ("def f(x):\n    return 'a'\n", "`f` does not return one number"),
        ("def f(x):\n    return 1 / x\n", "`f` is not finite at x = 0"),
        (
            "import math\n\ndef f(x):\n    return math.sin(x)\n",
            "`f` varies in a way that autograd does not follow",
        ),
    ],
)
def test_a_function_that_cannot_be_drawn_is_said_to_be_so(runner, code: str, message: str):
    failure = runner.result(code, curve.probe(["f", "x=-2..2", "at=1", "h=1"])).failure

    assert failure.trouble is Trouble.UNSEEN
    assert failure.message == message


def test_a_curve_is_refused_as_a_line(runner):
    failure = runner.result(PARABOLA, line.probe(["f", "x=-2..2", "at=0", "run=1"])).failure

    assert failure.message.startswith("`f` is no line: its slope is ")


@pytest.mark.parametrize("kind", [line, curve, contour, descent])
@pytest.mark.parametrize("arguments", [[], ["f"], ["f", "x=1"], ["3f", "x=-2..2"]])
def test_arguments_that_are_not_understood_are_answered_with_an_example(kind, arguments):
    with pytest.raises(ValueError, match="write "):
        kind.probe(arguments)
