"""Explorers: drawings that need no script, and that a real browser lets the reader move."""

import gzip
import json
import math
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from nabla.explorers import KINDS as ALL_KINDS
from nabla.explorers import Kind, script_files, style_files
from nabla.explorers.shared.axes import clipped
from nabla.explorers.shared.numbers import format_number, rounded, samples, ticks, without_noise
from nabla.explorers.shared.relief import thinned
from nabla.run.runner import Runner

from .browser import OpenTab, serve, wait_until
from .conftest import LOCALES, ROOT

CODE = """
def f(x):
    return 3 * x

def square(x):
    return x**2

def bowl(x, y):
    return x**2 + 3 * y**2

def saddle(x, y):
    return x * y + 0 * x

def cube(t):
    return t**3

import torch

points = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
labels = torch.tensor([0.0, 0.0, 1.0, 1.0])
model = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Flatten(0))
compare = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
for _ in range(20):
    optimizer.zero_grad()
    compare(model(points), labels).backward()
    optimizer.step()
"""
ARGUMENTS = {
    "border": "model points=points labels=labels loss=compare steps=0,1,5,20",
    "line": "f x=-3..3 at=1 run=1",
    "curve": "square x=-2..2 at=1 h=2,1,0.5,0.1,0.01",
    "contour": "bowl x=-2..2 y=-2..2 at=1,1",
    "descent": "square start=3 rates=0.01,0.1,0.5,0.9,1.1 steps=20",
    "differential": "square x=0..5 at=3 dx=1.5,1,0.5,0.1",
    "rectangle": "square cube at=2 h=0.5,0.1,0.01",
    "trajectory": "bowl x=-2..2 y=-2..2 start=1.5,1 rates=0.05,0.1,0.3,0.4 steps=30",
}
MORE = {
    "central": "curve cube x=-1..3 at=2 h=1,0.1,0.01 show=central",
    "saddle": "contour saddle x=-2..2 y=-2..2 at=1,0.4 levels=-1,0,1 as=z",
}
"""Explorers with options, by the names of their pages."""
KINDS = list(ARGUMENTS)
OTHER_FILES = {"graph.js", "graph.css"}
"""Of the kind that has no sliders, tested in test_graph_drawing.py."""
OF_MORE_FILES = {
    "border": ["player.js"],
    "contour": ["level.js"],
    "descent": ["player.js", "runs.js"],
    "trajectory": ["player.js", "runs.js"],
}
"""Scripts that kinds load beside the one named after them."""


def words_of(locale: str) -> dict:
    return yaml.safe_load((ROOT / "words" / f"{locale}.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Explorers:
    """The HTML of one explorer of each kind, and what torch found for it."""

    html: dict[str, str]
    observed: dict

    def element(self, kind: str) -> Tag:
        return BeautifulSoup(self.html[kind], "html.parser").select_one(".explorer")


@pytest.fixture(scope="module")
def observed() -> dict:
    with Runner() as runner:
        every = ARGUMENTS | {name: text.partition(" ")[2] for name, text in MORE.items()}
        probes = {name: kind_of(name).probe(text.split()) for name, text in every.items()}
        return {name: runner.result(CODE, probe).observed for name, probe in probes.items()}


@pytest.fixture(scope="module")
def explorers(observed: dict) -> Explorers:
    return Explorers(in_language(observed, "en"), observed)


def names(observed) -> dict[str, str]:
    """Return what the title of an explorer may name."""
    seen = getattr(observed, "curve", observed)
    return {name: getattr(seen, name, "") for name in ("name", "letter", "variable", "u", "v")}


def in_language(observed: dict, locale: str) -> dict[str, str]:
    words = words_of(locale)
    return {name: kind_of(name).draw(seen, "a/b", words) for name, seen in observed.items()}


def kind_of(name: str) -> Kind:
    return ALL_KINDS[MORE[name].partition(" ")[0] if name in MORE else name]


# What arguments mean


@pytest.mark.parametrize(
    ("kind", "arguments", "remedy"),
    [
        ("line", "", "write it as `line lesson/name f x=-3..3 at=1 run=1`"),
        ("line", "f x=-3..3 at=1", "write it as `line lesson/name f x=-3..3 at=1 run=1`"),
        ("line", "f x=3..-3 at=1 run=1", "write `x=` with a range, as in `x=-2..2`"),
        ("line", "f x=-3 at=1 run=1", "write `x=` with a range, as in `x=-2..2`"),
        ("line", "f x=-3..3 at=one run=1", "write `at=` with a number"),
        (
            "line",
            "f x=-3..3 at=0.1 run=1",
            "write `at=` with a number from -3 to 2.75 in steps of 0.25",
        ),
        (
            "line",
            "f x=-3..3 at=1 run=3",
            "write `run=` with a number from 0.25 to 2 in steps of 0.25",
        ),
        ("curve", "f x=0..1 at=0 h=1 at=1", None),
        ("curve", "f x=0..1 at=0 h=1,0", None),
        ("curve", "f x=0..1 at=0 h=2", None),
        ("curve", "f x=0..1.0007 at=0 h=1", "choose ends that are a multiple of 0.02 apart"),
        ("contour", "f x=-2..2 y=-2..2 at=1", "write `at=` with two numbers"),
        ("contour", "f x=-2..2 y=-2..inf at=1,1", "write `y=` with a range, as in `y=-2..2`"),
        ("descent", "f start=3 rates=0.1 steps=2.5", None),
        ("descent", "f start=3 rates=0.1 steps=1000", None),
        ("descent", "f start=3 rates=0.1 steps=10 x=-1..1", None),
        ("descent", "f start=3 rates=0.1,nan steps=10", "write `rates=` with numbers"),
        ("descent", "f start=3 rates=0.1 steps=10 as=3", "write `as=` with a letter, as in `as=L`"),
        ("curve", "f x=0..1 at=0 h=1 show=all", "write `show=central`, or leave it out"),
        ("differential", "f x=0..1 at=0 dx=2", None),
        ("rectangle", "u at=2 h=0.5", None),
        ("rectangle", "u v at=2 h=0.5,0", "write `h=` with positive numbers"),
        (
            "trajectory",
            "f x=0..1 y=0..1 start=2,0 rates=0.1 steps=9",
            "write `start=` with a point that lies on the map",
        ),
    ],
)
def test_other_arguments_are_answered_with_how_to_write_them(
    kind: str, arguments: str, remedy: str | None
):
    with pytest.raises(ValueError) as error:
        ALL_KINDS[kind].probe(arguments.split())

    assert str(error.value) == remedy if remedy else str(error.value).startswith("write ")


def test_samples_are_the_numbers_that_are_written_not_sums_of_steps():
    assert samples((-0.3, 0.3), 7) == (-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((-9.9, 9.9), (-5, 0, 5)),
        ((0, 20), (0, 5, 10, 15, 20)),
        ((0.001, 0.0032), (0.001, 0.002, 0.003)),
        ((-1e6, 1e6), (-1e6, -5e5, 0, 5e5, 1e6)),
    ],
)
def test_ticks_are_round_numbers(ends: tuple[float, float], expected: tuple[float, ...]):
    assert ticks(ends, 5) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-0.25, "−0.25"),
        (1 / 3, "0.33333"),
        (13228.03, "13228"),
        (123456789.0, "123460000"),
        (0.00001, "0.00001"),
        (1.25e-7, "1.25e−7"),
        (-0.0, "0"),
    ],
)
def test_numbers_are_written_as_javascript_writes_them(value: float, text: str):
    assert format_number(value) == text


