"""Graphs as drawn and stepped through."""

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from nabla.explorers import KINDS, script_files, style_files
from nabla.explorers.graph.layout import layered
from nabla.explorers.graph.probe import GraphProbe
from nabla.run.runner import Runner

from .browser import serve
from .conftest import LOCALES, ROOT

TWO_PATHS = """
import torch

a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
x = 2 * a + 3 * b
y = 5 * a**2 + 3 * b**3
z = 2 * x - 3 * y
"""


@pytest.fixture(scope="module")
def observed():
    with Runner() as runner:
        yield runner.result(TWO_PATHS, GraphProbe("z")).observed


def words_of(locale: str) -> dict:
    return yaml.safe_load((ROOT / "words" / f"{locale}.yml").read_text(encoding="utf-8"))


def draw(observed, locale: str = "en") -> BeautifulSoup:
    html = KINDS["graph"].draw(observed, "lesson/name", words_of(locale))
    return BeautifulSoup(html, "html.parser")


def node(drawing: BeautifulSoup, name: str) -> Tag:
    return drawing.select_one(f'.node[data-name="{name}"]')


def test_the_drawing_keeps_to_the_contract(observed):
    svg = draw(observed).select_one("svg.autograd-graph")

    assert svg["data-snippet"] == "lesson/name"
    assert {n["data-op"] for n in svg.select("[data-op]")} == {
        "leaf",
        "AddBackward0",
        "MulBackward0",
        "PowBackward0",
        "SubBackward0",
    }
    assert len(svg.select("[data-local]")) == len(observed.edges)


def test_a_leaf_shows_its_name_value_and_gradient(observed):
    leaf = node(draw(observed), "a")

    assert [t.text for t in leaf.select("text")] == ["a = 2", "leaf", "∂z/∂a = −56"]


def test_the_formula_of_a_gradient_multiplies_along_paths_and_adds_across(observed):
    drawing = draw(observed)

    assert node(drawing, "x")["data-backward"] == "∂z/∂x = 1 · 2 = 2"
    assert node(drawing, "a")["data-backward"] in {
        "∂z/∂a = (−15) · 4 + 2 · 2 = −56",
        "∂z/∂a = 2 · 2 + (−15) · 4 = −56",
    }


def test_an_operation_whose_result_has_no_name_gets_one(observed):
    labels = [n["data-name"] for n in draw(observed).select(".node")]

    assert len(set(labels)) == len(labels)
    assert {"v₁", "v₂"} <= set(labels)


def test_two_edges_between_the_same_nodes_are_drawn_apart():
    code = "import torch\n\nx = torch.tensor(3.0, requires_grad=True)\nz = x * x\n"
    with Runner() as runner:
        drawing = draw(runner.result(code, GraphProbe("z")).observed)
    paths = [path["d"] for path in drawing.select(".edge .line")]

    assert len(paths) == len(set(paths)) == 2


