"""Explorers in a real browser: sliders, pointers and buttons over torch's samples."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup

from nabla.markdown.drawings import contour, curve, descent, line
from nabla.run.runner import Runner
from nabla.site.project import Project
from nabla.site.words import load_words

from .browser import serve
from .conftest import LOCALES, ROOT

ASSETS = ROOT / "overrides/assets"
KINDS = {
    "line": (line, "def f(x):\n    return 3 * x\n", "f x=-3..3 at=1 run=1"),
    "curve": (curve, "def f(x):\n    return x**2 + 3\n", "f x=-2..2 at=1 h=2,1,0.5"),
    "contour": (contour, "def f(x, y):\n    return x**2 + 3 * y**2\n", "f x=-2..2 y=-2..2 at=1,1"),
    "descent": (descent, "def f(x):\n    return x**2\n", "f start=3 rates=0.1,0.5,1.1 steps=5"),
}


@pytest.fixture(scope="module")
def observed() -> dict[str, object]:
    with Runner() as runner:
        return {
            name: runner.result(code, kind.probe(arguments.split())).observed
            for name, (kind, code, arguments) in KINDS.items()
        }


def draw(observed, name: str, locale: str = "en") -> str:
    return KINDS[name][0].html(observed[name], "lesson/name", load_words(Project(ROOT), locale))


@pytest.fixture(scope="module")
def page(observed, tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("explorers")
    for file in (ASSETS / "javascripts/explorers").glob("*.js"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "explorers.css").write_bytes((ASSETS / "stylesheets/explorers.css").read_bytes())
    (folder / "favicon.ico").write_bytes(b"")
    body = "".join(draw(observed, name) for name in KINDS)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorers</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="explorers.css">'
        f'<main class="md-typeset">{body}</main><script type="module" src="index.js"></script>',
        encoding="utf-8",
    )
    with serve(folder) as address:
        yield address


def part(shown, kind: str, name: str) -> str:
    return shown.locator(f"nabla-{kind} [data-part={name}]").text_content().replace("−", "-")


def slider(shown, kind: str, position: int):
    found = shown.locator(f"nabla-{kind} input[type=range]").nth(position)
    found.wait_for()
    return found


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_drawing_has_a_text_alternative_with_its_numbers(observed, name: str, locale: str):
    for svg in BeautifulSoup(draw(observed, name, locale), "html.parser").select("svg"):
        assert svg["role"] == "img"
        assert svg.title.text
        assert any(character.isdigit() for character in svg.desc.text)
        assert "{" not in svg.title.text + svg.desc.text


@pytest.mark.parametrize("name", KINDS)
def test_the_page_carries_samples_and_no_script(observed, name: str):
    explorer = BeautifulSoup(draw(observed, name), "html.parser").select_one(f"nabla-{name}")

    assert explorer["data-snippet"] == "lesson/name"
    assert explorer["data-samples"]
    assert not explorer.select("script")


def test_every_slider_has_a_label_and_says_its_value(browser_page, page):
    tab = browser_page()
    shown = tab.go(page)
    slider(shown, "descent", 1)
    for found in shown.locator("input[type=range]").all():
        assert found.evaluate("input => input.labels[0].textContent.trim()")
        assert found.get_attribute("aria-valuetext")
    assert shown.locator("output[aria-live=polite]").count() == len(KINDS)
    assert not tab.errors


def test_the_slope_of_a_line_stays_while_the_point_moves_by_keyboard(browser_page, page):
    shown = browser_page().go(page)
    start = slider(shown, "line", 0)
    before = part(shown, "line", "x")
    start.press("ArrowLeft")

    assert part(shown, "line", "x") != before
    assert part(shown, "line", "slope") == "3"


def test_a_longer_run_has_a_longer_rise_and_the_same_slope(browser_page, page):
    shown = browser_page().go(page)
    slider(shown, "line", 1).press("End")
    run, rise = (float(part(shown, "line", name)) for name in ("run", "rise"))

    assert run > 1
    assert rise == pytest.approx(3 * run)
    assert part(shown, "line", "slope") == "3"


def test_the_secant_turns_into_the_tangent_as_h_shrinks(browser_page, page):
    shown = browser_page().go(page)
    gap = slider(shown, "curve", 1)
    seen = []
    for key in ("Home", "ArrowRight", "ArrowRight"):
        gap.press(key)
        seen.append((part(shown, "curve", "h"), part(shown, "curve", "secant-value")))

    assert seen == [("2", "4"), ("1", "3"), ("0.5", "2.5")]
    assert part(shown, "curve", "slope-value") == "2"


def test_a_point_of_a_curve_shows_torch_s_value_and_slope(observed, browser_page, page):
    shown = browser_page().go(page)
    slider(shown, "curve", 0).press("Home")
    seen = observed["curve"]

    assert float(part(shown, "curve", "value")) == pytest.approx(seen.values[0])
    assert float(part(shown, "curve", "slope-value")) == pytest.approx(seen.slopes[0])


def test_dragging_moves_the_point_of_a_map(observed, browser_page, page):
    shown = browser_page(viewport={"width": 1280, "height": 900}).go(page)
    slider(shown, "contour", 0)
    handle = shown.locator("nabla-contour [data-part=handle]")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x - 60, y + 40)
    shown.mouse.up()

    moved = [float(part(shown, "contour", name)) for name in ("x", "y")]
    assert moved[0] < 1
    assert moved[1] < 1
    assert float(part(shown, "contour", "slope-x")) == pytest.approx(2 * moved[0], abs=1e-4)
    assert float(part(shown, "contour", "slope-y")) == pytest.approx(6 * moved[1], abs=1e-4)


def test_stepping_follows_the_run_that_torch_made(observed, browser_page, page):
    shown = browser_page().go(page)
    slider(shown, "descent", 0).press("Home")
    step = shown.locator("nabla-descent").get_by_role("button", name="Next step")
    xs = []
    for _ in range(5):
        step.click()
        xs.append(float(part(shown, "descent", "x")))

    assert xs == pytest.approx(observed["descent"].runs[0].xs[1:], rel=1e-4)


def test_a_rate_that_is_too_large_is_said_to_diverge(browser_page, page):
    shown = browser_page(reduced_motion="reduce").go(page)
    slider(shown, "descent", 0).press("End")
    shown.locator("nabla-descent").get_by_role("button", name="Play").click()

    assert part(shown, "descent", "outcome") == "It diverges: it ends higher than it began."
    assert part(shown, "descent", "step") == "5 / 5"


def test_playing_goes_on_to_the_end_and_can_be_paused(browser_page, page):
    shown = browser_page().go(page)
    slider(shown, "descent", 0)
    explorer = shown.locator("nabla-descent")
    explorer.get_by_role("button", name="Play").click()
    explorer.get_by_role("button", name="Pause").click()
    explorer.get_by_role("button", name="Play").click()
    explorer.locator("[data-part=step]", has_text="5 / 5").wait_for()

    explorer.get_by_role("button", name="Play").wait_for()


@pytest.mark.parametrize("name", KINDS)
def test_without_scripting_the_drawing_stands(browser_page, page, name: str):
    shown = browser_page(java_script_enabled=False).go(page)

    assert shown.locator(f"nabla-{name} svg").first.is_visible()
    assert shown.locator(f"nabla-{name} input").count() == 0


@pytest.mark.parametrize("name", KINDS)
def test_the_drawing_fits_a_phone(browser_page, page, name: str):
    shown = browser_page(viewport={"width": 375, "height": 800}).go(page)
    box = shown.locator(f"nabla-{name} svg").first.bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
