"""A reader answers the questions of a page in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from .browser import serve
from .test_questions import snippet

SNIPPETS = {
    "sum/list": snippet("tensor([1., 5., 9.])"),
    "sum/cleared": snippet("tensor([1., 4., 4.])"),
    "sum/number": snippet("tensor(42.)"),
    "sum/half": snippet("-0.5"),
    "sum/share": snippet("0.8333"),
    "sum/rough": snippet("0.61"),
    "sum/large": snippet("tensor(3000600.)"),
    "sum/threes": snippet("tensor([[3., 3., 3.],", "        [3., 3., 3.]])"),
    "sum/shape": snippet("torch.Size([2, 3])"),
    "sum/none": snippet("None"),
    "sum/nan": snippet("tensor(nan)"),
    "sum/inf": snippet("tensor(-inf)"),
    "sum/type": snippet("torch.float64"),
    "sum/error": snippet("RuntimeError: a leaf Variable that requires grad"),
    "sum/pair": snippet("7", "8"),
}
FOLDED = '??? success "One"\n\n    Because.\n\n    --8<-- "{}.md"\n'
SINGLE = ("number", "half", "share", "large", "threes", "shape", "none", "nan", "inf", "type")
PAGE = """---
title: Home
---

# Home { #home }

<!--nabla:ask sum/list-->
The list.

<!--nabla:mistake sum/cleared-->
You **cleared** $x$.

<!--nabla:predict-->

--8<-- "sum/list.md"

??? note "Why"

    Because.

<!--nabla:ask sum/error choose=RuntimeError,ValueError,IndexError-->
Which error.

""" + FOLDED.format("sum/error")
PAGE += "\n".join(
    f"\n<!--nabla:ask sum/{name}-->\nThe {name}.\n\n{FOLDED.format(f'sum/{name}')}"
    for name in SINGLE
)
PAGE += """
<!--nabla:ask sum/rough within=0.02-->
The rough one.

""" + FOLDED.format("sum/rough")
PAGE += """
<!--nabla:ask sum/pair name=first line=1-->
The first.

<!--nabla:ask sum/pair name=second line=2-->
The second.

