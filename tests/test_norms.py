"""The drawing of norms: layer by layer, for each network, on a logarithmic axis."""

import gzip
import math
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from nabla.explorers import KINDS, script_files, style_files
from nabla.explorers.norms.probe import Norms, NormsProbe
from nabla.explorers.shared.numbers import Notation, power_of_ten
from nabla.run.outcome import Trouble
from nabla.run.runner import Runner

from .browser import OpenTab, serve
from .conftest import LOCALES, ROOT

NORMS = Norms(
    (
        ("Sigmoid", (1e-6, 1e-4, 1e-2)),
        ("ReLU, kaiming_normal_", (0.5, 0.25, 0.5)),
        ("ReLU", (0.0002, 0.02, 2.0)),
        ("ReLU, normal_", (4e5, 4e4, 4e3)),
    )
)


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


def drawn(norms: Norms = NORMS, locale: str = "en") -> Tag:
    words = yaml.safe_load((ROOT / "words" / f"{locale}.yml").read_text(encoding="utf-8"))
    html = KINDS["norms"].draw(norms, "a/b", words)
    return BeautifulSoup(html, "html.parser").find("nabla-norms")


def places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


# What is looked at


def test_rows_are_those_that_the_snippet_left_as_numbers_or_tensors(runner: Runner):
    code = "import torch\nfound = {'a': [torch.tensor(0.25), 2], 'b': torch.tensor([1.0, 8.0])}"

    run = runner.result(code, NormsProbe("found"))

    assert run.failure is None
    assert run.observed == Norms((("a", (0.25, 2.0)), ("b", (1.0, 8.0))))
    assert run.observed.layers == 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[1, 2]", "has no dict `found`"),
        ("{}", "has a dict `found` of 0 rows; from 1 to 6 can be drawn"),
        (
            "{n: [1, 2] for n in range(7)}",
            "has a dict `found` of 7 rows; from 1 to 6 can be drawn",
        ),
        ("{'a': 3}", "has a dict `found` whose row `a` is no list of numbers"),
        ("{'a': '12'}", "has a dict `found` whose row `a` is no list of numbers"),
        ("{'a': [1, None]}", "has a dict `found` whose row `a` is no list of numbers"),
        ("{'a': [1, 0]}", "has a dict `found` whose row `a` has 0, which has no logarithm"),
        ("{'a': [1, -2]}", "has a dict `found` whose row `a` has -2, which has no logarithm"),
        (
            "{'a': [1, float('nan')]}",
            "has a dict `found` whose row `a` has nan, which has no logarithm",
        ),
        (
            "{'a': [1, 2], 'b': [1, 2, 3]}",
            "has a dict `found` whose rows are not as long as each other, or too short",
        ),
        (
            "{'a': [1]}",
            "has a dict `found` whose rows are not as long as each other, or too short",
        ),
    ],
)
def test_what_has_no_place_in_the_drawing_is_named(runner: Runner, value: str, said: str):
    failure = runner.result(f"found = {value}", NormsProbe("found")).failure

    assert failure is not None
    assert (failure.trouble, failure.message) == (Trouble.UNSEEN, said)


@pytest.mark.parametrize("arguments", ["", "3", "found x=1..2"])
def test_other_arguments_are_answered_with_how_to_write_them(arguments: str):
    with pytest.raises(ValueError, match="write it as `norms lesson/name found`"):
        KINDS["norms"].probe(arguments.split())


# What is drawn


def test_a_norm_that_is_ten_times_as_large_is_one_power_higher():
    paths = [places(path["d"]) for path in drawn().select("path.row:not(.dots)")[:4]]
    by_name = dict(zip([name for name, _ in reversed(NORMS.rows)], paths, strict=True))
    (_, y1), (_, y2), (_, y3) = by_name["ReLU, normal_"]
    power = y2 - y1

    assert power > 0
    assert y3 - y2 == pytest.approx(power, abs=0.11)
    for name, row in NORMS.rows:
        for norm, (_, y) in zip(row, by_name[name], strict=True):
            assert (y - y1) / power == pytest.approx(math.log10(4e5 / norm), abs=0.02)


def test_layers_are_evenly_spaced_and_numbered_from_one():
    element = drawn()
    xs = [x for x, _ in places(element.select_one("path.row")["d"])]

    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.11)
    assert [text.text for text in element.select(".ticks.middle text")] == ["1", "2", "3"]


