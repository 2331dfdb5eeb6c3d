"""What explorers show is what torch found: values, slopes, secants and steps of descent."""

import math

import pytest

from nabla.explorers.contour.probe import SurfaceProbe
from nabla.explorers.curve.probe import CurveProbe
from nabla.explorers.descent.probe import DescentProbe
from nabla.explorers.differential.probe import ChangesProbe
from nabla.explorers.line.probe import LineProbe
from nabla.explorers.rectangle.probe import RectangleProbe
from nabla.explorers.trajectory.probe import TrajectoryProbe
from nabla.run.outcome import Failure, Probe, Trouble
from nabla.run.runner import Runner

XS = (-2.0, -1.0, 0.0, 1.0, 2.0)
HS = (1.0, 0.5)
SQUARE = "def f(x):\n    return x**2"


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


def observed(runner: Runner, code: str, probe: Probe):
    run = runner.result(code, probe)
    assert run.failure is None, run.failure
    return run.observed


def unseen(runner: Runner, code: str, probe: Probe) -> str:
    failure = runner.result(code, probe).failure
    assert isinstance(failure, Failure)
    assert failure.trouble is Trouble.UNSEEN
    return failure.message


def curve_of(xs: tuple[float, ...] = XS, hs: tuple[float, ...] = HS) -> CurveProbe:
    return CurveProbe("f", xs, hs, xs[0], hs[0])


def surface_of(xs: tuple[float, ...], ys: tuple[float, ...]) -> SurfaceProbe:
    return SurfaceProbe("f", xs, ys, (xs[0], ys[0]))


# A curve


def test_a_curve_has_the_value_and_the_slope_at_each_x(runner: Runner):
    curve = observed(runner, SQUARE, curve_of())

    assert curve.values == (4, 1, 0, 1, 4)
    assert curve.slopes == (-4, -2, 0, 2, 4)


def test_a_curve_has_the_rise_and_the_slope_of_each_secant(runner: Runner):
    curve = observed(runner, SQUARE, curve_of())

    assert curve.ahead[1] == (2.25, 0.25, 0.25, 2.25, 6.25)
    assert curve.rises[1] == (-1.75, -0.75, 0.25, 1.25, 2.25)
    assert curve.secants[1] == tuple(2 * x + 0.5 for x in XS)


@pytest.mark.parametrize(
    "doubled",
    [
        "(x * torch.tensor([1.0, 3.0])).mean()",
        "x + x if x > 0 else 2 * x",
        "2 * x + 0 * torch.rand(())",
    ],
    ids=["a batch", "one by one", "with chance"],
)
def test_what_is_ahead_is_known_of_functions_that_take_batches_and_of_others(runner, doubled):
    curve = observed(runner, f"import torch\ndef f(x):\n    return {doubled}", curve_of())

    assert curve.ahead[0] == tuple(2 * (x + 1) for x in XS)


def test_a_curve_is_known_as_far_as_the_end_of_the_first_secant(runner: Runner):
    curve = observed(runner, SQUARE, CurveProbe("f", XS, (1.0, 2.0), 1.0, 2.0))

    assert curve.beyond == ((3.0, 9.0, 6.0),)


def test_the_slope_is_that_of_torch_in_double_precision(runner: Runner):
    code = "import torch\ndef f(x):\n    return torch.sin(x)"

    curve = observed(runner, code, curve_of())

    assert curve.slopes == pytest.approx([math.cos(x) for x in XS], abs=1e-15)


def test_a_function_written_for_numbers_may_branch(runner: Runner):
    code = "def f(x):\n    return x if x > 0 else 0"

    assert observed(runner, code, curve_of()).slopes == (0, 0, 0, 1, 1)


@pytest.mark.parametrize("constant", ["2", "torch.tensor(2.0)", "0 * x + 2"])
def test_a_constant_has_slope_zero(runner: Runner, constant: str):
    code = f"import torch\ndef f(x):\n    return {constant}"

    curve = observed(runner, code, curve_of())

    assert set(curve.slopes) == {0}
    assert set(curve.values) == {2}


def test_gradients_are_found_even_where_the_sample_turned_them_off(runner: Runner):
    code = "import torch\ntorch.set_grad_enabled(False)\n" + SQUARE

    assert observed(runner, code, curve_of()).slopes == (-4, -2, 0, 2, 4)


def test_a_line_has_the_same_slope_between_all_its_points(runner: Runner):
    code = "def f(x):\n    return 0.1 * x - 7"

    line = observed(runner, code, LineProbe("f", XS, HS, 0.0, 1.0))

    assert [slope for row in line.secants for slope in row] == pytest.approx([0.1] * 10)


def test_what_is_no_line_is_not_taken_for_one(runner: Runner):
    said = unseen(runner, SQUARE, LineProbe("f", XS, HS, 0.0, 1.0))

    assert said == (
        "has a function `f` that is no line: its slope is -3.5 from x = -2 with a run of 0.5, "
        "5 from x = 2 with a run of 1"
    )


