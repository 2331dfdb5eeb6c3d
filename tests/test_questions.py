"""Questions of a page: how they are asked, what is right, and what can be wrong with them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.checks.answers import find_answer
from nabla.checks.parity import compare_pages
from nabla.markdown.questions import QuestionsExtension
from nabla.markdown.samples import SamplesExtension
from nabla.problem import ProblemError
from nabla.run.outcome import CellOutput
from nabla.run.results import Results
from nabla.site.notebook import Source, make_notebook
from nabla.source.page import read_page
from nabla.source.questions import Part, Question, read_questions

from .conftest import HOME, Outcome, SmallProject

EXPECTED = "<!--pytest-codeblocks:expected-output-->"


def snippet(*lines: str) -> str:
    code = "\n".join(f"print({line!r})" for line in lines)
    result = "\n".join(lines)
    return f"```python\n{code}\n```\n\n{EXPECTED}\n\n```text\n{result}\n```\n"


SNIPPETS = {
    "sum/grad": snippet("w = 1.0   x.grad = tensor([1., 5., 9.])", "w = 2.0"),
    "sum/cleared": snippet("w = 1.0   x.grad = tensor([1., 4., 4.])"),
    "sum/dropped": snippet("w = 1.0   x.grad = tensor([0., 0., 0.])"),
    "sum/same": snippet("w = 1.0   x.grad = tensor([1., 5., 9.], requires_grad=True)"),
    "sum/error": snippet("RuntimeError: a leaf Variable that requires grad"),
    "sum/true": snippet("True"),
    "sum/long": snippet(" ".join(map(str, range(13)))),
    "sum/prose": snippet("x = 3 (about)"),
}
QUESTION = """<!--nabla:ask sum/grad line=1 after="x.grad ="-->
Tell what `x.grad` *holds*.

<!--nabla:mistake sum/cleared-->
You **cleared** it.

<!--nabla:mistake sum/dropped-->
You dropped it.

<!--nabla:predict-->

