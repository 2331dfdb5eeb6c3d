"""The border between two classes over a training: what is kept of it, drawn and moved."""

import json
import re
from collections.abc import Iterator

import pytest
import torch
from bs4 import BeautifulSoup, Tag

from nabla.explorers import KINDS, script_files, style_files
from nabla.explorers.border.probe import Training
from nabla.run.outcome import Failure, Trouble
from nabla.run.runner import Runner

from .browser import OpenTab, serve
from .conftest import LOCALES
from .test_explorers import words_of

DATA = """
import torch
from torch import nn

torch.manual_seed(0)
x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
y = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
loss_fn = nn.BCEWithLogitsLoss()
"""
TRAINING = (
    DATA
    + """
def train(model, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        optimizer.step()


model = nn.Linear(2, 1)
nn.init.constant_(model.weight, 1.0)
nn.init.constant_(model.bias, -1.5)
train(model, 50)
"""
)
ARGUMENTS = "model points=x labels=y loss=loss_fn steps=0,1,50"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made


@pytest.fixture(scope="module")
def training(runner: Runner) -> Training:
    return observed(runner, TRAINING)


def observed(runner: Runner, code: str, arguments: str = ARGUMENTS) -> Training:
    run = runner.result(code, KINDS["border"].probe(arguments.split()))
    assert run.failure is None, run.failure
    return run.observed


def unseen(runner: Runner, code: str, arguments: str = ARGUMENTS) -> str:
    failure = runner.result(code, KINDS["border"].probe(arguments.split())).failure
    assert isinstance(failure, Failure)
    assert failure.trouble is Trouble.UNSEEN
    return failure.message


def drawn(training: Training, locale: str = "en") -> Tag:
    html = KINDS["border"].draw(training, "a/b", words_of(locale))
    return BeautifulSoup(html, "html.parser").select_one(".explorer")


def samples(training: Training) -> dict:
    return json.loads(drawn(training)["data-samples"])


# How it is asked for


@pytest.mark.parametrize(
    ("steps", "remedy"),
    [
        ("0", "write `steps=` with 2 to 24 whole numbers that grow"),
        ("0,1.5", "write `steps=` with 2 to 24 whole numbers that grow"),
        ("5,1", "write `steps=` with 2 to 24 whole numbers that grow"),
        ("1,1", "write `steps=` with 2 to 24 whole numbers that grow"),
        ("-1,1", "write `steps=` with 2 to 24 whole numbers that grow"),
        (",".join(map(str, range(25))), "write `steps=` with 2 to 24 whole numbers that grow"),
        ("0,many", "write `steps=` with numbers"),
    ],
)
def test_other_steps_are_answered_with_how_to_write_them(steps: str, remedy: str):
    with pytest.raises(ValueError) as error:
        KINDS["border"].probe(f"model points=x labels=y loss=f steps={steps}".split())

    assert str(error.value) == remedy


def test_what_is_left_out_is_answered_with_an_example():
    with pytest.raises(ValueError) as error:
        KINDS["border"].probe(["model", "points=x", "labels=y", "steps=0,1"])

    assert str(error.value) == (
        "write it as `border lesson/name model points=x labels=y loss=loss_fn steps=0,10,100`"
    )


# What is seen of a training


def test_a_frame_has_the_loss_that_the_model_had_after_so_many_steps(training: Training):
    x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    y = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
    w, b = torch.tensor([[1.0, 1.0]], requires_grad=True), torch.tensor(-1.5, requires_grad=True)
    losses = []
    for _ in range(51):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w.T + b, y)
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, [w, b])
        with torch.no_grad():
            w -= gradients[0]
            b -= gradients[1]

    assert [frame.step for frame in training.frames] == [0, 1, 50]
    assert [frame.loss for frame in training.frames] == pytest.approx(
        [losses[0], losses[1], losses[50]], rel=1e-5
    )


def test_wrong_are_the_points_on_the_side_of_the_other_class(training: Training):
    assert training.frames[0].wrong == (2,)  # 0 + 1 − 1.5 is negative, and its label is 1
    assert training.frames[-1].wrong == ()
    assert training.labels == (0, 0, 1, 1)