def test_a_long_name_of_an_operation_is_broken_between_its_words():
    code = """
import torch
import torch.nn.functional as F

z = torch.zeros(3, requires_grad=True)
loss = F.binary_cross_entropy_with_logits(z, torch.zeros(3))
"""
    with Runner() as runner:
        drawing = draw(runner.result(code, GraphProbe("loss")).observed)

    lines = [line.text for line in node(drawing, "loss").select(".op")]
    assert lines == ["BinaryCrossEntropy", "WithLogitsBackward0"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_text_alternative_is_in_the_language_of_the_page(observed, locale: str):
    svg = draw(observed, locale).svg
    words = words_of(locale)["graph"]

    assert svg["role"] == "img"
    assert svg.title.text == words["title"].format(variable="z")
    assert "a = 2 (leaf), ∂z/∂a" in svg.desc.text


@pytest.mark.parametrize("arguments", [[], ["z", "y"], ["3x"]])
def test_a_directive_that_does_not_name_one_variable_is_refused(arguments: list[str]):
    with pytest.raises(ValueError, match="name one variable of the snippet"):
        KINDS["graph"].probe(arguments)


def test_edges_point_down_and_nodes_do_not_share_a_place():
    edges = [(0, 2), (0, 3), (1, 3), (2, 4), (3, 4), (0, 4)]
    layout = layered(5, edges)

    assert all(layout.positions[s][1] < layout.positions[t][1] for s, t in edges)
    assert len(set(layout.positions)) == 5


def test_an_edge_that_skips_a_layer_does_not_pass_through_its_nodes():
    layout = layered(3, [(0, 1), (1, 2), (0, 2)])

    assert [len(route) for route in layout.routes] == [0, 0, 1]
    assert layout.routes[2][0] not in layout.positions


def test_neighbours_are_put_near_each_other():
    layout = layered(4, [(0, 3), (1, 2)])
    columns = [x for x, _ in layout.positions]

    assert columns[0] == columns[3]
    assert columns[1] == columns[2]


@pytest.fixture(scope="module")
def page(observed, tmp_path_factory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("graph")
    for file in (*script_files(), *style_files()):
        shutil.copy(file, folder)
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Graph</title>'
        '<link rel="stylesheet" href="graph.css"><script type="module" src="index.js"></script>'
        f'<main class="md-typeset">{draw(observed)}</main>',
        encoding="utf-8",
    )
    with serve(folder) as address:
        yield address


def visible(tab_page, part: str) -> int:
    """Count the parts of the drawing that are not transparent."""
    script = f"""() => [...document.querySelectorAll("{part}")]
        .filter((part) => getComputedStyle(part).opacity !== "0").length"""
    return tab_page.evaluate(script)


def still(open_tab, page: str):
    tab = open_tab(reduced_motion="reduce")
    return tab, tab.go(page)


def test_it_opens_at_the_inputs(browser_page, page):
    _, shown = still(browser_page, page)

    assert visible(shown, ".node .value") == visible(shown, "[data-op=leaf] .value") == 2
    assert visible(shown, ".gradient") == visible(shown, ".local") == 0
    assert shown.locator("nabla-graph output").inner_text() == "Forward pass 1/12: a = 2, b = 1"


def test_what_is_hidden_at_first_is_not_seen_before_the_script_comes(browser_page, page):
    tab = browser_page()
    tab.page.route("**/*.js", lambda route: route.abort())
    shown = tab.go(page)

    assert visible(shown, ".node .value") == 2
    assert visible(shown, ".gradient") == visible(shown, ".local") == 0


def test_the_page_does_not_move_when_the_buttons_come(browser_page, page):
    tab = browser_page()
    tab.page.route("**/*.js", lambda route: route.abort())
    before = tab.go(page).locator("nabla-graph").bounding_box()
    after = browser_page().go(page)
    after.wait_for_selector(".drawing-controls")

    assert after.locator("nabla-graph").bounding_box() == pytest.approx(before, abs=2)


def test_on_paper_the_whole_picture_stands(observed, browser_page, page):
    _, shown = still(browser_page, page)
    shown.emulate_media(media="print")

    assert visible(shown, ".node .value") == visible(shown, ".gradient") == len(observed.nodes)
    assert visible(shown, ".local") == len(observed.edges)
    assert not shown.locator("button").first.is_visible()


def test_numbers_are_written_as_the_language_writes_them():
    code = (
        "import torch\nx = torch.tensor([1.5, 2.0], requires_grad=True)\n"
        "z = x[0] * -2.5\nz.backward()"
    )
    with Runner() as runner:
        observed = runner.result(code, GraphProbe("z")).observed
    french = draw(observed, "fr")

    assert node(french, "x").select_one(".value").text == " = [1,5\u202f; 2]"
    assert "dz/dv₁ = 1 × (−2,5) = −2,5" in french.desc.text
    assert "." not in french.svg.text
    assert [e["data-local"] for e in french.select(".edge")] == [
        e["data-local"] for e in draw(observed).select(".edge")
    ]


def test_stepping_forward_shows_values_one_by_one_and_then_gradients(observed, browser_page, page):
    tab, shown = still(browser_page, page)
    count = len(observed.nodes)
    forward = shown.get_by_role("button", name="Step forward")
    seen = []
    for _ in range(2 * count - 2):
        forward.click()
        seen.append((visible(shown, ".node .value"), visible(shown, ".gradient")))

    assert seen == [(n, 0) for n in range(3, count + 1)] + [(count, n) for n in range(1, count + 1)]
    assert forward.is_disabled()
    assert not tab.errors


def test_the_step_is_announced_as_a_formula(browser_page, page):
    _, shown = still(browser_page, page)
    status = shown.locator("nabla-graph output")
    shown.get_by_role("button", name="Step forward").click()

    assert status.get_attribute("aria-live") == "polite"
    assert status.inner_text() == "Forward pass 2/12: v₁ = 4"


def test_the_arrow_keys_step_too(browser_page, page):
    _, shown = still(browser_page, page)
    status = shown.locator("nabla-graph output")
    shown.locator("nabla-graph .drawing-scroll").focus()
    texts = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        shown.keyboard.press(key)
        texts.append(re.sub(":.*", "", status.inner_text()))

    assert texts == ["Forward pass 2/12", "Forward pass 3/12", "Forward pass 2/12"]


def test_each_backward_step_marks_the_edges_that_its_formula_names(observed, browser_page, page):
    _, shown = still(browser_page, page)
    for _ in observed.nodes[2:]:
        shown.get_by_role("button", name="Step forward").click()
    for index, _ in reversed(list(enumerate(observed.nodes))):
        shown.get_by_role("button", name="Step forward").click()
        active = shown.locator(".edge.active").count()
        assert active == sum(edge.source == index for edge in observed.edges)


def test_the_whole_picture_comes_back(observed, browser_page, page):
    _, shown = still(browser_page, page)
    shown.get_by_role("button", name="Step forward").click()
    shown.get_by_role("button", name="Show all").click()

    assert visible(shown, ".gradient") == len(observed.nodes)
    assert shown.locator("nabla-graph output").inner_text() == ""


def test_without_scripting_the_whole_picture_stands(observed, browser_page, page):
    shown = browser_page(java_script_enabled=False).go(page)

    assert shown.locator(".gradient").count() == len(observed.nodes)
    assert shown.locator("svg.autograd-graph").is_visible()
    assert shown.locator("button").count() == 0


def test_nodes_do_not_overlap(browser_page, page):
    _, shown = still(browser_page, page)
    boxes = [rect.bounding_box() for rect in shown.locator(".node rect").all()]
    rows: dict[int, list] = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box)
    for row in rows.values():
        ordered = sorted(row, key=lambda box: box["x"])
        assert all(a["x"] + a["width"] < b["x"] for a, b in pairwise(ordered))