# A surface


def test_a_surface_has_the_value_and_both_partial_derivatives_at_each_point(runner: Runner):
    code = "def f(x, y):\n    return x**2 * y"

    surface = observed(runner, code, surface_of((1.0, 2.0, 3.0), (5.0, 7.0)))

    assert surface.values == ((5, 20, 45), (7, 28, 63))
    assert surface.slopes_x == ((10, 20, 30), (14, 28, 42))
    assert surface.slopes_y == ((1, 4, 9), (1, 4, 9))


def test_a_surface_that_does_not_depend_on_a_variable_has_no_slope_along_it(runner: Runner):
    code = "def f(x, y):\n    return x**2"

    surface = observed(runner, code, surface_of((1.0, 2.0), (5.0, 7.0)))

    assert surface.slopes_x == ((2, 4), (2, 4))
    assert surface.slopes_y == ((0, 0), (0, 0))


# Descents


def test_each_step_goes_against_the_slope_times_the_rate(runner: Runner):
    (run,) = observed(runner, SQUARE, DescentProbe("f", 3.0, (0.1,), 20)).runs

    assert run.xs == pytest.approx([3 * 0.8**n for n in range(21)])
    assert run.values == pytest.approx([x**2 for x in run.xs])
    assert run.slopes == pytest.approx([2 * x for x in run.xs])


@pytest.mark.parametrize(
    ("rate", "diverges", "settles"),
    [(0.01, False, False), (0.1, False, True), (0.9, False, True), (1.1, True, False)],
)
def test_a_run_settles_or_diverges_or_is_on_its_way(
    runner: Runner, rate: float, diverges: bool, settles: bool
):
    (run,) = observed(runner, SQUARE, DescentProbe("f", 3.0, (rate,), 20)).runs

    assert (run.diverges, run.settles) == (diverges, settles)


def test_a_run_ends_before_its_numbers_overflow(runner: Runner):
    (run,) = observed(runner, SQUARE, DescentProbe("f", 3.0, (1e9,), 50)).runs

    assert run.overflows
    assert run.diverges
    assert len(run.xs) < 51
    assert all(map(math.isfinite, (*run.xs, *run.values, *run.slopes)))


def test_runs_that_diverge_do_not_widen_what_is_seen(runner: Runner):
    seen = observed(runner, SQUARE, DescentProbe("f", 3.0, (0.1, 1.1), 20))

    assert seen.xs[0] == pytest.approx(0.0346, abs=0.45)
    assert seen.xs[-1] == pytest.approx(3, abs=0.45)


def test_where_all_runs_diverge_the_first_steps_are_seen(runner: Runner):
    seen = observed(runner, SQUARE, DescentProbe("f", 3.0, (1.1,), 20))

    assert seen.xs[0] < -3.6 < 4.32 < seen.xs[-1] < 6


def test_what_is_seen_may_be_chosen(runner: Runner):
    seen = observed(runner, SQUARE, DescentProbe("f", 3.0, (0.1,), 20, (-5.0, 5.0)))

    assert (seen.xs[0], seen.xs[-1]) == (-5, 5)
    assert seen.values == pytest.approx([x**2 for x in seen.xs])


# Changes, a rectangle, descent on a map


def test_the_central_difference_is_that_of_both_neighbours(runner: Runner):
    code = "def f(w):\n    return w**3"

    curve = observed(runner, code, CurveProbe("f", XS, HS, -2.0, 1.0, True))

    assert curve.variable == "w"
    assert curve.behind[0] == tuple((x - 1) ** 3 for x in XS)
    assert curve.central[0] == pytest.approx([3 * x**2 + 1 for x in XS])


def test_the_differential_is_the_slope_times_the_run(runner: Runner):
    code = "import torch\ndef f(x):\n    return torch.exp(x)"

    changes = observed(runner, code, ChangesProbe("f", XS, HS, 0.0, 1.0))

    for run, expected, gaps in zip(HS, changes.expected, changes.gaps, strict=True):
        for x, dy, gap in zip(XS, expected, gaps, strict=True):
            assert dy == pytest.approx(math.exp(x) * run)
            assert gap == pytest.approx(math.exp(x + run) - math.exp(x) - dy)


def test_on_a_line_there_is_no_gap(runner: Runner):
    code = "def f(x):\n    return 0.1 * x - 7"

    changes = observed(runner, code, ChangesProbe("f", XS, HS, 0.0, 1.0)).without_noise()

    assert {gap for row in changes.gaps for gap in row} == {0}


def test_the_strips_and_the_corner_make_what_the_product_grows_by(runner: Runner):
    code = "def u(t):\n    return t**2\ndef v(t):\n    return t**3"

    found = observed(runner, code, RectangleProbe("u", "v", 2.0, (0.1, 0.001)))

    assert (found.sides, found.slope, found.variable) == ((4, 8), 80, "t")
    assert found.total == pytest.approx([(2.1**5 - 32) / 0.1, (2.001**5 - 32) / 0.001])
    assert found.corner == pytest.approx([0.41 * 1.261 / 0.1, 0.004001 * 0.012006001 / 0.001])


