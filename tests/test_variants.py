"""Snippets that differ in a few places, shown as one program with switches."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown

from nabla.problem import ProblemError
from nabla.source.variants import Place, UnlikeError, compare_programs

from .browser import serve
from .conftest import CACHE, SmallProject

HEAD = "import torch\n\nx = torch.arange(3.0, requires_grad=True)\n"
STEP = "loss = (w**2).sum()\nloss.backward()\n"


def program(reduce: str = "sum", clear: str = "", graph: str = "y") -> str:
    """Return a snippet that reduces, perhaps clears, and draws its graph."""
    lines = ["import torch", "", "x = torch.ones(2, requires_grad=True)"]
    lines += [f"y = (3 * x).{reduce}()", "y.backward()", *([clear] if clear else [])]
    value = "0" if clear else {"sum": "3", "mean": "1.5000", "prod": "9"}[reduce]
    stop = "." if len(value) == 1 else ""
    result = f"tensor([{value}{stop}, {value}{stop}])"
    code = "\n".join([*lines, "print(x.grad)"])
    drawn = f"\n<!--nabla:graph {graph}-->\n" if graph else ""
    return (
        f"```python\n{code}\n```\n\n<!--pytest-codeblocks:expected-output-->\n\n"
        f"```text\n{result}\n```\n{drawn}"
    )


FOUR = {
    "a/sum": program("sum"),
    "a/sum-cleared": program("sum", "x.grad.zero_()"),
    "a/mean": program("mean"),
    "a/mean-cleared": program("mean", "x.grad.zero_()"),
}
DIRECTIVE = f"<!--nabla:variants {' '.join(FOUR)}-->"


def places(*codes: str) -> list[tuple[str, ...]]:
    pieces = compare_programs(codes).pieces
    return [piece.texts for piece in pieces if isinstance(piece, Place)]


def test_words_that_differ_within_a_line_are_a_place():
    assert places(HEAD + "y = x.sum()\n", HEAD + "y = x.mean()\n") == [("sum", "mean")]


def test_a_number_is_one_word():
    assert places(HEAD + "lr = 0.1\n", HEAD + "lr = 0.01\n") == [("0.1", "0.01")]


def test_a_line_that_is_there_or_not_is_a_place():
    with_line = HEAD + "y.backward()\nx.grad.zero_()\nz.backward()\n"
    without = HEAD + "y.backward()\nz.backward()\n"

    assert places(with_line, without) == [("x.grad.zero_()\n", "")]


def test_an_assignment_in_place_and_one_that_makes_a_new_tensor_differ_in_their_sign():
    assert places(HEAD + "x -= 0.1 * g\n", HEAD + "x = x - 0.1 * g\n") == [("-=", "= x -")]


def test_what_is_indented_below_a_line_follows_it():
    plain = HEAD + STEP + "w -= w.grad\nb -= b.grad\n"
    inside = HEAD + STEP + "with torch.no_grad():\n    w -= w.grad\n    b -= b.grad\n"
    variants = compare_programs([plain, inside])

    assert places(plain, inside) == [("", "with torch.no_grad():\n    "), ("", "    ")]
    assert variants.choices == ((0,), (1,))


def test_a_line_that_moves_is_two_places_on_one_switch():
    first = HEAD + STEP + "opt.step()\nopt.zero_grad()\n"
    last = HEAD + "opt.zero_grad()\n" + STEP + "opt.step()\n"

    assert places(first, last) == [("", "opt.zero_grad()\n"), ("opt.zero_grad()\n", "")]
    assert compare_programs([first, last]).choices == ((0,), (1,))


def test_places_that_change_freely_of_each_other_are_switches():
    codes = [
        HEAD + f"y = x.{reduce}()\n{clear}print(y)\n"
        for reduce in ("sum", "mean")
        for clear in ("", "x.grad = None\n")
    ]

    assert compare_programs(codes).choices == ((0, 0), (0, 1), (1, 0), (1, 1))


def test_two_switches_may_stand_in_one_line():
    codes = [HEAD + f"y = {f}(x, {n})\n" for f in ("amax", "amin") for n in (0, 1, 2)]

    assert places(*codes) == [
        ("amax", "amax", "amax", "amin", "amin", "amin"),
        ("0", "1", "2", "0", "1", "2"),
    ]


def test_words_that_change_together_in_one_line_are_one_place():
    codes = [HEAD + "y = x.sum()\n", HEAD + "y = (x * x).mean()\n"]

    assert places(*codes) == [("x.sum", "(x * x).mean")]


@given(
    st.lists(st.sampled_from(["w -= g\n", "w = w - g\n", "a = f'{x:.2f}'  # (1)!\n", "\n"])),
    st.lists(
        st.tuples(st.sampled_from(["sum", "mean(0)", ""]), st.sampled_from(["", "x = 0\n"])),
        min_size=2,
        unique=True,
    ),
)
def test_the_pieces_of_each_program_are_its_code(shared: list[str], differ):
    below = "".join(shared) + "print(x)\n" * 3
    codes = [HEAD + f"{line}y = x.{word}()\n{below}" for word, line in differ]
    with contextlib.suppress(UnlikeError):
        variants = compare_programs(codes)
        for number, code in enumerate(codes):
            parts = [p if isinstance(p, str) else p.texts[number] for p in variants.pieces]
            assert "".join(parts) == code
        assert len(set(variants.choices)) == len(codes)


WRONG = {
    "one program": (
        [HEAD],
        "one program is no choice; name two snippets or more",
    ),
    "twice the same": (
        [HEAD, HEAD],
        "two of the programs are the same; name each once",
    ),
    "a combination that is missing": (
        [
            HEAD + f"y = x.{reduce}()\n{clear}print(y)\n"
            for reduce, clear in [("sum", ""), ("sum", "x.grad = None\n"), ("mean", "")]
        ],
        "3 of 4 combinations are there: none has `mean` and `x.grad = None`; "
        "write and name that snippet too, or take one out",
    ),
    "programs that have little in common": (
        [HEAD + "y = x.sum()\n", "def f(a):\n    return a + 1\n\n\nprint(f(2))\n"],
        "the programs differ in too many places; "
        "let them share all but a few words, or embed them one by one",
    ),
    "lines that differ all the way": (
        [
            HEAD + "".join(f"y{n} = x.{word}() + {'x + ' * 9}x\n" for n in range(7))
            for word in ("sum", "mean")
        ],
        "the programs differ in too many places; "
        "let them share all but a few words, or embed them one by one",
    ),
    "too many switches": (
        [
            HEAD + f"a = f({n & 1})\nb = f({n & 2})\nc = f({n & 4})\nd = f({n & 8})\n"
            for n in range(16)
        ],
        "the programs differ in 4 ways at once; let them have 3 switches at most",
    ),
    "a place of several lines": (
        [HEAD + "y = x\n", HEAD + "if x.sum() > 0:\n    y = 2\nelse:\n    y = x\n"],
        "a place has several lines, which begin with `if x.sum() > 0:`; "
        "let the programs differ within lines, or by whole lines",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_programs_that_make_no_switches_are_refused(case: str):
    codes, said = WRONG[case]

    with pytest.raises(UnlikeError) as error:
        compare_programs(codes)

    assert str(error.value) == said


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Render a text under Python-Markdown alone, in a folder of snippets and nothing else."""
    monkeypatch.setenv("NABLA_CACHE", CACHE)
    monkeypatch.chdir(tmp_path)
    for name, text in FOUR.items():
        (tmp_path / f"snippets/{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"snippets/{name}.md").write_text(text, encoding="utf-8")

    def rendered(text: str) -> BeautifulSoup:
        html = markdown(text, extensions=["nabla.markdown.samples"])
        return BeautifulSoup(html, "html.parser")

    return rendered


def figure(page: BeautifulSoup) -> Tag:
    (found,) = page.select("figure.snippet")
    return found


def test_the_first_program_stands_with_its_code_result_and_graph(render):
    found = figure(render(DIRECTIVE))

    assert found["data-variants"].split() == list(FOUR)
    assert found["data-snippet"] == "a/sum"
    assert f"```python\n{found.select_one('.highlight code').text}```" in FOUR["a/sum"]
    assert found.select_one(".result pre").text == "tensor([3., 3.])\n"
    assert found.select_one("svg.autograd-graph")["data-snippet"] == "a/sum"


def test_every_program_is_listed_with_what_is_its_own_and_what_it_prints(render):
    listed = figure(render(DIRECTIVE)).select("details [data-variant]")

    assert [(one["data-variant"], one.p.text, one.pre.text) for one in listed] == [
        ("a/sum", "y = (3 * x).sum()x.grad.zero_()", "tensor([3., 3.])\n"),
        ("a/sum-cleared", "y = (3 * x).sum()x.grad.zero_()", "tensor([0., 0.])\n"),
        ("a/mean", "y = (3 * x).mean()x.grad.zero_()", "tensor([1.5000, 1.5000])\n"),
        ("a/mean-cleared", "y = (3 * x).mean()x.grad.zero_()", "tensor([0., 0.])\n"),
    ]
    assert [one.has_attr("hidden") for one in listed] == [True, False, False, False]
    assert [one.find("del") is not None for one in listed] == [True, False, True, False]
    assert [svg["data-snippet"] for one in listed for svg in one.select("svg")] == list(FOUR)[1:]


def test_a_result_to_predict_is_closed(render):
    assert not figure(render(f"<!--nabla:predict-->\n\n{DIRECTIVE}")).details.has_attr("open")


def test_notes_stand_between_the_code_and_its_result(render, tmp_path: Path):
    for name, text in FOUR.items():
        noted = text.replace("y.backward()", "y.backward()  # (1)!")
        (tmp_path / f"snippets/{name}.md").write_text(noted, encoding="utf-8")
    found = figure(render(f"{DIRECTIVE}\n\n1.  A note.\n\nWords.\n"))

    assert [child.name for child in found.find_all(recursive=False)][:4] == [
        "div",
        "p",
        "ol",
        "details",
    ]
    assert "(1)!" not in found.select_one("[data-variant]")["data-code"]


def test_a_program_with_switches_stays_where_it_is_nested(render):
    page = render(f"1.  Words.\n\n    {DIRECTIVE}\n")

    assert page.select_one("ol > li figure.snippet[data-variants] .result pre")


def test_what_is_wrong_is_said_with_its_line(render):
    with pytest.raises(ProblemError) as error:
        render("Words.\n\n<!--nabla:variants a/sum a/men-->\n")

    assert str(error.value) == (
        'page:3: "a/men.md" names no snippet; write snippets/a/men.md, or mend the name'
    )


@pytest.fixture
def switched(project: SmallProject) -> SmallProject:
    """A small project whose home page shows four snippets as one program."""
    for name, text in FOUR.items():
        project.write(f"snippets/{name}.md", text)
    project.write_page("index", project.read("docs/en/index.md") + f"\n{DIRECTIVE}\n")
    return project


def test_snippets_that_only_a_directive_names_are_in_use(switched: SmallProject):
    outcome = switched.nabla("check")

    assert outcome.code == 0, outcome.said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", "`nabla:variants`: one program is no choice; name two snippets or more"),
        ("a/sum a/sum", "`nabla:variants` names a/sum twice; keep one"),
        ("a/sum a/no", '"a/no.md" names no snippet; write snippets/a/no.md, or mend the name'),
        (
            "a/sum a/mean a/sum-cleared",
            "`nabla:variants`: 3 of 4 combinations are there: none has `mean` and "
            "`x.grad.zero_()`; write and name that snippet too, or take one out",
        ),
        (
            "a/sum sum/two",
            "`nabla:variants`: the programs differ in too many places; "
            "let them share all but a few words, or embed them one by one",
        ),
    ],
)
def test_what_is_wrong_with_a_directive_is_named(switched: SmallProject, names: str, said: str):
    page = switched.read("docs/fr/index.md").replace(" ".join(FOUR), names)
    switched.write("docs/fr/index.md", page)
    line = page.split("\n").index(f"<!--nabla:variants {names}-->") + 1

    for outcome in (switched.nabla("check"), switched.build()):
        assert f"docs/fr/index.md:{line}: {said}" in outcome.said
        assert "Traceback" not in outcome.said
        assert outcome.code == 1


