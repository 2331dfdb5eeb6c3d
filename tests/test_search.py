"""Each language finds its own pages: by its words, by names of the API, by pasted messages."""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nabla.mathml import to_mathml
from nabla.site.search import strip_markup, write_index

from .browser import serve
from .conftest import LOCALES
from .pages import PROJECT, built

PASTED = (
    "RuntimeError: Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed).",
    "RuntimeError: grad can be implicitly created only for scalar outputs",
    "element 0 of tensors does not require grad and does not have a grad_fn",
    "a leaf Variable that requires grad is being used in an in-place operation.",
)
QUERIES = [
    ("en", "slope", "learn/slope/"),
    ("en", "derivative", "learn/derivative/"),
    ("en", "differential", "learn/differential/"),
    ("en", "chain rule", "learn/chain-rule/"),
    ("en", "finite difference", "learn/derivative/"),
    ("en", "tangent", "labs/tangent/"),
    ("en", "requires_grad", "reference/errors/"),
    ("en", "torch.autograd.grad", "learn/autograd/"),
    ("en", "zero_", "learn/accumulation/"),
    ("en", "no_grad", "learn/no-grad/"),
    ("en", "learning rate", "learn/training-step/"),
    ("en", "nn.Linear", "learn/training-step/"),
    ("en", "broadcasting", "learn/training-step/"),
    ("en", "Fahrenheit", "learn/slope/"),
    ("en", "cheat sheet", "reference/cheatsheet/"),
    ("en", "XOR", "learn/network/"),
    ("en", "hidden layer", "learn/network/"),
    ("en", "decision boundary", "learn/network/"),
    ("en", "nn.Sequential", "learn/network/"),
    ("fr", "pente", "learn/slope/"),
    ("fr", "dérivée", "learn/derivative/"),
    ("fr", "derivee", "learn/derivative/"),
    ("fr", "différentielle", "learn/differential/"),
    ("fr", "règle de dérivation en chaîne", "learn/chain-rule/"),
    ("fr", "regle de derivation en chaine", "learn/chain-rule/"),
    ("fr", "différence finie", "learn/derivative/"),
    ("fr", "graphe de calcul", "learn/computation-graph/"),
    ("fr", "taux d’apprentissage", "learn/training-step/"),
    ("fr", "feuille", "learn/computation-graph/"),
    ("fr", "jacobienne", "learn/vectors/"),
    ("fr", "zero_", "learn/accumulation/"),
    ("fr", "no_grad", "learn/no-grad/"),
    ("fr", "coefficient directeur", "learn/slope/"),
    ("fr", "nombre dérivé", "learn/derivative/"),
    ("fr", "minimum", "learn/derivative/"),
    ("fr", "geler", "learn/no-grad/"),
    ("fr", "XOR", "learn/network/"),
    ("fr", "ou exclusif", "learn/network/"),
    ("fr", "couche cachée", "learn/network/"),
    ("fr", "frontiere de decision", "learn/network/"),
    ("ja", "傾き", "learn/slope/"),
    ("ja", "導関数", "learn/derivative/"),
    ("ja", "微分", "learn/differential/"),
    ("ja", "連鎖律", "learn/chain-rule/"),
    ("ja", "接線", "labs/tangent/"),
    ("ja", "計算グラフ", "learn/computation-graph/"),
    ("ja", "ヤコビ行列", "learn/vectors/"),
    ("ja", "平均二乗誤差", "learn/training-step/"),
    ("ja", "学習率", "learn/training-step/"),
    ("ja", "葉テンソル", "learn/computation-graph/"),
    ("ja", "ｔｏｒｃｈ．ａｕｔｏｇｒａｄ．ｇｒａｄ", "learn/autograd/"),
    ("ja", "ＲＥＱＵＩＲＥＳ＿ＧＲＡＤ", "reference/errors/"),
    ("ja", "ﾔｺﾋﾞ行列", "learn/vectors/"),
    ("ja", "zero_", "learn/accumulation/"),
    ("ja", "no_grad", "learn/no-grad/"),
    ("ja", "鞍点", "learn/differential/"),
    ("ja", "凍結", "learn/no-grad/"),
    ("ja", "誤差逆伝播法", "learn/computation-graph/"),
    ("ja", "ヤコビアン", "learn/vectors/"),
    ("ja", "XOR", "learn/network/"),
    ("ja", "排他的論理和", "learn/network/"),
    ("ja", "隠れ層", "learn/network/"),
    ("ja", "ニューラルネットワーク", "learn/network/"),
    ("zh", "斜率", "learn/slope/"),
    ("zh", "导数", "learn/derivative/"),
    ("zh", "微分", "learn/differential/"),
    ("zh", "链式法则", "learn/chain-rule/"),
    ("zh", "切线", "labs/tangent/"),
    ("zh", "计算图", "learn/computation-graph/"),
    ("zh", "雅可比矩阵", "learn/vectors/"),
    ("zh", "学习率", "learn/training-step/"),
    ("zh", "叶子张量", "learn/computation-graph/"),
    ("zh", "ｎｏ＿ｇｒａｄ", "learn/no-grad/"),
    ("zh", "ｚｅｒｏ＿", "learn/accumulation/"),
    ("zh", "zero_", "learn/accumulation/"),
    ("zh", "no_grad", "learn/no-grad/"),
    ("zh", "海森矩阵", "learn/further/"),
    ("zh", "黑塞矩阵", "learn/further/"),
    ("zh", "差商", "learn/derivative/"),
    ("zh", "平均变化率", "learn/derivative/"),
    ("zh", "鞍点", "learn/differential/"),
    ("zh", "叶子节点", "learn/computation-graph/"),
    ("zh", "向量雅可比积", "learn/vectors/"),
    ("zh", "冻结", "learn/no-grad/"),
    ("zh", "XOR", "learn/network/"),
    ("zh", "异或", "learn/network/"),
    ("zh", "隐藏层", "learn/network/"),
    ("zh", "神经网络", "learn/network/"),
    ("zh", "镜像", "learn/start/"),
    ("zh", "安装", "learn/start/"),
]
QUERIES += [(locale, message, "reference/errors/") for locale in LOCALES for message in PASTED]