def test_the_map_is_somewhat_wider_than_the_points(training: Training):
    assert (training.xs[0], training.xs[-1]) == pytest.approx((-0.2, 2.2))
    assert (training.ys[0], training.ys[-1]) == pytest.approx((-0.2, 2.2))


def test_outputs_are_those_of_the_model_over_the_map(training: Training):
    outputs = training.frames[0].outputs

    for j in (0, 17, 64):
        for i in (0, 30, 64):
            by_hand = training.xs[i] + training.ys[j] - 1.5
            assert outputs[j][i] == pytest.approx(by_hand, abs=1e-5)


def test_the_run_prints_what_it_would_print_unseen(runner: Runner):
    code = TRAINING + "print(model.weight.tolist(), model.bias.tolist())"
    probe = KINDS["border"].probe(ARGUMENTS.split())

    assert runner.result(code, probe).stdout == runner.result(code).stdout


def test_the_optimizer_of_another_model_is_not_taken_for_that_of_this_one(runner: Runner):
    code = TRAINING + "other = nn.Linear(2, 1)\ntrain(other, 7)\n"

    assert [frame.step for frame in observed(runner, code).frames] == [0, 1, 50]


def test_a_parameter_that_is_not_trained_is_as_it_is(runner: Runner):
    code = TRAINING.replace("model.parameters(), lr", "[model.bias], lr")

    frame = observed(runner, code).frames[-1]

    assert frame.outputs[0][64] - frame.outputs[0][0] == pytest.approx(2.4, abs=1e-4)


def test_the_last_frame_may_be_in_the_middle_of_a_training(runner: Runner):
    frames = observed(runner, TRAINING, ARGUMENTS.replace("0,1,50", "0,1")).frames

    assert [frame.step for frame in frames] == [0, 1]


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        ("pass", ARGUMENTS, "has no tensor `x` of points, with two columns"),
        ("import torch\nx = torch.ones(4, 3)", ARGUMENTS, None),
        (DATA, ARGUMENTS.replace("=y", "=x"), "has no tensor `x` with a label for each point"),
        (DATA + "y = 2 * y", ARGUMENTS, "has labels in `y` other than 0 and 1"),
        (DATA, ARGUMENTS, "has no module `model`"),
        (DATA + "model = nn.Linear(2, 1)", ARGUMENTS, "has no optimizer that trains `model`"),
        (
            TRAINING,
            ARGUMENTS.replace("50", "51"),
            "trains `model` for 50 steps, not for 51",
        ),
        (TRAINING, ARGUMENTS.replace("loss_fn", "loss"), "has no function `loss`"),
        (
            TRAINING + "each = nn.BCEWithLogitsLoss(reduction='none')",
            ARGUMENTS.replace("loss_fn", "each"),
            "has a function `each` that does not return one number",
        ),
        (
            TRAINING.replace("nn.Linear(2, 1)", "nn.Linear(2, 2)").replace("y)", "y.repeat(1, 2))"),
            ARGUMENTS,
            "has a module `model` that gives other than a number a point",
        ),
        (
            TRAINING.replace("-1.5)", "torch.inf)"),
            ARGUMENTS,
            "has a module `model` whose output is not finite",
        ),
    ],
)
def test_what_cannot_be_seen_is_said(runner: Runner, code: str, arguments: str, said: str | None):
    expected = said or "has no tensor `x` of points, with two columns"

    assert unseen(runner, code, arguments) == expected


def test_no_optimizer_is_watched_when_the_run_is_over():
    from torch.optim import optimizer

    hooks = "_global_optimizer_pre_hooks"
    with KINDS["border"].probe(ARGUMENTS.split()).watch(""):
        assert len(getattr(optimizer, hooks)) == 1

    assert not getattr(optimizer, hooks)


# What is drawn


def test_the_border_of_a_linear_model_is_its_line(training: Training):
    found = samples(training)
    ends = re.fullmatch(r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)", found["lines"][0])
    frame = drawn(training).select_one("rect.frame")
    left, top, width, height = (float(frame[key]) for key in ("x", "y", "width", "height"))

    def value(x: str, y: str) -> float:
        across = -0.2 + 2.4 * (float(x) - left) / width
        up = 2.2 - 2.4 * (float(y) - top) / height
        return across + up

    assert ends
    assert value(ends[1], ends[2]) == pytest.approx(1.5, abs=0.01)
    assert value(ends[3], ends[4]) == pytest.approx(1.5, abs=0.01)