--8<-- "sum/grad.md"
"""


@pytest.fixture(scope="module")
def render(tmp_path_factory) -> Callable[..., BeautifulSoup]:
    """A function that gives the HTML of a text under Python-Markdown alone."""
    root = tmp_path_factory.mktemp("asked")
    results = Results()
    for name, text in SNIPPETS.items():
        (root / f"snippets/{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (root / f"snippets/{name}.md").write_text(text, encoding="utf-8")

    def rendered(text: str, **options: object) -> BeautifulSoup:
        given = {"root": str(root), "results": results, **options}
        ours = [SamplesExtension(**given), QuestionsExtension(**given)]
        others = ["admonition", "pymdownx.details", "nabla.markdown.maths"]
        return BeautifulSoup(markdown(text, extensions=[*ours, *others]), "html.parser")

    return rendered


def test_a_question_is_a_form_with_one_labelled_field(render):
    (asked,) = render(QUESTION).select("nabla-ask")

    (field,) = asked.select("form input:not([type])")
    (label,) = asked.select(f"label[for='{field['id']}']")
    assert label.decode_contents() == "Tell what <code>x.grad</code> <em>holds</em>."
    assert asked.select_one("form > output[aria-live]").text == ""
    assert asked.select_one("form button:not([type])").text == "Check"


def test_the_answer_is_what_the_program_printed(render, tmp_path: Path):
    (asked,) = render(QUESTION, page="docs/en/learn/slope.md").select("nabla-ask")

    assert asked["data-snippet"] == "sum/grad"
    assert asked["data-answer"] == "1 5 9"
    assert asked["data-question"] == "learn/slope#grad"


def test_a_known_mistake_waits_with_its_sentence_and_its_program(render):
    cleared, dropped = render(QUESTION).select("nabla-ask > template")

    assert cleared["data-mistake"] == "sum/cleared"
    assert cleared["data-answer"] == "1 4 4"
    assert cleared.select_one(".wording").decode_contents() == "You <strong>cleared</strong> it."
    assert cleared.select_one("details figure[data-snippet='sum/cleared'] .result pre")
    assert dropped.select_one(".wording").decode_contents() == "You dropped it."


def test_a_choice_is_a_group_of_radio_buttons(render):
    text = "<!--nabla:ask sum/error choose=RuntimeError,ValueError-->\nWhich error?\n"
    (asked,) = render(text).select("nabla-ask")

    assert asked.select_one("fieldset > legend").text == "Which error?"
    buttons = asked.select("label > input[type=radio][name=answer]")
    assert [button["value"] for button in buttons] == ["RuntimeError", "ValueError"]
    assert asked["data-answer"] == "RuntimeError"


def test_yes_and_no_are_said_in_the_language_of_the_page(render):
    text = "<!--nabla:ask sum/true choose=yes,no-->\nVraiment ?\n"
    (asked,) = render(text, locale="fr").select("nabla-ask")

    assert [label.text.strip() for label in asked.select("fieldset label")] == ["oui", "non"]
    assert asked["data-answer"] == "yes"
    assert asked["data-decimal"] == ","


def test_a_choice_may_stand_for_what_is_printed(render):
    text = "<!--nabla:ask sum/error choose=no:tensor,yes:RuntimeError-->\nDoes it fail?\n"
    (asked,) = render(text).select("nabla-ask")

    assert asked["data-answer"] == "yes"
    assert [label.text.strip() for label in asked.select("fieldset label")] == ["no", "yes"]


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ('??? note "Fold"\n\n    {}', "details.note > nabla-ask"),
        ("1.  First.\n\n    {}", "ol > li > nabla-ask"),
    ],
)
def test_a_question_stays_where_it_is_nested(render, text: str, container: str):
    nested = text.format(QUESTION.replace("\n", "\n    "))

    (asked,) = render(nested).select(container)
    assert len(asked.select("template")) == 2


def test_a_question_in_a_fence_is_only_text(render):
    page = render(f"````text\n{QUESTION}\n````\n")

    assert not page.select("nabla-ask")


def test_a_formula_of_a_question_and_of_a_mistake_is_mathml(render):
    page = render(QUESTION.replace("*holds*", "$x^2$").replace("dropped it", "dropped $x$"))

    assert page.select_one("nabla-ask label msup")
    assert page.select("nabla-ask > template")[1].select_one("math")


def test_a_program_that_is_asked_about_is_marked_so_that_paper_does_not_answer(render):
    (figure,) = render(QUESTION).select("nabla-ask ~ figure.snippet")

    assert "asked" in figure["class"]


CASES = {
    "42": ("tensor(42.)", "42"),
    "a list": ("tensor([1., 5., 9.])", "1 5 9"),
    "a list that wraps": ("tensor([[3., 3.],\n        [3., 1.]])", "3 3 3 1"),
    "what is not asked for": ("tensor([2., -1.], dtype=torch.float64)", "2 -1"),
    "a tensor with a history": ("tensor(6., grad_fn=<MulBackward0>)", "6"),
    "a shape": ("torch.Size([2, 3])", "2 3"),
    "words": ("[True, None]", "true none"),
    "infinity": ("tensor([nan, -inf])", "nan -inf"),
    "small numbers": ("4.7684e-07", "4.7684e-07"),
    "a type": ("torch.float64", "float64"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_printed_result_is_read_as_numbers_and_words(case: str):
    printed, read = CASES[case]
    question = Question("q", Part("a/b"), (), 0, "", 1)

    assert str(find_answer(question.part, question, f"{printed}\n")) == read


@pytest.mark.parametrize(
    ("part", "read"),
    [
        (Part("a/b", line=2), "7"),
        (Part("a/b", line=1, after="y ="), "-6 2"),
        (Part("a/b", line=1, after="x ="), "1"),
        (Part("a/b", line=3, item=2), "1 2"),
        (Part("a/b", line=3, item=3), "true"),
    ],
)
def test_a_part_of_a_result_can_be_asked_for(part: Part, read: str):
    printed = "x = 1.0   y = tensor([-6.,   2.])\n7\n4 tensor([1., 2.]) True\n"
    question = Question("q", part, (), 0, "", 1)

    assert str(find_answer(part, question, printed)) == read


def test_only_a_number_with_four_digits_after_the_point_is_taken_for_a_rounded_one():
    def within(printed: str, told: float = 0) -> float:
        question = Question("q", Part("a/b"), (), told, "", 1)
        return find_answer(question.part, question, printed).within

    assert within("0.8333") == pytest.approx(0.00005)
    assert within("0.61") == within("42.") == within("4.7684e-07") == 0
    assert within("0.61", told=0.01) == 0.01


BAD = {
    "no snippet": ("<!--nabla:ask-->\nWhat?", "`nabla:ask` names no snippet; name one first"),
    "an unknown snippet": (
        "<!--nabla:ask sum/tow-->\nWhat?",
        '"sum/tow.md" names no snippet; write snippets/sum/tow.md, or mend the name',
    ),
    "an unknown option": (
        "<!--nabla:ask sum/two lines=1-->\nWhat?",
        "`nabla:ask` does not understand `sum/two lines=1`; after the snippet, write each of "
        "`after=`, `choose=`, `item=`, `line=`, `name=`, `within=` once or not at all",
    ),
    "a quote that does not end": (
        '<!--nabla:ask sum/two after="x-->\nWhat?',
        '`nabla:ask` does not understand `sum/two after="x`; mend the quotes: No closing quotation',
    ),
    "a line that is no number": (
        "<!--nabla:ask sum/two line=a-->\nWhat?",
        "`nabla:ask` does not understand `sum/two line=a`; "
        "write `line=` and `item=` with a whole number",
    ),
    "a tolerance that is no number": (
        "<!--nabla:ask sum/two within=a-->\nWhat?",
        "`nabla:ask` does not understand `sum/two within=a`; "
        "write `within=` with a number, as in `within=0.01`",
    ),
    "one choice": (
        "<!--nabla:ask sum/two choose=2-->\nWhat?",
        "`nabla:ask` does not understand `sum/two choose=2`; "
        "write `choose=` with two choices or more, as in `choose=yes,no`",
    ),
    "a name that no address holds": (
        "<!--nabla:ask sum/two name=Été-->\nWhat?",
        "`nabla:ask` does not understand `sum/two name=Été`; "
        "write `name=` in small letters, digits and hyphens",
    ),
    "nothing asked": (
        "<!--nabla:ask sum/two-->\n\n## Next { #next }",
        "there is nothing to read below `nabla:ask`; ask in a paragraph right below it",
    ),
    "a mistake without words": (
        "<!--nabla:ask sum/two-->\nWhat?\n\n<!--nabla:mistake sum/dropped-->",
        "there is nothing to read below `nabla:mistake`; "
        "say in a paragraph right below it what went wrong",
    ),
    "a mistake of nothing": (
        "<!--nabla:mistake sum/dropped-->\nNo.",
        "`nabla:mistake` stands below no question; put it below a `nabla:ask`",
    ),
    "a name given twice": (
        "<!--nabla:ask sum/two-->\nWhat?\n\n<!--nabla:ask sum/two-->\nAnd?",
        "the question of line 9 is called `two`, too; add `name=` with another name",
    ),
    "a result that is not on the page": (
        "<!--nabla:ask sum/grad item=3-->\nWhat?",
        "the page asks for the result of sum/grad, and does not embed it; "
        "embed it below the question, hidden",
    ),
    "a result that is not hidden": (
        "<!--nabla:ask sum/two-->\nWhat?",
        "the page asks for the result of sum/two, and shows it on line 7; "
        "put <!--nabla:predict--> above that line, or fold it with `???`",
    ),
    "a result that is too long": (
        "<!--nabla:ask sum/long-->\nWhat?",
        "the result of sum/long is no answer: `0 1 2 3 4 5 6 7 8 9 10 11 12` is too long: "
        "13 numbers or words; ask for a part with `line=`, `item=`, `after=`, "
        "or offer some with `choose=`",
    ),
    "a result that is prose": (
        "<!--nabla:ask sum/prose-->\nWhat?",
        "the result of sum/prose is no answer: `x = 3 (about)` is neither numbers nor words; ",
    ),
    "a line that is not there": (
        "<!--nabla:ask sum/grad line=3-->\nWhat?",
        "the result of sum/grad is no answer: it has no line 3; ",
    ),
    "a text that is not there": (
        '<!--nabla:ask sum/grad line=2 after="y ="-->\nWhat?',
        "the result of sum/grad is no answer: `y =` is not in `w = 2.0`; ",
    ),
    "an item that is not there": (
        "<!--nabla:ask sum/two item=2-->\nWhat?",
        "the result of sum/two is no answer: `2` has no item 2; ",
    ),
    "a choice that is not there": (
        "<!--nabla:ask sum/error choose=ValueError,TypeError-->\nWhat?",
        "the result of sum/error is no answer: `RuntimeError: a leaf Variable that requ…` "
        "begins with none of the choices ValueError, TypeError; ",
    ),
    "a mistake that is right": (
        '<!--nabla:ask sum/grad line=1 after="x.grad ="-->\nWhat?\n\n'
        "<!--nabla:mistake sum/same-->\nNo.",
        "sum/same prints the right answer, 1 5 9; name a program that does not",
    ),
    "two mistakes that print the same": (
        '<!--nabla:ask sum/cleared line=1 after="x.grad ="-->\nWhat?\n\n'
        "<!--nabla:mistake sum/grad-->\nNo.\n\n<!--nabla:mistake sum/same-->\nNo.",
        "sum/same prints the same as sum/grad, 1 5 9; keep one of them, or ask so that they differ",
    ),
}
LINES = {"a mistake without words": 12, "a name given twice": 12, "a mistake that is right": 12}
LINES |= {"two mistakes that print the same": 15}


@pytest.fixture(scope="module")
def checked(make_project) -> Outcome:
    """What `nabla check` says of a project that asks badly in every way at once."""
    project = make_project()
    for name, text in SNIPPETS.items():
        project.write(f"snippets/{name}.md", text)
    for case, (text, _) in BAD.items():
        project.write_page(f"bad/{slug(case)}", f"{HOME}\n{text}\n")
    return project.nabla("check")


def slug(case: str) -> str:
    return case.replace(" ", "-")


@pytest.mark.parametrize("case", BAD)
def test_a_question_that_cannot_be_asked_is_named_with_its_line(checked: Outcome, case: str):
    line = LINES.get(case, 9)

    assert f"docs/fr/bad/{slug(case)}.md:{line}: {BAD[case][1]}" in checked.said
    assert checked.code == 1
    assert "Traceback" not in checked.said


ASKED = HOME.replace('--8<-- "sum/two.md"', QUESTION)


@pytest.fixture(scope="module")
def asking(make_project) -> SmallProject:
    """A project whose one page asks in every language."""
    project = make_project()
    for name in ("sum/grad", "sum/cleared", "sum/dropped"):
        project.write(f"snippets/{name}.md", SNIPPETS[name])
    (project.root / "snippets/sum/two.md").unlink()
    project.write_page("index", ASKED)
    return project


def test_a_program_that_makes_a_mistake_need_not_be_embedded(asking: SmallProject):
    outcome = asking.nabla("check")

    assert outcome.code == 0, outcome.said


def test_a_strict_build_has_the_question_in_every_language(asking: SmallProject):
    outcome = asking.build()

    assert outcome.code == 0, outcome.said
    for folder in ("", "fr/", "ja/", "zh/"):
        html = (asking.root / f"site/{folder}index.html").read_text(encoding="utf-8")
        (asked,) = BeautifulSoup(html, "html.parser").select("nabla-ask")
        assert asked["data-question"] == "index#grad"


def test_the_search_reads_what_is_asked_and_nothing_that_gives_it_away(asking: SmallProject):
    assert asking.build().code == 0
    texts = (asking.root / "site/search/texts.json").read_text(encoding="utf-8")

    assert "<code>x.grad</code> holds." in texts
    assert "cleared" not in texts
    assert "Check" not in texts


def test_the_command_lists_questions_with_answers_and_mistakes(asking: SmallProject):
    outcome = asking.nabla("questions")

    assert outcome.code == 0
    assert outcome.said == (
        "index: 1 question, 2 known mistakes\n"
        "  grad: 1 5 9  (en, fr, ja, zh)\n"
        "    sum/cleared: 1 4 4  (en, fr, ja, zh)\n"
        "    sum/dropped: 0 0 0  (en, fr, ja, zh)\n"
    )


def test_the_list_can_be_had_as_json_with_the_words_of_each_language(asking: SmallProject):
    ((page,),) = [json.loads(asking.nabla("questions", "--json").said)]
    (question,) = page["questions"]

    assert question["id"] == "index#grad"
    assert question["texts"]["ja"] == "Tell what `x.grad` *holds*."
    assert question["mistakes"][1]["texts"]["zh"] == "You dropped it."


def test_a_question_is_held_equal_in_every_language():
    other = ASKED.replace("sum/dropped", "sum/true").replace(" line=1", "")

    problems = compare_pages(ASKED, "docs/en/index.md", other, "docs/fr/index.md")

    assert [problem.what for problem in problems] == [
        'directive `ask sum/grad after="x.grad ="` stands for directive '
        '`ask sum/grad line=1 after="x.grad ="` of docs/en/index.md:7',
        "directive `mistake sum/true` stands for directive `mistake sum/dropped` of "
        "docs/en/index.md:13",
    ]


def test_a_notebook_keeps_the_question_and_leaves_out_what_is_said_of_mistakes():
    source = Source(lambda name: ("", CellOutput()), (), "https://example.org/", str)
    words = {"from": "From {address}.", "drawing": "Drawing"}

    cells = make_notebook(read_page(ASKED), 4, source, words).cells

    text = "\n".join(cell.source for cell in cells)
    assert "Tell what `x.grad` *holds*." in text
    assert "cleared" not in text
    assert "nabla" not in text


def test_what_is_wrong_stands_in_the_place_of_the_question_where_that_is_wanted(render):
    text = "<!--nabla:ask sum/long-->\nWhat?\n\nMore.\n"

    page = render(text, strict=False, page="docs/en/index.md")

    assert page.select_one(".problem").text.startswith("docs/en/index.md:1: the result of sum/long")
    assert [p.text for p in page.select("p:not(.problem)")] == ["More."]


def test_what_is_wrong_is_raised_otherwise(render):
    with pytest.raises(ProblemError, match="the result of sum/long is no answer"):
        render("<!--nabla:ask sum/long-->\nWhat?\n")


def test_a_sentence_may_go_over_several_lines():
    text = QUESTION.replace("*holds*.", "*holds*\nin the end.")
    (question,) = read_questions(read_page(text), "page").questions

    assert question.text == "Tell what `x.grad` *holds*\nin the end."