""" + FOLDED.format("sum/pair")


@pytest.fixture(scope="module")
def address(make_project) -> Iterator[str]:
    """A site that asks all this, in every language."""
    project = make_project()
    for name, text in SNIPPETS.items():
        project.write(f"snippets/{name}.md", text)
    (project.root / "snippets/sum/two.md").unlink()
    project.write_page("index", PAGE)
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    with serve(project.root / "site") as url:
        yield url


@pytest.fixture
def ask(browser_page, address) -> Callable:
    """A function that opens the page, and gives a question of it."""

    def asked(name: str, path: str = "", **options: object):
        return browser_page(**options).go(address + path).locator(f"#ask-{name}")

    return asked


def give(question, answer: str) -> str | None:
    """Answer a question; return its verdict."""
    question.locator("input").fill(answer)
    question.locator("button:not([type])").click()
    return question.get_attribute("data-verdict")


def result_of(question):
    return question.locator("xpath=following-sibling::figure[1]//details")


def fold_of(question):
    return question.locator("xpath=following-sibling::details[1]")


def test_a_right_answer_opens_the_result_and_the_explanation(ask):
    question = ask("list")
    assert result_of(question).get_attribute("open") is None

    assert give(question, "1, 5, 9") == "right"

    assert question.locator("output").inner_text().strip() == "Right. The result is open below."
    assert result_of(question).get_attribute("open") is not None
    assert fold_of(question).get_attribute("open") is not None


def test_a_wrong_answer_is_told_so_once_more_and_then_offered_the_result(ask):
    question = ask("list")

    assert give(question, "7") == "wrong"
    said = "Not that. The answer has 3 numbers or words, yours 1. Try once more."
    assert question.locator("output").inner_text().strip() == said
    assert not question.locator(".show").is_visible()
    assert give(question, "8") == "wrong"
    assert "look at the result" in question.locator("output").inner_text()
    assert result_of(question).get_attribute("open") is None
    question.locator(".show").click()

    assert result_of(question).get_attribute("open") is not None
    assert fold_of(question).get_attribute("open") is not None
    assert give(question, "[1, 5, 9]") == "right"
    assert not question.locator(".show").is_visible()


def test_a_known_mistake_is_answered_with_the_page_s_sentence_and_the_program(ask):
    question = ask("list")

    assert give(question, "tensor([1., 4., 4.])") == "mistake"

    assert question.get_attribute("data-mistake") == "sum/cleared"
    said = question.locator("output")
    assert said.locator("strong").inner_text() == "cleared"
    assert said.locator("math").count() == 1
    question.locator("summary").first.click()
    assert question.locator(".result pre").inner_text() == "tensor([1., 4., 4.])\n"


def test_what_was_said_of_a_mistake_goes_with_the_next_answer(ask):
    question = ask("list")
    give(question, "1 4 4")

    assert give(question, "1 5 9") == "right"

    assert question.get_attribute("data-mistake") is None
    assert not question.locator("details").count()
    assert give(question, "1 4 4") == "mistake"
    assert question.locator("output strong").inner_text() == "cleared"


def test_nobody_has_to_answer(ask):
    question = ask("list")

    result_of(question).locator("summary").click()

    assert result_of(question).get_attribute("open") is not None


def test_questions_that_stand_together_open_what_is_below_together(ask):
    first = ask("first")
    second = first.page.locator("#ask-second")

    assert give(first, "7") == "right"
    assert first.locator("output").inner_text().strip() == "Right."
    assert fold_of(second).get_attribute("open") is None
    assert give(second, "8") == "right"
    assert fold_of(second).get_attribute("open") is not None


def test_an_answer_opens_nothing_of_the_next_question(ask):
    question = ask("number")
    give(question, "42")

    assert question.page.locator("details.success[open]").count() == 1


def test_one_of_a_few_is_chosen(ask):
    question = ask("error")
    check = question.locator("button:not([type])")

    question.get_by_label("IndexError").check()
    check.click()
    assert question.get_attribute("data-verdict") == "wrong"
    question.get_by_label("RuntimeError").check()
    check.click()
    assert question.get_attribute("data-verdict") == "right"


def test_the_answer_is_told_to_who_listens(ask):
    question = ask("number")
    question.page.evaluate(
        "addEventListener('nabla:answered', ({ detail }) => { window.heard = detail; })"
    )
    give(question, "42")

    assert question.page.evaluate("heard") == {"id": "index#number", "verdict": "right"}


RIGHT = [
    ("number", "42"),
    ("number", "42."),
    ("number", "42.0"),
    ("number", " tensor(42.) "),
    ("number", "tensor(42., grad_fn=<MulBackward0>)"),
    ("number", "x.grad = 42"),
    ("number", "４２"),
    ("number", "４２．０"),
    ("number", "84/2"),
    ("number", "`42`"),
    ("half", "-0.5"),
    ("half", "−0.5"),
    ("half", "－０．５"),
    ("half", "-.5"),
    ("half", "- 1/2"),
    ("half", "-½"),
    ("half", "-5e-1"),
    ("share", "0.8333"),
    ("share", "0.83333"),
    ("share", "5/6"),
    ("rough", "0.6"),
    ("large", "3000600"),
    ("large", "3,000,600"),
    ("large", "3 000 600"),
    ("large", "3.0006e6"),
    ("list", "1 5 9"),
    ("list", "[1, 5, 9]"),
    ("list", "[1,5,9]"),
    ("list", "(1; 5; 9)"),
    ("list", "［１，５，９］"),
    ("list", "1、5、9"),
    ("list", "tensor([1., 5., 9.], requires_grad=True)"),
    ("threes", "3"),
    ("threes", "[[3, 3, 3], [3, 3, 3]]"),
    ("shape", "(2, 3)"),
    ("shape", "2×3"),
    ("shape", "2 x 3"),
    ("shape", "torch.Size([2, 3])"),
    ("none", "none"),
    ("none", "None."),
    ("nan", "NaN"),
    ("inf", "-inf"),
    ("inf", "−∞"),
    ("type", "float64"),
    ("type", "torch.float64"),
]
WRONG = [
    ("number", "42.4"),
    ("number", "-42"),
    ("number", "42,0"),
    ("number", "42 42"),
    ("number", "forty-two"),
    ("number", "1/0"),
    ("half", "0.5"),
    ("share", "0.833"),
    ("share", "0.8334"),
    ("rough", "0.64"),
    ("list", "1 9 5"),
    ("list", "1 5"),
    ("list", "159"),
    ("threes", "3 3"),
    ("shape", "3×2"),
    ("none", "0"),
    ("nan", "0"),
    ("inf", "inf"),
]


def verdicts(question, answers: list[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    page = question.page
    return {(name, text): give(page.locator(f"#ask-{name}"), text) for name, text in answers}


def test_what_was_printed_is_right_however_it_is_written(ask):
    found = verdicts(ask("list"), RIGHT)

    assert {given: verdict for given, verdict in found.items() if verdict != "right"} == {}


def test_something_else_is_wrong(ask):
    found = verdicts(ask("list"), WRONG)

    assert {given: verdict for given, verdict in found.items() if verdict != "wrong"} == {}


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("number", "-42", "Right but for a sign."),
        ("list", "9 5 1", "The numbers are right, their order is not."),
        ("list", "1 5", "The answer has 3 numbers or words, yours 2."),
        ("threes", "3 3", "The answer has 6 numbers or words, yours 2."),
        ("threes", "-3", "Right but for a sign."),
        ("share", "0.83", "Close: more digits are needed."),
        ("number", "many", "A number is asked for."),
        ("number", "7", "Take another look."),
        ("none", "7", "Take another look."),
    ],
)
def test_what_can_be_said_of_any_wrong_answer_is_said(ask, name: str, answer: str, remark: str):
    question = ask(name)

    assert give(question, answer) == "wrong"
    said = question.locator("output").inner_text().strip()
    assert said == f"Not that. {remark} Try once more."


def test_japanese_sentences_stand_without_blanks_between(ask):
    question = ask("list", "ja/")
    give(question, "7 7 7")

    said = "違います。もう一度見直してみてください。もう一度答えてみてください。"
    assert question.locator("output").inner_text() == said


def test_french_has_a_decimal_comma_and_still_lists(ask):
    right = [
        ("number", "42,0"),
        ("half", "−0,5"),
        ("share", "0,8333"),
        ("large", "3\u202f000\u202f600,0"),
        ("list", "[1, 5, 9]"),
        ("list", "(1,0 ; 5,0 ; 9,0)"),
        ("list", "1;5;9"),
        ("list", "[1,5,9]"),
    ]
    found = verdicts(ask("list", "fr/"), right)

    assert {given: verdict for given, verdict in found.items() if verdict != "right"} == {}


@pytest.mark.parametrize(
    ("path", "right"), [("fr/", "C’est juste."), ("ja/", "正解です。"), ("zh/", "答对了。")]
)
def test_it_is_said_in_the_language_of_the_page(ask, path: str, right: str):
    question = ask("list", path)
    give(question, "1 5 9")

    assert question.locator("output").inner_text().startswith(right)


def test_a_keyboard_is_enough(ask):
    question = ask("list")
    question.locator("input").focus()
    keyboard = question.page.keyboard

    keyboard.type("7")
    keyboard.press("Enter")
    keyboard.press("Enter")
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("Enter")

    assert question.get_attribute("data-verdict") == "wrong"
    assert result_of(question).get_attribute("open") is not None


def test_a_choice_is_made_by_the_keyboard(ask):
    question = ask("error")
    question.get_by_label("RuntimeError").focus()
    keyboard = question.page.keyboard

    keyboard.press("Space")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    assert question.get_attribute("data-verdict") == "wrong"
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    assert question.get_attribute("data-verdict") == "right"


def test_nothing_is_said_of_an_empty_answer(ask):
    question = ask("list")
    question.locator("button:not([type])").click()

    assert question.get_attribute("data-verdict") is None


def test_without_scripts_a_question_is_a_paragraph(ask):
    question = ask("list", java_script_enabled=False)

    assert question.get_by_text("The list.").is_visible()
    assert not question.locator("input").is_visible()
    assert not question.locator("button").first.is_visible()
    result_of(question).locator("summary").click()
    assert result_of(question).locator("pre").is_visible()


def test_paper_has_a_line_to_write_on_and_no_answer(ask):
    question = ask("list")
    question.page.emulate_media(media="print")

    assert question.locator("input").bounding_box()["width"] > 200
    assert not question.locator("button").first.is_visible()
    assert not result_of(question).is_visible()


def test_paper_has_a_result_that_the_reader_opened(ask):
    question = ask("list")
    give(question, "1 5 9")
    question.page.emulate_media(media="print")

    assert result_of(question).locator("pre").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_no_barrier_before_and_after_an_answer(ask, width: int, scheme: str):
    question = ask("list", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = question.page
    page.evaluate("delete document.documentElement.dataset.layout")
    before = Axe().run(page).response["violations"]
    give(question, "1 4 4")
    give(page.locator("#ask-number"), "42")
    question.locator("summary").first.click()
    after = Axe().run(page).response["violations"]

    assert not [(v["id"], [n["target"] for n in v["nodes"]]) for v in (*before, *after)]
    assert page.evaluate("document.documentElement.scrollWidth") == width
