"""What the pages teach: the bones of a lesson, the results that must stand, the messages."""

import re
from itertools import takewhile

import pytest
from bs4 import BeautifulSoup, Tag

from nabla.source.lessons import lesson_slugs
from nabla.source.page import Include, read_page
from nabla.source.project import Project, get_sample
from nabla.source.questions import read_questions

from .conftest import LOCALES, ROOT
from .pages import built

PROJECT = Project(ROOT)
LESSONS = lesson_slugs(PROJECT)
SILENT = {f"learn/{name}" for name in ("network", "trouble", "own", "further")}
ASKING = [slug for slug in LESSONS if slug not in SILENT]
"""The lessons whose questions the page checks."""
BONES = ("by-hand", "by-picture", "with-torch", "predict", "wrong", "exercises", "keep")
RAISED = re.compile(r"^\w+(?:Error|Warning): (?P<message>.+)$", re.MULTILINE)
CODE = re.compile(r"^> (?P<tick>`+)(?P<quoted>.+)(?P=tick)$|^## (?P<heading>.+?) \{", re.MULTILINE)
SECTION = re.compile(r"^## (?P<heading>.+?) \{.*\}$(?P<body>(?:\n(?!## ).*)*)", re.MULTILINE)
QUESTIONS = ("reference/questions", "reference/questions-training")
LEFT_OUT = "…"
"""Stands in a heading for a part of the message."""

MUST = {
    "learn/slope": ["tensor(3.)", "tensor(1.) tensor(2.) tensor(3.)"],
    "learn/derivative": [
        "x = 1.0   y = 4.0   x.grad = 2.0",
        "x = 2.0   y = 7.0   x.grad = 4.0",
        "q1 = 12.610000   q2 = 12.010000",
        "q1 = 12.060100   q2 = 12.000100",
    ],
    "learn/autograd": [
        "tensor([[3., 3., 3.],",
        "tensor([[1., 1., 1.],",
        "tensor([[2., 2., 2.],",
        "tensor([[4., 4., 4.],",
        "10.0\nNone\ntensor([0., 4., 8.])",
        "Only Tensors of floating point and complex dtype can require gradients",
        "grad can be implicitly created only for scalar outputs",
    ],
    "learn/differential": ["dy = 0.6000   Δy = 0.6100"],
    "learn/chain-rule": ["tensor(14.)", "tensor(64.)", "tensor(33.)"],
    "learn/computation-graph": ["AddBackward0\nBinaryCrossEntropyWithLogitsBackward0"],
    "learn/vectors": ["tensor([ 34., 420.])"],
    "learn/accumulation": ["tensor([1., 5., 9.])", "tensor([1., 1., 1.])"],
    "learn/no-grad": [
        "a leaf Variable that requires grad is being used in an in-place operation",
        "[True, True]\n[False, False]",
    ],
    "learn/training-step": ["w = 1.7451   b = 0.5795"],
    "learn/network": [
        "loss = 0.2500\n[0.0, 0.0] 0.5000\n[0.0, 1.0] 0.5000",
        "0 0 0\n0 1 1\n1 0 1\n1 1 0",
        "[0.0, 1.0, 1.0, 0.0]",
        "tensor([12.,  0.]) tensor(4.)\ntensor([4., 8.]) tensor([4., 0.])",
        "tensor([[4., 8.],\n        [0., 0.]]) tensor([4., 0.])",
        "seed = 1   loss = 0.167   [1, 0]",
        "n = 500   loss = 0.011   right = 80",
        "relu 0.0111 0.0000 0.0000",
    ],
    "learn/own": [
        "tensor(9., grad_fn=<SquareBackward>) tensor(12.)",
        "grad_output tensor([[5.]])\ngrad_input tensor([[15., 20.]])",
        "40000 1 1 0.0793\n4000 1 2 0.0793",
        "None of the inputs have requires_grad=True. Gradients will be None\nTrue False",
        "0.0e+00\n1.0e-08\ninf",
    ],
    "learn/trouble": [
        "10   3.8752e-07\nq = 3.8752e-07",
        "6.38e+08",
        "4.5396e-05   torch.float64\n4.5417e-05   torch.float32",
        "loss = 18.6667   0.0000 0.0000",
        "tensor(5.) tensor([0.6000, 0.8000])",
        "0.0 tensor(nan)",
        "Function 'SqrtBackward0' returned nan values in its 0th output.",
        "by_hand tensor([nan, nan])\nlinalg_vector_norm tensor([0., 0.])",
        "tensor([   nan, 0.2500])",
        "relu  0.0\nabs   0.0\nsqrt  inf",
        "relu 0.0\nclamp 1.0\nmaximum 0.5\nwhere 0.0",
        "tensor([0.5000, 0.5000, 0.0000])\n" * 2 + "tensor([1., 0., 0.])",
    ],
    "learn/further": [
        "12.0 12.0 6.0",
        "tensor([[ 4.,  2.],\n        [ 2., 12.]])",
        "analytical:tensor([[8.]], dtype=torch.float64)",
    ],
}