def draw_code(code: str) -> BeautifulSoup:
    with Runner() as runner:
        return draw(runner.result(code, GraphProbe("z")).observed)


def test_a_gradient_that_a_hook_changes_is_written_from_what_to_what():
    drawing = draw_code(
        "import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = x**2\n"
        "y.register_hook(lambda v: 10 * v)\nz = 2 * y\nz.backward()"
    )

    assert node(drawing, "y")["data-gradient"] == "2 → 20"
    assert node(drawing, "y")["data-backward"] == "dz/dy = 1 · 2 = 2 → 20"
    assert node(drawing, "x")["data-gradient"] == "120"


def test_complex_numbers_are_written_with_both_their_parts():
    drawing = draw_code(
        "import torch\nc = torch.tensor(1 + 2j, requires_grad=True)\nz = (c * c.conj()).real\n"
        "z.backward()"
    )

    assert node(drawing, "c")["data-value"] == "1+2j"
    assert node(drawing, "c")["data-gradient"] == "2+4j"


def test_what_torch_gives_no_gradient_says_none():
    drawing = draw_code(
        "import torch\nclass Keep(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x, y):\n        return x + y\n"
        "    @staticmethod\n    def backward(ctx, g):\n        return g, None\n"
        "x = torch.tensor(3.0, requires_grad=True)\ny = torch.tensor(1.0, requires_grad=True)\n"
        "z = Keep.apply(x, y)\nz.backward()"
    )

    assert node(drawing, "y")["data-gradient"] == "None"
    assert node(drawing, "x")["data-gradient"] == "1"