FOUND = [
    ("en", "retain_graph", "learn/chain-rule/"),
    ("en", "Jacobian", "learn/vectors/"),
    ("fr", "taux de variation", "learn/derivative/"),
    ("fr", "point selle", "learn/differential/"),
    ("fr", "lignes de niveau", "learn/differential/"),
    ("ja", "平均変化率", "learn/derivative/"),
    ("ja", "合成関数の微分", "learn/chain-rule/"),
    ("ja", "収束", "learn/training-step/"),
    ("zh", "中心差分", "learn/derivative/"),
    ("zh", "等高线", "learn/differential/"),
    ("zh", "自动求导", "learn/autograd/"),
    ("zh", "清华", "learn/start/"),
]
"""Words that readers type, each with a page that must be among the first eight results."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as url:
        yield url


@pytest.fixture(scope="module")
def search(browser, address) -> Iterator[Callable[[str, str], list[str]]]:
    """Return a function that gives the pages found by a query in a language, best first."""
    with contextlib.ExitStack() as stack:
        homes: dict[str, Page] = {}

        def pages(locale: str, query: str) -> list[str]:
            if locale not in homes:
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                stack.callback(context.close)
                homes[locale] = context.new_page()
                homes[locale].goto(home_of(address, locale))
            shown = homes[locale]
            results = shown.locator(".md-search-result__item > a")
            ask(shown, "")
            expect(results).to_have_count(0)
            ask(shown, query)
            results.first.wait_for()
            return results.evaluate_all("links => links.map(link => link.href.split(/[?#]/)[0])")

        yield pages


def home_of(address: str, locale: str) -> str:
    return address if locale == "en" else f"{address}{locale}/"


def ask(shown: Page, query: str) -> None:
    """Put a query into the search box as pasting does, without a key."""
    box = shown.locator("[data-md-component=search-query]")
    box.click()
    box.fill(query)


@pytest.mark.parametrize(("locale", "query", "page"), QUERIES)
def test_the_page_that_must_come_first_does(search, address, locale, query, page):
    assert search(locale, query)[0] == home_of(address, locale) + page


@pytest.mark.parametrize(("locale", "query", "page"), FOUND)
def test_a_word_that_readers_type_finds_its_page(search, address, locale, query, page):
    assert home_of(address, locale) + page in search(locale, query)[:8]


WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
"""From letters of half the width to the same of full width."""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("query", ["torch", "backward()", "grad_fn"])
def test_letters_of_any_width_find_the_same(search, locale, query):
    assert search(locale, query.translate(WIDE)) == search(locale, query)


@pytest.mark.parametrize(
    "query",
    [
        'File "<stdin>", line 1, in <module> RuntimeError: grad can be implicitly created only for '
        "scalar outputs",
        "raise RuntimeError('element 0 of tensors does not require grad and does not have a "
        "grad_fn')",
        "^^^^^^^^ ~~~~~~ RuntimeError: a leaf Variable that requires grad is being used in an "
        "in-place operation.",
    ],
)
def test_a_pasted_traceback_finds_its_error(search, address, query):
    assert search("en", query)[0] == address + "reference/errors/"


def stated_results() -> list[tuple[str, str]]:
    """Return some results that stand on one English page alone, with that page."""
    pages: dict[str, set[str]] = {}
    for slug in PROJECT.slugs("en"):
        for sample in PROJECT.samples("en", slug).samples:
            if sample.stated and len(re.findall(r"\w+", sample.stated.text)) > 5:
                pages.setdefault(sample.stated.text, set()).add(slug)
    alone = [(text, *slugs) for text, slugs in pages.items() if len(slugs) == 1]
    return sorted(alone)[:: max(1, len(alone) // 12)]


@pytest.mark.parametrize(("printed", "slug"), stated_results())
def test_a_pasted_result_finds_its_page(search, address, printed, slug):
    assert search("en", " ".join(printed.split()))[0] == f"{address}{slug}/"


def test_the_section_that_has_the_words_comes_first_below_its_page(browser_page, address):
    shown = browser_page(viewport={"width": 1280, "height": 900}).go(address)
    ask(shown, PASTED[0])
    first = shown.locator(".md-search-result__item").first
    first.locator("a").nth(1).wait_for()

    (section,) = [a for a in first.locator("a").all()[1:2]]
    assert "second-time" in section.get_attribute("href") or "#" in section.get_attribute("href")
    assert "second time" in section.inner_text()


def test_lines_that_are_pasted_do_not_run_together(browser_page, address):
    shown = browser_page(viewport={"width": 1280, "height": 900}).go(address)
    box = shown.locator("[data-md-component=search-query]")
    box.click()
    box.evaluate(
        """box => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "tensor(3.)\\nchain rule\\n");
            const event = { clipboardData, bubbles: true, cancelable: true };
            box.dispatchEvent(new ClipboardEvent("paste", event));
        }"""
    )

    assert box.input_value() == "tensor(3.) chain rule"
    shown.locator(".md-search-result__item a").first.wait_for()


@pytest.mark.parametrize(
    "query", ["x^", "a~b", "x^y = 2*z", '"chain', "-2.0", "w <- w - 0.1 * g", "loss: nan", "\\frac"]
)
def test_no_query_is_an_error(browser_page, address, query):
    tab = browser_page(viewport={"width": 1280, "height": 900})
    shown = tab.go(address)
    ask(shown, f"{query} slope" if query == "\\frac" else query)
    answered = ".md-search-result__meta:not(:text-is('Type to start searching'))"
    shown.locator(answered).wait_for()

    assert not tab.errors


FORMULAS = {"en": "x²", "fr": "x²", "ja": "x²", "zh": "x²"}


@pytest.mark.parametrize("locale", LOCALES)
def test_formulas_keep_their_shape(site: Path, locale: str):
    root = site if locale == "en" else site / locale
    texts = (root / "search/texts.json").read_text("utf-8").replace("\u200b", "")

    assert FORMULAS[locale] in texts
    assert "dy/dx" in texts
    assert not re.search(r"\\\\frac|dydx|∂z∂x|<math", texts)


def test_a_formula_in_a_result_is_read_as_it_is_on_the_page():
    page = (
        f"<h2>Slope of {to_mathml('x^2', False)}</h2>"
        f"<p>It is {to_mathml(chr(92) + 'frac{dy}{dx}', False)}: <span>2</span></p>"
    )

    assert strip_markup(page) == "<h2>Slope of x²</h2><p>It is dy/dx: 2</p>"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_texts_of_one_language_are_loaded_once_the_reader_asks(browser_page, address, locale):
    home = home_of(address, locale)
    tab = browser_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    shown = tab.go(home)
    shown.wait_for_load_state("networkidle")
    assert f"{home}search/search_index.json" in asked
    assert f"{home}search/texts.json" not in asked

    ask(shown, "grad")
    shown.locator(".md-search-result__item a").first.wait_for()
    assert asked.count(f"{home}search/texts.json") == 1
    assert not tab.errors


def test_a_query_typed_before_the_texts_are_there_is_answered(browser_page, address):
    shown = browser_page(viewport={"width": 1280, "height": 900}).page
    shown.route("**/texts.json", lambda route: (shown.wait_for_timeout(300), route.continue_()))
    shown.goto(address)
    ask(shown, "s")
    ask(shown, "slope")

    first = shown.locator(".md-search-result__item a").first
    first.wait_for()
    assert "learn/slope/" in first.get_attribute("href")


def test_the_index_of_a_language_has_places_relative_to_its_root(tmp_path: Path):
    entries = [{"location": "fr/learn/a/#b", "title": "A", "text": "x² < 1"}]
    write_index(tmp_path, "fr/", entries, {"lang": ["en"]})

    assert json.loads((tmp_path / "fr/search/search_index.json").read_text("utf-8")) == {
        "config": {"lang": ["en"]},
        "docs": [],
    }
    assert json.loads((tmp_path / "fr/search/texts.json").read_text("utf-8")) == [
        {"location": "learn/a/#b", "title": "A", "text": "x² < 1"}
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_an_index_holds_one_language_only(site: Path, locale: str):
    root = site if locale == "en" else site / locale
    texts = json.loads((root / "search/texts.json").read_text("utf-8"))
    places = {text["location"].partition("#")[0] for text in texts}

    assert places == {f"{slug}/".removeprefix("index/") for slug in PROJECT.slugs(locale)}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_short_title_of_a_page_takes_the_place_of_its_heading(site: Path, locale: str):
    root = site if locale == "en" else site / locale
    texts = json.loads((root / "search/texts.json").read_text("utf-8"))
    (page,) = [text for text in texts if text["location"] == "learn/slope/"]
    soup = built(site, locale, "learn/slope")

    assert page["title"] == soup.title.text.partition(" – ")[0]
    heading = re.sub("\\W", "", soup.h1.text)
    assert re.sub("\\W", "", page["text"].partition("</p>")[0]).startswith("p" + heading)


def test_english_alone_leaves_out_words_and_japanese_is_segmented_in_the_browser(site: Path):
    roots = {locale: site if locale == "en" else site / locale for locale in LOCALES}
    found = {
        locale: json.loads((root / "search/search_index.json").read_text("utf-8"))["config"]
        for locale, root in roots.items()
    }

    assert {locale: one["pipeline"] for locale, one in found.items() if one["pipeline"]} == {
        "en": ["stopWordFilter"]
    }
    assert {locale: one["lang"] for locale, one in found.items() if one["lang"] != ["en"]} == {
        "ja": ["ja"]
    }


def test_chinese_alone_is_segmented_before(site: Path):
    texts = {one: (site / one / "search/texts.json").read_text("utf-8") for one in ("ja", "zh")}

    assert "梯度" in texts["zh"].replace("\u200b", "")
    assert {locale: "\u200b" in text for locale, text in texts.items()} == {
        "ja": False,
        "zh": True,
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_the_scripts_of_a_page_search_its_own_language(site: Path, locale: str):
    config = json.loads(built(site, locale, "learn/slope").select_one("#__config").text)

    assert config["base"].rstrip("/") == "../.."
    folder, _, worker = config["search"].partition("?")
    options = dict(pair.split("=") for pair in worker.split("&"))
    home = "" if locale == "en" else f"{locale}/"
    workers = site / home / "learn/slope" / folder
    assert workers.resolve().is_file()
    assert (workers.resolve().parent / options["worker"]).is_file()
    texts = (workers.resolve().parent / options["docs"]).resolve()
    assert texts == (site / home / "search/texts.json").resolve()