def test_a_rounding_error_is_shown_as_zero():
    assert rounded(without_noise([[1.0, 2.2e-16], [-1e-17, 1e-7]])) == [[1, 0], [0, 1e-7]]


def test_a_segment_is_cut_at_the_edges_of_a_box():
    box = (0, 0, 10, 10)

    assert clipped(box, (-5, 5), (15, 5)) == ((0, 5), (10, 5))
    assert clipped(box, (1, 1), (2, 2)) == ((1, 1), (2, 2))
    assert clipped(box, (-5, -1), (15, -1)) is None
    assert clipped(box, (-5, 4), (4, -5)) is None


def test_a_thinned_line_keeps_its_bends():
    assert thinned([(0, 0), (1, 0.01), (2, 0), (2, 1), (2, 2)]) == [(0, 0), (2, 0), (2, 2)]


# What is in the page


@pytest.mark.parametrize("kind", KINDS)
def test_an_explorer_names_its_snippet(explorers: Explorers, kind: str):
    element = explorers.element(kind)

    assert element["class"] == ["explorer"]
    assert element["data-snippet"] == "a/b"


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_an_image_with_a_title_and_a_description(explorers: Explorers, kind: str):
    for svg in explorers.element(kind).select("svg"):
        assert svg["role"] == "img"
        assert svg.find("title").text
        assert svg.find("desc").text


def test_a_description_states_what_torch_found(explorers: Explorers):
    said = {kind: explorers.element(kind).find("desc").text for kind in KINDS}

    assert "the run Δx is 1, the rise Δy is 3, and Δy/Δx is 3" in said["line"]
    assert "For all 300 pairs of points" in said["line"]
    assert "The secant line to x = 3 has the slope 4, the tangent line 2." in said["curve"]
    assert "∂bowl/∂x = 2 and ∂bowl/∂y = 6" in said["contour"]
    assert "after 20 steps, x = 0.034588, square(x) = 0.0011963" in said["descent"]