def test_a_side_that_shrinks_makes_no_rectangle(runner: Runner):
    code = "def u(x):\n    return x**2\ndef v(x):\n    return 5 - x"

    said = unseen(runner, code, RectangleProbe("u", "v", 2.0, (0.1,)))

    assert said == "has a function `v` that is no growing side at x = 2"


def test_descent_on_a_map_has_the_steps_of_the_optimizer_of_torch(runner: Runner):
    import torch

    code = "def loss(w, b):\n    return (w + b - 2) ** 2 + 3 * (2 * w - b) ** 2"
    probe = TrajectoryProbe("loss", (-1.0, 4.0), (-4.0, 4.0), (0.0, 1.0), (0.01, 0.05), 30)

    found = observed(runner, code, probe)

    assert found.variables == ("w", "b")
    for run in found.runs:
        w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
        b = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w, b], lr=run.rate)
        for x, y, value in zip(run.xs, run.ys, run.values, strict=True):
            optimizer.zero_grad()
            loss = (w + b - 2) ** 2 + 3 * (2 * w - b) ** 2
            loss.backward()
            assert (x, y, value) == pytest.approx((w.item(), b.item(), loss.item()), rel=1e-12)
            optimizer.step()


def test_a_map_goes_further_than_its_point_in_the_same_steps(runner: Runner):
    code = "def f(x, y):\n    return x + 10 * y"

    surface = observed(runner, code, surface_of((1.0, 2.0, 3.0), (5.0, 7.0)))

    assert surface.beyond == (1, 1)
    assert surface.wide[0] == (30, 31, 32, 33, 34)
    assert surface.values == ((51, 52, 53), (71, 72, 73))


# What cannot be looked at


@pytest.mark.parametrize("code", ["pass", "f = 3"])
def test_a_function_that_is_not_there(runner: Runner, code: str):
    assert unseen(runner, code, curve_of()) == "has no function `f`"


@pytest.mark.parametrize("head", ["f()", "f(x, y)", "f(*, x)"])
def test_a_function_that_does_not_take_one_number(runner: Runner, head: str):
    assert (
        unseen(runner, f"def {head}: return 1", curve_of())
        == "has a function `f` that does not take one number"
    )


def test_a_function_that_does_not_take_two_numbers(runner: Runner):
    said = unseen(runner, SQUARE, surface_of((0.0, 1.0), (0.0, 1.0)))

    assert said == "has a function `f` that does not take two numbers"


@pytest.mark.parametrize("result", ["None", "'3'", "torch.ones(2) * x", "x > 0, 1"])
def test_a_function_that_does_not_return_one_number(runner: Runner, result: str):
    code = f"import torch\ndef f(x):\n    return {result}"

    assert unseen(runner, code, curve_of()) == "has a function `f` that does not return one number"


def test_a_function_that_does_not_return_one_number_ahead(runner: Runner):
    message = unseen(runner, "def f(x):\n    return x if x <= 2 else None", curve_of())

    assert message == "has a function `f` that does not return one number"


def test_a_value_that_is_not_finite(runner: Runner):
    said = unseen(runner, "def f(x):\n    return 1 / x", curve_of())

    assert said == "has a function `f` that is not finite at x = 0"


def test_a_slope_that_is_not_finite(runner: Runner):
    code = "import torch\ndef f(x):\n    return torch.sqrt(abs(x - 1))"

    assert (
        unseen(runner, code, curve_of()) == "has a function `f` whose slope is not finite at x = 1"
    )


def test_a_point_of_a_surface_that_is_not_finite(runner: Runner):
    code = "def f(x, y):\n    return x / y"

    said = unseen(runner, code, surface_of((1.0, 2.0), (1.0, 0.0)))

    assert said == "has a function `f` that is not finite at x = 1, y = 0"


def test_a_start_that_is_not_finite(runner: Runner):
    said = unseen(runner, "def f(x):\n    return 1 / x", DescentProbe("f", 0.0, (0.1,), 5))

    assert said == "has a function `f` that is not finite at x = 0"


@pytest.mark.parametrize("result", ["x.item() ** 2", "x.detach() ** 2"])
def test_values_that_vary_out_of_sight_of_autograd_have_no_slope(runner: Runner, result: str):
    said = unseen(runner, f"def f(x):\n    return {result}", curve_of())

    assert said == "has a function `f` that varies in a way autograd does not follow"


def test_an_error_of_the_function_is_an_error_of_the_sample(runner: Runner):
    failure = runner.result("def f(x):\n    raise KeyError(1)", curve_of()).failure

    assert failure == Failure(Trouble.RAISED, "KeyError: 1", 2)