def page(locale: str, slug: str) -> str:
    return PROJECT.page(locale, slug).text


def results(html: BeautifulSoup) -> str:
    return "\n".join(pre.text for pre in html.select(".result pre"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", MUST)
def test_a_value_that_was_worked_out_by_hand_stands_on_the_page_as_a_result(
    site, slug: str, locale: str
):
    shown = results(built(site, locale, slug))

    assert [value for value in MUST[slug] if value not in shown] == []


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_has_every_part_that_a_reader_looks_for(site, slug: str):
    html = built(site, "en", slug)

    ids = {heading["id"] for heading in html.select("h2[id]")}
    assert [bone for bone in BONES if bone not in ids] == []
    assert html.select(".drawn svg")
    assert html.select("details.result:not([open])"), "nothing to predict"
    assert html.select("blockquote"), "nothing to keep"


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_has_three_exercises_or_more_with_solutions_that_ran(site, slug: str):
    solutions = built(site, "en", slug).select("details.success")

    assert len(solutions) >= 3
    assert all(solution.select(".result pre") for solution in solutions)


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_names_beliefs_that_are_wrong_and_runs_a_counter_example(site, slug: str):
    beliefs = built(site, "en", slug).select(".admonition.failure")

    assert beliefs
    assert any(belief.select(".result pre") for belief in beliefs)


@pytest.mark.parametrize("locale", LOCALES)
def test_each_row_of_the_table_of_troubles_leads_to_a_program_that_shows_it(site, locale: str):
    html = built(site, locale, "learn/trouble")
    headings = html.select("h2[id], h3[id]")
    shown = {f"#{heading['id']}" for heading in headings if is_followed_by_a_program(heading)}
    rows = html.select_one("#table").find_next("table").select("tbody tr")

    assert len(rows) > 10
    for row in rows:
        assert shown & {link["href"] for link in row.select("a")}, row.td.text


def is_followed_by_a_program(heading: Tag) -> bool:
    """Say whether a program stands below a heading, before the next one."""
    following = heading.find_next(["h2", "h3", "figure"])
    return following is not None and following.name == "figure"


@pytest.mark.parametrize("slug", ASKING)
def test_a_lesson_asks_five_questions_or_more_and_knows_two_mistakes(slug: str):
    questions = read_questions(PROJECT.page("en", slug), slug).questions

    assert len(questions) >= 5
    assert sum(len(question.mistakes) for question in questions) >= 2


@pytest.mark.parametrize("slug", ASKING)
def test_a_lesson_asks_before_the_result_that_is_to_be_predicted(site, slug: str):
    html = built(site, "en", slug)

    (heading,) = html.select("h2#predict")
    section = list(takewhile(lambda one: one.name != "h2", heading.find_next_siblings()))
    assert [one for one in section if one.name == "nabla-ask"]


def messages(markdown: str) -> list[str]:
    """Return every message that the programs of a text raise, from their stated results."""
    names = [include.name for include in read_page(markdown).all(Include)]
    raising = [name for name in names if not name.endswith("-fix")]
    stated = [get_sample(PROJECT.read_snippet(name)).stated.text for name in raising]
    return [match["message"] for text in stated for match in RAISED.finditer(text)]


@pytest.mark.parametrize("locale", LOCALES)
def test_each_message_of_the_gallery_is_quoted_on_its_page_in_every_language(locale: str):
    raised = messages(page("en", "reference/errors"))
    quotes = {m["quoted"] or m["heading"] for m in CODE.finditer(page(locale, "reference/errors"))}

    assert len(raised) > 25
    assert [message for message in raised if message not in quotes] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_each_heading_of_the_gallery_is_part_of_a_message_that_its_program_prints(locale: str):
    sections = list(SECTION.finditer(page(locale, "reference/errors")))

    assert len(sections) > 25
    assert [found["heading"] for found in sections if not is_printed(found)] == []


def is_printed(section: re.Match[str]) -> bool:
    """Say whether one message holds all that the heading of a section quotes of it."""
    heading = section["heading"].replace("\\*", "*").replace("’", "'")
    quoted = heading.split(f" {LEFT_OUT} ")
    return any(all(part in message for part in quoted) for message in messages(section["body"]))


def test_each_error_of_the_gallery_comes_with_a_cure_that_runs():
    names = [include.name for include in PROJECT.page("en", "reference/errors").all(Include)]
    errors = [name for name in names if not name.endswith("-fix")]

    assert [f"{name}-fix" for name in errors] == [name for name in names if name not in errors]


def test_there_are_sixty_questions_each_with_a_program_and_a_way_to_its_lesson(site):
    pages = [built(site, "en", slug) for slug in QUESTIONS]
    answers = {one["id"]: answer(one) for page in pages for one in page.select("h3")}

    assert len(answers) == 60
    for question, parts in answers.items():
        assert len([part for part in parts if "snippet" in part.get("class", ())]) == 1, question
        assert [part for part in parts if part.select('a[href*="/learn/"]')], question


def answer(heading: Tag) -> list[Tag]:
    """Return what stands between a heading and the next one."""
    following = heading.find_next_siblings()
    return list(takewhile(lambda part: part.name not in ("h2", "h3"), following))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_list_above_the_questions_leads_to_all_of_them_in_their_order(site, locale: str):
    first, second = (built(site, locale, slug) for slug in QUESTIONS)
    here = [f"#{heading['id']}" for heading in first.select("h3")]
    there = [f"#{heading['id']}" for heading in second.select("h3")]

    assert listed(first) == here + [f"../questions-training/{anchor}" for anchor in there]
    assert listed(second) == there


@pytest.mark.parametrize("locale", LOCALES)
def test_an_address_of_a_question_that_moved_leads_to_the_link_that_follows_it(site, locale: str):
    first, second = (built(site, locale, slug) for slug in QUESTIONS)

    for heading in second.select("h3"):
        (link,) = first.select(f"a[id='{heading['id']}']")
        assert link["href"].endswith(f"/#{heading['id']}")


def listed(html: BeautifulSoup) -> list[str]:
    """Return where the list at the head of a page leads."""
    return [str(link["href"]) for link in html.select("article ul")[0].select("a:not(.term)")]


def test_the_page_about_the_checks_counts_what_was_checked(site):
    html = built(site, "en", "reference/verified")

    figures = {pair["data-figure"]: pair.dd.text for pair in html.select("[data-figure]")}
    assert figures["torch"] == "2.13.0"
    assert int(figures["pages"]) == len(PROJECT.slugs("en"))
    assert int(figures["samples"]) >= len(PROJECT.snippet_names())