def test_each_program_is_checked_like_any_snippet(switched: SmallProject):
    wrong = FOUR["a/mean"].replace("1.5000", "2.5000")
    switched.write("snippets/a/mean.md", wrong)
    outcome = switched.nabla("check")

    assert "snippets/a/mean.md:13: the result differs from the stated one" in outcome.said
    assert outcome.code == 1


def test_a_translation_names_the_same_programs(switched: SmallProject):
    names = list(FOUR)
    page = switched.read("docs/ja/index.md")
    switched.write("docs/ja/index.md", page.replace(" ".join(names), " ".join(names[::-1])))
    for locale in ("fr", "ja", "zh"):
        switched.nabla("stamp", locale, "index")
    outcome = switched.nabla("check")

    assert "docs/ja/index.md:" in outcome.said
    assert f"directive `variants {' '.join(names[::-1])[:20]}" in outcome.said


@pytest.fixture(scope="module")
def address(make_project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site whose home page shows four snippets as one program, and three more."""
    project: SmallProject = make_project()
    more = {f"b/{one}": program(one, graph="") for one in ("sum", "mean", "prod")}
    for name, text in {**FOUR, **more}.items():
        project.write(f"snippets/{name}.md", text)
    page = f"{project.read('docs/en/index.md')}\n{DIRECTIVE}\n\n<!--nabla:predict-->\n\n"
    project.write_page("index", f"{page}<!--nabla:variants {' '.join(more)}-->\n")
    folder = tmp_path_factory.mktemp("switched")
    outcome = project.build("--site-dir", str(folder))
    assert outcome.code == 0, outcome.said
    with serve(folder) as url:
        yield url


def four(page):
    return page.locator("figure[data-variants^='a/']")


def three(page):
    return page.locator("figure[data-variants^='b/']")


def test_a_switch_changes_the_program_and_its_result_and_graph(browser_page, address):
    tab = browser_page()
    shown = four(tab.go(address))
    reduce = shown.get_by_role("button", name="sum; press for mean")

    reduce.click()
    assert shown.get_attribute("data-snippet") == "a/mean"
    assert shown.locator(".result pre").inner_text() == "tensor([1.5000, 1.5000])\n"
    assert shown.locator("svg:visible").get_attribute("data-snippet") == "a/mean"
    assert "MeanBackward0" in shown.locator("svg:visible").text_content()

    clear = shown.get_by_role("button", name="x.grad.zero_()", exact=True)
    assert clear.get_attribute("aria-pressed") == "false"
    clear.click()
    assert clear.get_attribute("aria-pressed") == "true"
    assert shown.get_attribute("data-snippet") == "a/mean-cleared"
    assert shown.locator(".result pre").inner_text() == "tensor([0., 0.])\n"
    assert tab.errors == []


def test_a_graph_comes_back_where_it_was_left(browser_page, address):
    shown = four(browser_page().go(address))
    shown.locator(".drawing-controls:visible button").nth(2).click()
    place = shown.locator(".drawing-controls:visible output").inner_text()
    reduce = shown.locator("button.choice").first
    reduce.click()
    reduce.click()

    assert shown.locator("svg:visible").get_attribute("data-snippet") == "a/sum"
    assert shown.locator(".drawing-controls:visible output").inner_text() == place


def test_switches_answer_to_the_keyboard_and_keep_the_focus(browser_page, address):
    page = browser_page().go(address)
    shown = four(page)
    shown.locator("button.choice").first.focus()

    page.keyboard.press("Enter")
    assert shown.get_attribute("data-snippet") == "a/mean"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert shown.get_attribute("data-snippet") == "a/mean-cleared"
    assert page.evaluate("document.activeElement.textContent") == "x.grad.zero_()"
    page.keyboard.press("Space")
    assert shown.get_attribute("data-snippet") == "a/mean"


def test_three_texts_are_offered_as_a_list(browser_page, address):
    page = browser_page().go(address)
    shown = three(page)
    choice = shown.get_by_role("combobox", name="One of 3 choices")

    assert choice.locator("option").all_inner_texts() == ["sum", "mean", "prod"]
    choice.select_option("prod")
    assert shown.get_attribute("data-snippet") == "b/prod"
    choice.focus()
    page.keyboard.press("ArrowUp")
    assert shown.get_attribute("data-snippet") == "b/mean"


def test_a_result_to_predict_stays_closed_until_asked_for(browser_page, address):
    shown = three(browser_page().go(address))
    shown.locator("select").select_option("mean")
    result = shown.locator(".result pre")

    assert not result.is_visible()
    shown.locator(".result summary").click()
    assert result.inner_text() == "tensor([1.5000, 1.5000])\n"


def test_a_screen_reader_is_told_the_new_result(browser_page, address):
    result = four(browser_page().go(address)).locator(".result pre")

    assert result.get_attribute("aria-live") == "polite"


def test_the_chosen_program_is_what_is_copied(browser_page, address):
    page = browser_page().go(address)
    shown = four(page)
    shown.get_by_role("button", name="x.grad.zero_()", exact=True).click()
    copied = shown.locator(".highlight").get_attribute("data-copy")

    assert copied == FOUR["a/sum-cleared"].split("```")[1].removeprefix("python\n")
    assert page.evaluate("document.querySelector('[data-copy] > pre > code') !== null")


def test_every_program_opens_from_a_list_without_scripts(browser_page, address):
    page = browser_page(java_script_enabled=False).go(address)
    shown = four(page)
    others = shown.locator("details.others")

    assert shown.locator("button, select").count() == 0
    assert shown.locator(".result pre").inner_text() == "tensor([3., 3.])\n"
    others.locator("summary").first.click()
    assert others.locator(".printed:visible").all_inner_texts() == [
        "tensor([0., 0.])\n",
        "tensor([1.5000, 1.5000])\n",
        "tensor([0., 0.])\n",
    ]
    assert not shown.locator(".hint").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_paper_the_others_follow_with_what_they_print(browser_page, address, scripts: bool):
    page = browser_page(java_script_enabled=scripts).go(address)
    page.emulate_media(media="print")
    shown = four(page)

    assert shown.locator(".result pre").inner_text() == "tensor([3., 3.])\n"
    assert shown.locator(".printed:visible").all_inner_texts() == [
        "tensor([0., 0.])\n",
        "tensor([1.5000, 1.5000])\n",
        "tensor([0., 0.])\n",
    ]
    assert not shown.locator(".hint").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_program_with_switches_has_no_barrier(browser_page, address, width: int, scheme: str):
    tab = browser_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = tab.go(address)
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]

    assert not [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in violations]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert tab.errors == []


def test_nothing_moves_when_the_switches_come(browser_page, address):
    tab = browser_page()
    tab.page.add_init_script(
        """window.moved = [];
        new PerformanceObserver((list) => moved.push(...list.getEntries().map((e) => e.value)))
            .observe({ type: "layout-shift", buffered: true });"""
    )
    page = tab.go(address)
    page.wait_for_load_state("networkidle")

    assert page.locator("button.choice").count() == 2
    assert sum(page.evaluate("moved")) < 0.01