def test_the_description_of_losses_says_which_run_diverges(explorers: Explorers):
    said = explorers.element("descent").select("desc")[1].text

    assert said.endswith(
        "Learning rate 1.1: square(x) = 13228 at the end. "
        "It diverges: it ends higher than it began."
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_explorer_speaks_each_language(observed: dict, kind: str, locale: str):
    element = BeautifulSoup(in_language(observed, locale)[kind], "html.parser")
    title = words_of(locale)["explorers"][kind]["title"]

    assert element.find("title").text == title.format(**names(observed[kind]))
    assert not [text for text in element.stripped_strings if "{" in text]


def test_values_can_be_read_without_a_script(explorers: Explorers):
    said = explorers.element("line").find("output").text

    assert said == "x = 1 Δx = 1 Δy = 3 Δy/Δx = 3"


@pytest.mark.parametrize("kind", KINDS)
def test_an_explorer_brings_no_script_style_or_id_of_its_own(explorers: Explorers, kind: str):
    element = explorers.element(kind)

    assert not element.select("script, style, [id], [style], [onclick]")


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_json_within_an_attribute(explorers: Explorers, kind: str):
    element = explorers.element(kind)

    assert json.loads(element["data-samples"])
    assert json.loads(element["data-words"])


def test_samples_of_a_curve_are_those_of_torch(explorers: Explorers):
    found = explorers.observed["curve"]
    data = json.loads(explorers.element("curve")["data-samples"])

    assert data["ys"] == pytest.approx(found.values, rel=1e-4)
    assert data["slopes"] == pytest.approx(found.slopes, rel=1e-4)
    for ours, theirs in zip(data["secants"], found.secants, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-9)


def test_a_map_writes_each_height_at_most_once(explorers: Explorers):
    heights = [text.text for text in explorers.element("contour").select("text.height")]

    assert heights
    assert len(heights) == len(set(heights))


def test_what_a_function_is_called_cannot_break_the_page(observed: dict):
    words = words_of("en")
    words["explorers"]["line"] = {**words["explorers"]["line"], "start": "\"'<b>&"}

    element = BeautifulSoup(
        ALL_KINDS["line"].draw(observed["line"], '"<a/b', words), "html.parser"
    ).find()

    assert element["data-snippet"] == '"<a/b'
    assert json.loads(element["data-words"])["start"] == "\"'<b>&"


@pytest.mark.parametrize("kind", KINDS)
def test_an_explorer_is_small(explorers: Explorers, kind: str):
    assert len(gzip.compress(explorers.html[kind].encode())) < 6_000


def test_scripts_and_style_are_small():
    for files, most in ((script_files(), 8_000), (style_files(), 2_048)):
        own = b"".join(file.read_bytes() for file in files if file.name not in OTHER_FILES)
        assert len(gzip.compress(own)) < most


# In a browser


@pytest.fixture(scope="module")
def site(explorers: Explorers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page for each kind, and `all.html`, served."""
    folder: Path = tmp_path_factory.mktemp("explorers")
    (folder / "explorers").mkdir()
    for file in script_files():
        shutil.copy(file, folder / "explorers")
    styles = [file.read_text(encoding="utf-8") for file in style_files()]
    (folder / "explorers.css").write_text("".join(styles), encoding="utf-8")
    pages = {name: [explorers.html[name]] for name in explorers.html}
    pages["french"] = list(in_language(explorers.observed, "fr").values())
    for name, parts in pages.items():
        body = "".join(parts)
        (folder / f"{name}.html").write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f'<link rel="icon" href="data:,"><title>{escape(name)}</title>'
            '<link rel="stylesheet" href="explorers.css">'
            '<script type="module" src="explorers/index.js"></script>'
            f"<p>Before</p>{body}<p>After</p>",
            encoding="utf-8",
        )
    with serve(folder) as url:
        yield url


@pytest.fixture
def open_explorer(site: str, browser_page: OpenTab) -> Iterator:
    """Return a function that opens the page of a kind, and waits for its explorer.

    Afterwards nothing may have gone wrong on the page.
    """
    tabs = []

    def opened(kind: str, **options: object):
        tab = browser_page(**options)
        tabs.append(tab)
        page = tab.go(f"{site}{kind}.html")
        page.wait_for_selector(".explorer .controls")
        return page

    yield opened
    assert [error for tab in tabs for error in tab.errors] == []


def part(page, name: str) -> str:
    return page.locator(f'[data-part="{name}"]').text_content()


def at(page, name: str) -> tuple[float, float]:
    """Return the centre of a part, in pixels of the page."""
    box = page.locator(f'[data-part="{name}"]').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def drawn(page) -> list[dict[str, str]]:
    """Return the attributes of all parts of the drawings."""
    attributes = "part => Object.fromEntries([...part.attributes].map(a => [a.name, a.value]))"
    return [e.evaluate(attributes) for e in page.locator(".explorer svg [data-part]").all()]


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_there_is_a_drawing_with_values_and_no_controls(
    site: str, browser_page: OpenTab, kind: str
):
    tab = browser_page(java_script_enabled=False)
    page = tab.go(f"{site}{kind}.html")

    assert page.locator("svg").first.is_visible()
    assert page.locator("output").is_visible()
    assert page.locator("input, button").count() == 0
    assert tab.errors == []


@pytest.mark.parametrize(
    "kind",
    ["line", "curve", "contour", "differential", "rectangle", "central", "saddle"],
)
def test_the_script_begins_where_the_build_drew(
    site: str, browser_page: OpenTab, open_explorer, kind: str
):
    still = browser_page(java_script_enabled=False).go(f"{site}{kind}.html")
    moving = open_explorer(kind)

    assert moving.inner_text("output") == still.inner_text("output")
    for before, after in zip(drawn(still), drawn(moving), strict=True):
        for name, value in before.items():
            assert numbers(after[name]) == pytest.approx(numbers(value), abs=0.06), name


def numbers(text: str) -> list[float]:
    found = "".join(c if c in "0123456789.-" else " " for c in text).split()
    return [float(one) for one in found if one.strip("-.")]


def test_a_map_names_its_variables_as_the_code_does():
    code = "def loss(w, b):\n    return (w - 1) ** 2 + b**2\n"
    probe = ALL_KINDS["contour"].probe(["loss", "x=-2..2", "y=-2..2", "at=0,1"])
    with Runner() as runner:
        surface = runner.result(code, probe).observed
    text = BeautifulSoup(
        ALL_KINDS["contour"].draw(surface, "a/b", words_of("en")), "html.parser"
    ).text

    assert "loss(w, b) =" in text
    assert "∂loss/∂w =" in text
    assert "∂loss/∂b =" in text


def test_a_map_draws_lines_at_the_heights_that_are_asked_for():
    probe = ALL_KINDS["contour"].probe(["bowl", "x=-2..2", "y=-2..2", "at=1,1", "levels=1,5"])
    with Runner() as runner:
        surface = runner.result(CODE, probe).observed
    drawn = BeautifulSoup(ALL_KINDS["contour"].draw(surface, "a/b", words_of("en")), "html.parser")

    assert len(drawn.select("path.ground")) == 2
    assert {label.text for label in drawn.select("text.height")} == {"1", "5"}


@pytest.mark.parametrize("kind", ["line", "curve", "contour", "differential"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_page_does_not_move_when_the_script_comes(
    site: str, browser_page: OpenTab, open_explorer, kind: str, width: int
):
    viewport = {"width": width, "height": 800}
    tab = browser_page(viewport=viewport)
    tab.page.route("**/explorers/*.js", lambda route: route.abort())
    before = tab.go(f"{site}{kind}.html").locator(".explorer").bounding_box()

    after = open_explorer(kind, viewport=viewport).locator(".explorer").bounding_box()

    assert after == pytest.approx(before, abs=2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_the_scripts_of_its_own_explorers_only(
    site: str, browser_page: OpenTab, kind: str
):
    tab = browser_page()
    loaded: list[str] = []
    tab.page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    tab.go(f"{site}{kind}.html").wait_for_selector(".controls")

    scripts = sorted(name for name in loaded if name.endswith(".js"))
    assert scripts == sorted(
        ["explorer.js", "index.js", f"{kind}.js", *OF_MORE_FILES.get(kind, [])]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_slider_has_a_label_and_says_its_value(open_explorer, kind: str):
    page = open_explorer(kind)

    for slider in page.locator("input").all():
        assert slider.evaluate("input => input.type") == "range"
        assert slider.evaluate("input => input.labels[0].textContent.trim()")
        assert slider.get_attribute("aria-valuetext")


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_read_out_when_they_change(open_explorer, kind: str):
    assert open_explorer(kind).locator("output").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_an_explorer_fits_its_page(open_explorer, kind: str, width: int):
    page = open_explorer(kind, viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", KINDS)
def test_text_of_a_drawing_can_be_read_on_a_phone(open_explorer, kind: str):
    page = open_explorer(kind, viewport={"width": 375, "height": 800})

    sizes = page.eval_on_selector_all(
        "svg text", "all => all.map(t => parseFloat(getComputedStyle(t).fontSize) * t.getCTM().a)"
    )

    assert min(sizes) >= 12


def test_an_explorer_that_moves_within_the_page_is_not_built_twice(open_explorer):
    page = open_explorer("line")

    page.evaluate("document.body.prepend(document.querySelector('nabla-line'))")

    assert page.locator("input").count() == 2


# The line


def test_an_arrow_key_moves_the_start_by_one_sample_and_the_slope_stays(open_explorer):
    page = open_explorer("line")
    page.get_by_label("Start, x").press("ArrowRight")

    assert [part(page, name) for name in ("x", "run", "rise", "slope")] == ["1.25", "1", "3", "3"]


def test_an_arrow_key_lengthens_the_run_and_with_it_the_rise(open_explorer):
    page = open_explorer("line")
    page.get_by_label("Run, Δx").press("ArrowRight")

    assert [part(page, name) for name in ("run", "rise", "slope")] == ["1.25", "3.75", "3"]
    assert [part(page, name) for name in ("run-label", "rise-label")] == ["Δx = 1.25", "Δy = 3.75"]


def test_a_run_that_would_leave_the_line_moves_the_start_back(open_explorer):
    page = open_explorer("line")
    page.get_by_label("Run, Δx").press("End")

    assert [part(page, name) for name in ("x", "run", "rise")] == ["−3", "6", "18"]


def test_a_start_near_the_end_shortens_the_run(open_explorer):
    page = open_explorer("line")
    page.get_by_label("Start, x").press("End")

    assert [part(page, name) for name in ("x", "run")] == ["2.75", "0.25"]
    assert page.get_by_label("Run, Δx").get_attribute("aria-valuetext") == "0.25"


def test_the_start_can_be_dragged(open_explorer):
    page = open_explorer("line")
    start, end = at(page, "start"), at(page, "end")
    unit = end[0] - start[0]

    drag(page, start, (start[0] - 2 * unit, start[1]))

    assert [part(page, name) for name in ("x", "run", "slope")] == ["−1", "1", "3"]


def test_the_end_can_be_dragged(open_explorer):
    page = open_explorer("line")
    start, end = at(page, "start"), at(page, "end")

    drag(page, end, (end[0] + (end[0] - start[0]) / 2, end[1]))

    assert [part(page, name) for name in ("x", "run")] == ["1", "1.5"]


def test_the_labels_of_the_triangle_do_not_touch_its_line(open_explorer):
    page = open_explorer("line")
    for _ in range(24):
        page.get_by_label("Start, x").press("ArrowLeft")
        boxes = [
            page.locator(f'[data-part="{name}"]').bounding_box()
            for name in ("run-label", "rise-label")
        ]
        assert not overlap(*boxes)
        assert not page.evaluate(CROSSES, boxes)


CROSSES = """boxes => {
  const line = document.querySelector(".value-line");
  const matrix = line.getScreenCTM();
  return [...Array(200).keys()].some(i => {
    const p = line.getPointAtLength(line.getTotalLength() * i / 199).matrixTransform(matrix);
    return boxes.some(b => p.x > b.x && p.x < b.x + b.width && p.y > b.y && p.y < b.y + b.height);
  });
}"""


def overlap(one: dict, other: dict) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


# The curve


def test_each_point_shows_what_torch_found_there(open_explorer, explorers: Explorers):
    page = open_explorer("curve")
    found = explorers.observed["curve"]
    slider = page.get_by_label("Point, x")
    slider.press("Home")
    for i in range(3):
        assert part(page, "x") == format_number(found.xs[i])
        assert part(page, "value") == format_number(found.values[i])
        assert part(page, "slope-value") == format_number(found.slopes[i])
        assert part(page, "value-ahead") == format_number(found.ahead[0][i])
        assert part(page, "secant-value") == format_number(found.secants[0][i])
        slider.press("ArrowRight")


def test_the_secant_turns_into_the_tangent(open_explorer, explorers: Explorers):
    page = open_explorer("curve")
    found = explorers.observed["curve"]
    i = found.xs.index(1.0)
    slopes = []
    for _ in found.hs:
        slopes.append(part(page, "secant-value"))
        page.get_by_label("Run, h").press("ArrowRight")

    assert (
        slopes
        == [format_number(row[i]) for row in found.secants]
        == ["4", "3", "2.5", "2.1", "2.01"]
    )


def test_the_end_of_a_secant_that_lies_outside_is_not_drawn(open_explorer):
    page = open_explorer("curve")
    end = page.locator('[data-part="ahead"]')
    assert end.get_attribute("visibility") == "visible"

    page.get_by_label("Point, x").press("End")

    assert end.get_attribute("visibility") == "hidden"


@pytest.mark.parametrize("name", ["here", "slope-here"])
def test_the_point_can_be_dragged_in_both_drawings(open_explorer, name: str):
    page = open_explorer("curve")
    x, y = at(page, name)
    page.get_by_label("Point, x").press("Home")
    left = at(page, name)[0]

    drag(page, at(page, name), (x - (x - left) / 3, y))

    assert part(page, "x") == "0"


# The contour


def test_an_arrow_key_shows_the_gradient_of_the_next_point(open_explorer):
    page = open_explorer("contour")
    page.get_by_label("Point, y").press("ArrowLeft")

    values = [part(page, name) for name in ("x", "y", "value", "slope-x", "slope-y", "gradient")]
    assert values == ["1", "0.8", "2.92", "2", "4.8", "(2, 4.8)"]


def test_the_point_of_a_map_can_be_dragged(open_explorer):
    page = open_explorer("contour")
    start = at(page, "point")
    for label in ("Point, x", "Point, y"):
        slider = page.get_by_label(label)
        for _ in range(5):
            slider.press("ArrowLeft")
    origin = at(page, "point")
    assert part(page, "gradient") == "(0, 0)"

    drag(page, origin, (start[0], origin[1]))

    assert [part(page, name) for name in ("x", "y", "gradient")] == ["1", "0", "(2, 0)"]


def test_where_the_gradient_is_zero_there_is_no_arrow(open_explorer):
    page = open_explorer("contour")
    for label in ("Point, x", "Point, y"):
        for _ in range(5):
            page.get_by_label(label).press("ArrowLeft")

    assert page.locator('[data-part="arrow"]').get_attribute("d") == ""


def test_the_arrow_points_away_from_the_minimum_and_is_longer_where_it_is_steeper(open_explorer):
    page = open_explorer("contour")
    near = numbers(page.locator('[data-part="arrow"]').get_attribute("d"))
    page.get_by_label("Point, y").press("ArrowLeft")
    page.get_by_label("Point, y").press("ArrowLeft")
    nearer = numbers(page.locator('[data-part="arrow"]').get_attribute("d"))

    assert near[2] > near[0]  # to the right
    assert near[3] < near[1]  # and up
    assert near[1] - near[3] > nearer[1] - nearer[3]


def test_a_finger_can_scroll_past_a_drawing_and_still_take_hold_of_the_point(open_explorer):
    page = open_explorer("contour")
    touch = "e => getComputedStyle(e).touchAction"

    assert page.locator("svg").evaluate(touch) == "pan-y pinch-zoom"
    assert page.locator('[data-part="handle"]').evaluate(touch) == "none"


def test_a_tap_moves_the_point(open_explorer):
    page = open_explorer("contour", has_touch=True)
    x, y = at(page, "point")
    box = page.locator(".frame").bounding_box()
    page.touchscreen.tap(x - box["width"] / 6, y)

    assert [part(page, name) for name in ("x", "y")] == ["0", "1"]


# The descent


def test_next_step_goes_to_the_next_position_of_the_run(open_explorer, explorers: Explorers):
    page = open_explorer("descent")
    run = explorers.observed["descent"].runs[1]
    for step in range(3):
        assert part(page, "step") == f"{step} / 20"
        assert part(page, "x") == format_number(run.xs[step])
        assert part(page, "value") == format_number(run.values[step])
        assert part(page, "slope") == format_number(run.slopes[step])
        page.get_by_role("button", name="Next step").click()


def test_the_rate_chooses_among_the_runs(open_explorer, explorers: Explorers):
    page = open_explorer("descent")
    page.get_by_label("Step", exact=True).press("End")
    page.get_by_label("Learning rate").press("ArrowRight")
    page.get_by_label("Learning rate").press("ArrowRight")

    assert part(page, "rate") == "0.9"
    assert part(page, "x") == format_number(explorers.observed["descent"].runs[3].xs[-1])


def test_play_goes_on_until_pause(open_explorer):
    page = open_explorer("descent")
    page.get_by_role("button", name="Play").click()
    wait_until(page, "document.querySelector('[data-part=step]').textContent === '2 / 20'")
    page.get_by_role("button", name="Pause").click()
    stopped = part(page, "step")
    page.wait_for_timeout(700)

    assert part(page, "step") == stopped
    assert page.get_by_role("button", name="Play").is_visible()


def test_values_are_not_read_out_while_it_plays(open_explorer):
    page = open_explorer("descent")
    page.get_by_role("button", name="Play").click()
    assert page.locator("output").get_attribute("aria-live") == "off"

    page.get_by_role("button", name="Pause").click()

    assert page.locator("output").get_attribute("aria-live") == "polite"


def test_where_motion_is_not_wanted_play_jumps_to_the_end(open_explorer):
    page = open_explorer("descent", reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()

    assert part(page, "step") == "20 / 20"
    assert page.locator('[data-part="here"]').evaluate("e => getComputedStyle(e).transition") in {
        "all",
        "all 0s ease 0s",
        "none",
    }


def test_how_a_run_went_is_said_at_its_end(open_explorer):
    page = open_explorer("descent", reduced_motion="reduce")
    assert part(page, "outcome") == ""

    page.get_by_role("button", name="Play").click()

    assert part(page, "outcome") == "It settles: hardly any slope is left."


def test_a_run_that_diverges_is_said_to_and_leaves_the_axes_as_they_are(open_explorer):
    page = open_explorer("descent")
    ticks_before = page.locator(".ticks").all_text_contents()
    box = page.locator("svg").first.bounding_box()
    page.get_by_label("Learning rate").press("End")
    page.get_by_label("Step", exact=True).press("End")

    assert part(page, "value") == "13228"
    assert part(page, "outcome") == "It diverges: it ends higher than it began."
    assert page.locator(".ticks").all_text_contents() == ticks_before
    x, y = at(page, "here")
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    assert "hollow" in page.locator('[data-part="here"]').get_attribute("class").split()


def test_a_point_that_left_the_drawing_is_said_to(open_explorer):
    page = open_explorer("descent")
    page.get_by_label("Learning rate").press("End")
    for _ in range(5):
        page.get_by_label("Step", exact=True).press("ArrowRight")

    assert part(page, "outcome") == "The point has left the drawing."


def test_the_loss_curve_can_be_dragged_along(open_explorer):
    page = open_explorer("descent", reduced_motion="reduce")
    start = at(page, "loss-here")
    page.get_by_label("Step", exact=True).press("End")
    end = at(page, "loss-here")

    drag(page, end, ((start[0] + end[0]) / 2, end[1]))

    assert part(page, "step") == "10 / 20"


# Changes along the curve and along the tangent line


def test_changes_are_those_of_torch(explorers: Explorers):
    found = explorers.observed["differential"]
    i = found.curve.xs.index(3.0)

    assert [row[i] for row in found.expected] == pytest.approx([9, 6, 3, 0.6])
    assert [row[i] for row in found.curve.rises] == pytest.approx([11.25, 7, 3.25, 0.61])
    assert [row[i] for row in found.gaps] == pytest.approx([2.25, 1, 0.25, 0.01])
    assert found.between[0][i] == pytest.approx([(3 + 1.5 * n / 8) ** 2 - 9 for n in range(1, 8)])


def test_a_shorter_run_moves_both_segments_and_the_gap_is_what_lies_between(open_explorer):
    page = open_explorer("differential")
    page.get_by_label("Run, dx").press("End")

    said = [part(page, name) for name in ("run", "expected", "actual", "gap")]
    assert said == ["0.1", "0.6", "0.61", "0.01"]
    assert part(page, "expected-label") == "dy = 0.6"
    assert part(page, "actual-label") == "Δy = 0.61"
    dy, delta, gap = (height(page, f"{name}-line") for name in ("expected", "actual", "gap"))
    assert (dy / delta, gap / delta) == pytest.approx((0.6 / 0.61, 0.01 / 0.61), abs=0.001)


def test_segments_beside_the_curve_are_as_long_as_the_changes(open_explorer):
    page = open_explorer("differential")
    scale = json.loads(page.locator(".explorer").get_attribute("data-samples"))["scale"]

    assert height(page, "far-expected") == pytest.approx(-9 * scale[2], abs=0.1)
    assert height(page, "far-actual") == pytest.approx(-11.25 * scale[2], abs=0.1)


def height(page, name: str) -> float:
    numbers = path_numbers(page, name)
    return abs(numbers[-1] - numbers[1])


def path_numbers(page, name: str) -> list[float]:
    path = page.locator(f'[data-part="{name}"]').get_attribute("d")
    return [float(one) for one in re.findall(r"-?[\d.]+", path)]


# The central difference


def test_the_central_difference_is_printed_beside_the_forward_one(open_explorer):
    page = open_explorer("central")
    rows = []
    for _ in range(3):
        rows.append([part(page, name) for name in ("h", "secant-value", "central-value")])
        page.get_by_label("Run, h").press("ArrowRight")

    assert rows == [["1", "19", "13"], ["0.1", "12.61", "12.01"], ["0.01", "12.0601", "12.0001"]]


def test_the_secant_of_the_central_difference_goes_through_both_neighbours(open_explorer):
    page = open_explorer("central")
    x1, y1, x2, y2 = path_numbers(page, "central")
    for name in ("behind", "ahead"):
        dot = page.locator(f'[data-part="{name}"]')
        x, y = (float(dot.get_attribute(key)) for key in ("cx", "cy"))
        assert y1 + (x - x1) / (x2 - x1) * (y2 - y1) == pytest.approx(y, abs=0.1)


def test_a_variable_is_called_as_in_the_code(explorers: Explorers):
    element = explorers.element("central")

    assert "cube(t + h) = 27" in element.output.text
    assert "The secant line from t = 1 to t = 3, that of the central" in element.desc.text


# The level line


@pytest.mark.parametrize("name", ["contour", "saddle"])
def test_the_level_line_passes_through_the_point_at_a_right_angle_to_the_gradient(
    open_explorer, name: str
):
    page = open_explorer(name)
    for keys in ([], ["ArrowLeft"] * 3, ["ArrowRight"] * 2):
        for key in keys:
            page.get_by_label("Point, x").press(key)
        away, angle = page.evaluate(LEVEL)
        assert away < 0.3
        assert angle == pytest.approx(90, abs=2)


LEVEL = """() => {
  const part = name => document.querySelector(`[data-part=${name}]`);
  const [line, arrow] = [part("level"), part("arrow")];
  const [x, y] = ["cx", "cy"].map(key => +part("point").getAttribute(key));
  const length = line.getTotalLength();
  const at = [...Array(8001).keys()].map(i => line.getPointAtLength(length * i / 8000));
  const far = p => Math.hypot(p.x - x, p.y - y);
  const near = at.filter(p => far(p) < 2).sort((p, q) => p.x - q.x || p.y - q.y);
  const [first, last] = [near[0], near.at(-1)];
  const tip = arrow.getPointAtLength(5);
  const turn = Math.atan2(last.y - first.y, last.x - first.x) - Math.atan2(tip.y - y, tip.x - x);
  const angle = Math.abs(turn * 180 / Math.PI) % 180;
  return [Math.min(...at.map(far)), angle];
}"""


def test_the_level_line_of_a_bowl_is_its_ellipse(explorers: Explorers):
    element = explorers.element("contour")
    a, b, c, d = json.loads(element["data-samples"])["scale"]
    path = element.select_one('[data-part="level"]')["d"]
    ends = re.findall(r"M([\d.]+) ([\d.]+)c", path)

    assert len(ends) > 12
    for x, y in ends:
        assert ((float(x) - b) / a) ** 2 + 3 * ((float(y) - d) / c) ** 2 == pytest.approx(
            4, abs=0.02
        )


def test_at_the_lowest_point_there_is_no_level_line(open_explorer):
    page = open_explorer("contour")
    for label in ("Point, x", "Point, y"):
        for _ in range(5):
            page.get_by_label(label).press("ArrowLeft")

    assert page.locator('[data-part="level"]').get_attribute("d") == ""


def test_the_level_lines_of_a_saddle_cross_in_one_point(explorers: Explorers, open_explorer):
    element = explorers.element("saddle")
    lines = element.select_one("path.contour")["d"].split("M")[1:]
    samples = json.loads(element["data-samples"])
    middle = samples["scale"][1], samples["scale"][3]
    through = [
        line
        for line in lines
        if any(math.dist(middle, map(float, p.split())) < 12 for p in line.split("L"))
    ]
    page = open_explorer("saddle")
    for label, presses in (("Point, x", 5), ("Point, y", 2)):
        for _ in range(presses):
            page.get_by_label(label).press("ArrowLeft")

    assert len(through) == 2
    for line in through:
        points = [tuple(map(float, p.split())) for p in line.split("L")]
        assert min(math.dist(middle, p) for p in points) < 0.2
    crossing = page.locator('[data-part="level"]').get_attribute("d")
    assert all(
        min(abs(float(x) - middle[0]), abs(float(y) - middle[1])) < 0.1
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", crossing)
    )


def test_a_letter_of_the_lesson_stands_for_the_value(explorers: Explorers):
    said = explorers.element("saddle").output.text

    assert "z = 0.4" in said
    assert "∂z/∂x = 0.4" in said


def test_a_unit_of_a_map_is_as_long_across_as_down(explorers: Explorers):
    for name in ("contour", "saddle", "trajectory"):
        samples = json.loads(explorers.element(name)["data-samples"])
        a, _, c, _ = samples["scales"][0] if "scales" in samples else samples["scale"]
        assert a == pytest.approx(-c)


# Descent on a map


def test_a_path_on_the_map_has_the_steps_of_gradient_descent(open_explorer, explorers: Explorers):
    page = open_explorer("trajectory", reduced_motion="reduce")
    run = explorers.observed["trajectory"].runs[0]
    a, b, c, d = json.loads(page.locator(".explorer").get_attribute("data-samples"))["scales"][0]
    for _ in range(4):
        page.get_by_role("button", name="Next step").click()
    dots = page.locator('[data-part="visited"]').get_attribute("d")
    places = [tuple(map(float, p)) for p in re.findall(r"M([\d.]+) ([\d.]+)h0", dots)]

    assert [part(page, name) for name in ("x", "y", "value")] == [
        format_number(numbers[4]) for numbers in (run.xs, run.ys, run.values)
    ]
    by_hand = [(1.5 * 0.9**n, 0.7**n) for n in range(5)]
    for place, (x, y) in zip(places, by_hand, strict=True):
        assert place == pytest.approx((a * x + b, c * y + d), abs=0.06)


def test_each_rate_has_a_path_of_its_own(open_explorer):
    page = open_explorer("trajectory", reduced_motion="reduce")
    page.get_by_label("Learning rate").press("End")
    page.get_by_label("Step", exact=True).press("End")

    assert part(page, "rate") == "0.4"
    assert part(page, "outcome") == "It diverges: it ends higher than it began."
    assert "hollow" in page.locator('[data-part="here"]').get_attribute("class").split()


# The rectangle


def test_the_strips_stay_and_the_corner_goes(open_explorer):
    page = open_explorer("rectangle")
    names = ("first", "second", "corner", "total", "slope")
    rows = []
    for _ in range(3):
        rows.append([part(page, name) for name in names])
        page.get_by_label("Run, h").press("ArrowRight")

    assert rows[1] == ["32.8", "50.44", "5.1701", "88.41", "80"]
    assert rows[2] == ["32.08", "48.24", "0.48361", "80.804", "80"]


def test_areas_are_drawn_in_proportion(explorers: Explorers):
    areas = {}
    for name in ("rect.product", '[data-part="right-strip"]', '[data-part="corner-area"]'):
        rect = explorers.element("rectangle").select_one(name)
        areas[name] = float(rect["width"]) * float(rect["height"])
    product, strip, corner = areas.values()

    assert strip / product == pytest.approx(18 / 32, abs=0.01)
    assert corner / product == pytest.approx(2.25 * 7.625 / 32, abs=0.01)


# In French


def test_numbers_have_a_comma_in_french(site: str, browser_page: OpenTab):
    tab = browser_page()
    page = tab.go(f"{site}french.html")
    wait_until(page, "document.querySelectorAll('.controls').length === 10")
    for slider in page.locator("input").all():
        slider.press("ArrowRight")
        assert "." not in slider.get_attribute("aria-valuetext")

    shown = page.locator("output, svg").all_text_contents()
    assert not [text for text in shown if re.search(r"\d\.\d", text)]
    assert [text for text in shown if re.search(r"\d,\d", text)]
    gradient = page.locator('nabla-contour [data-part="gradient"]').first
    assert gradient.text_content() == "(2,4\u202f; 7,2)"
    assert tab.errors == []