def test_the_axis_has_powers_of_ten():
    numbers = [text.text for text in drawn().select(".ticks.end text")]

    assert numbers == ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰", "10²", "10⁴", "10⁶"]


@pytest.mark.parametrize("row", [(2.0, 3.0), (10.0, 10.0), (1e-300, 1e300)])
def test_any_range_of_norms_has_an_axis(row: tuple[float, ...]):
    element = drawn(Norms((("a", row),)))

    assert len(element.select(".ticks.end text")) >= 2
    assert len(places(element.select_one("path.row")["d"])) == 2


def test_names_that_begin_alike_share_a_colour_and_differ_in_dashes():
    looks = [path["class"][1:] for path in drawn().select("th path")]

    assert looks == [
        ["colour-1", "dashes-1"],
        ["colour-2", "dashes-1"],
        ["colour-2", "dashes-2"],
        ["colour-2", "dashes-3"],
    ]


def test_who_cannot_see_the_drawing_is_told_its_ends():
    said = drawn().find("desc").text

    assert "with a point for each of its 3 layers" in said
    assert "Sigmoid: 10⁻⁶" not in said
    assert "Sigmoid: 1 · 10⁻⁶ in layer 1, 0.01 in layer 3." in said
    assert "ReLU, normal_: 4 · 10⁵ in layer 1, 4 · 10³ in layer 3." in said


def test_a_table_names_each_line_and_its_ends():
    rows = [[cell.text for cell in row.select("th, td")] for row in drawn().select("tbody tr")]

    assert rows[1] == ["ReLU, kaiming_normal_", "0.5", "0.5"]
    assert rows[2] == ["ReLU", "2 · 10⁻⁴", "2"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_drawing_speaks_each_language(locale: str):
    element = drawn(locale=locale)
    words = yaml.safe_load((ROOT / f"words/{locale}.yml").read_text(encoding="utf-8"))

    assert element.find("title").text == words["explorers"]["norms"]["title"]
    assert not [text for text in element.stripped_strings if "{" in text]
    assert ("0,01" if locale == "fr" else "0.01") in element.table.text


def test_the_drawing_asks_for_no_script_and_brings_no_style_or_id():
    element = drawn()

    assert not element.select("script, style, [id], [style], output")
    assert "data-samples" not in element.attrs
    assert len(gzip.compress(str(element).encode())) < 3_000


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.088, "0.088"), (3.21, "3.2"), (-2.44e-9, "−2.4 · 10⁻⁹"), (1e5, "1 · 10⁵")],
)
def test_a_very_large_or_small_number_is_written_with_a_power_of_ten(value: float, text: str):
    assert Notation(digits=2).scientific(value) == text


def test_an_exponent_is_raised():
    assert [power_of_ten(n) for n in (-12, 0, 305)] == ["10⁻¹²", "10⁰", "10³⁰⁵"]


# In a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("norms")
    for file in script_files():
        (folder / file.name).write_bytes(file.read_bytes())
    style = "".join(file.read_text(encoding="utf-8") for file in style_files())
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Norms</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<style>{style}</style><script type="module" src="index.js"></script>{drawn()}',
        encoding="utf-8",
    )
    with serve(folder) as url:
        yield url


def test_nothing_is_loaded_for_a_drawing_that_stays_still(browser_page: OpenTab, address: str):
    tab = browser_page()
    loaded: list[str] = []
    tab.page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    tab.go(address)
    tab.page.wait_for_load_state("networkidle")

    assert loaded == ["", "index.js"]
    assert tab.errors == []


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_drawing_fits_its_page_and_can_be_read(browser_page: OpenTab, address, width: int):
    page = browser_page(viewport={"width": width, "height": 800}).go(address)
    sizes = page.eval_on_selector_all(
        "svg text", "all => all.map(t => parseFloat(getComputedStyle(t).fontSize) * t.getCTM().a)"
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert min(sizes) >= (12 if width >= 375 else 10)


def test_no_room_is_kept_for_sliders_that_never_come(browser_page: OpenTab, address: str):
    page = browser_page().go(address)
    before = "getComputedStyle(document.querySelector('.side'), '::before').content"

    assert page.evaluate(before) == "none"