def test_without_a_border_all_of_the_map_is_on_one_side(runner: Runner):
    for bias, whole in ((-100.0, False), (100.0, True)):
        code = TRAINING.replace("-1.5)", f"{bias})")
        found = samples(observed(runner, code, ARGUMENTS.replace("0,1,50", "0,1")))

        assert found["lines"][0] == ""
        assert bool(found["areas"][0]) is whole


def test_it_stands_at_its_end_and_says_what_each_frame_shows(training: Training):
    element = drawn(training)
    found = samples(training)
    said = element.find("desc").text

    assert element.find("output").text == f"Step 50 / 50 Loss {found['losses'][-1]} Right 4 / 4"
    assert "circles are points with y = 0, squares are points with y = 1" in said.lower()
    for step, right in ((0, 3), (1, found["right"][1]), (50, 4)):
        assert re.search(rf"After {step} steps: loss [\d.]+, {right} of 4 points right\.", said)


def test_classes_differ_in_shape_and_each_point_is_drawn_once(training: Training):
    element = drawn(training)

    assert [element.select_one(f"path.{name}")["d"].count("M") for name in ("circles", "squares")]
    assert element.select_one('[data-part="wrong"]')["d"] == ""
    assert samples(training)["wrong"][0].count("h0") == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_has_its_words(training: Training, locale: str):
    texts = list(drawn(training, locale).stripped_strings)

    assert words_of(locale)["explorers"]["border"]["wrong"] in texts
    assert not [text for text in texts if "{" in text]


# In a browser


@pytest.fixture(scope="module")
def site(training: Training, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("border")
    (folder / "explorers").mkdir()
    for file in script_files():
        (folder / "explorers" / file.name).write_bytes(file.read_bytes())
    styles = [file.read_text(encoding="utf-8") for file in style_files()]
    (folder / "explorers.css").write_text("".join(styles), encoding="utf-8")
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
        '<title>border</title><link rel="stylesheet" href="explorers.css">'
        f'<script type="module" src="explorers/index.js"></script>{drawn(training)}',
        encoding="utf-8",
    )
    with serve(folder) as url:
        yield url


@pytest.fixture
def page(site: str, browser_page: OpenTab) -> Iterator:
    tab = browser_page(reduced_motion="reduce")
    page = tab.go(site)
    page.wait_for_selector(".controls")
    yield page
    assert tab.errors == []


def part(page, name: str, attribute: str = "") -> str:
    found = page.locator(f'[data-part="{name}"]')
    return found.get_attribute(attribute) if attribute else found.text_content()


def shown(page) -> list[str]:
    return [part(page, "step"), part(page, "loss"), part(page, "right")]


def test_the_reader_begins_before_the_training(page, training: Training):
    found = samples(training)

    assert shown(page) == ["0 / 50", str(found["losses"][0]), "3 / 4"]
    assert part(page, "lines", "d") == found["lines"][0]
    assert part(page, "area", "d") == found["areas"][0]
    assert part(page, "wrong", "d") == found["wrong"][0]


def test_an_arrow_key_goes_to_the_next_frame(page, training: Training):
    slider, found = page.get_by_label("Step"), samples(training)
    for k in (1, 2):
        slider.press("ArrowRight")
        assert part(page, "lines", "d") == found["lines"][k]
        assert part(page, "wrong", "d") == found["wrong"][k]
        assert shown(page)[1] == str(found["losses"][k])
        assert slider.get_attribute("aria-valuetext") == str(found["steps"][k])


def test_where_motion_is_not_wanted_play_goes_to_the_end(page):
    page.get_by_role("button", name="Play").click()

    assert shown(page)[0] == "50 / 50"
    assert part(page, "wrong", "d") == ""


def test_it_plays_to_its_end_and_from_its_start_again(site: str, browser_page: OpenTab):
    page = browser_page().go(site)
    for _ in range(2):
        page.get_by_role("button", name="Play").click()
        page.wait_for_function("document.querySelector('[data-part=step]').textContent[0] === '5'")
        page.get_by_role("button", name="Play").wait_for()
        assert page.locator("output").get_attribute("aria-live") == "polite"
