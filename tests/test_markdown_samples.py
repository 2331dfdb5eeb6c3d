"""Samples in a page, under Python-Markdown alone."""

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markdown import markdown

from nabla.markdown.samples import SamplesExtension
from nabla.problem import ProblemError
from nabla.run.results import Results

from .conftest import ROOT, SNIPPET

CONFIG = "plugins: [i18n: {languages: [{locale: fr, name: Français, default: true}]}]\n"
INCLUDE = '--8<-- "sum/two.md"'


@pytest.fixture(scope="module")
def results() -> Results:
    return Results()


@pytest.fixture
def render(tmp_path: Path, results: Results):
    (tmp_path / "snippets/sum").mkdir(parents=True)
    (tmp_path / "snippets/sum/two.md").write_text(SNIPPET, encoding="utf-8")

    def rendered(text: str, **options: object) -> BeautifulSoup:
        embed = SamplesExtension(root=str(tmp_path), results=results, **options)
        others = ["admonition", "pymdownx.details", "attr_list", "md_in_html"]
        return BeautifulSoup(markdown(text, extensions=[embed, *others]), "html.parser")

    return rendered


def figure(page: BeautifulSoup) -> Tag:
    (found,) = page.select("figure.snippet")
    return found


def test_an_include_becomes_code_and_result(render):
    found = figure(render(INCLUDE))

    assert found["data-snippet"] == "sum/two"
    assert found.select_one(".highlight code").text == "print(1 + 1)\n"
    assert found.select_one(".result pre").text == "2\n"


def test_the_result_shown_is_what_ran_not_what_is_stated(render, tmp_path: Path):
    (tmp_path / "snippets/sum/two.md").write_text(SNIPPET.replace("2\n```\n", "3\n```\n"))

    assert figure(render(INCLUDE)).select_one(".result pre").text == "2\n"


def test_a_sample_of_the_page_itself_becomes_code_and_result(render):
    found = figure(render(f"\n\n\n\nWords.\n\n{SNIPPET}\nWords.", page="fr/page.md"))

    assert found["data-snippet"] == "fr/page.md:7"
    assert found.select_one(".highlight code").text == "print(1 + 1)\n"
    assert found.select_one(".result pre").text == "2\n"


@pytest.mark.parametrize(
    ("text", "container"),
    [
        (f'!!! note "Note"\n\n    {INCLUDE}\n', ".admonition"),
        (f'??? note "Note"\n\n    Words.\n\n    {INCLUDE}\n', "details.note"),
        (f"1.  Words.\n\n    {INCLUDE}\n", "ol > li"),
        (f'<div class="grid" markdown>\n\n{INCLUDE}\n\n</div>\n', "div.grid"),
        (f'!!! note "Note"\n\n    1.  Words.\n\n        {INCLUDE}\n', ".admonition li"),
    ],
)
def test_an_include_stays_where_it_is_nested(render, text: str, container: str):
    page = render(text)

    assert page.select_one(f"{container} figure.snippet .result pre").text == "2\n"
    assert len(page.select("figure")) == 1


def test_an_include_inside_a_fence_is_only_text(render):
    page = render(f"```text\n{INCLUDE}\n```\n")

    assert not page.select("figure")
    assert page.select_one("code").text.strip() == INCLUDE


def test_a_result_is_open_unless_it_is_to_be_predicted(render):
    page = render(f"{INCLUDE}\n\n<!--nabla:predict-->\n\n{INCLUDE}")
    results = page.select("details.result")

    assert [result.has_attr("open") for result in results] == [True, False]
    assert "nabla:" not in str(page)


def test_the_word_above_a_result_is_that_of_the_page_s_language(render, tmp_path: Path):
    shutil.copytree(ROOT / "words", tmp_path / "words")
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    page = render(f"{INCLUDE}\n\n<!--nabla:predict-->\n\n{INCLUDE}", locale="fr")

    assert [s.text for s in page.select("summary")] == ["Résultat", "Afficher le résultat"]


def test_a_hostile_result_is_shown_as_text(render, tmp_path: Path):
    hostile = "</pre></figure><script>alert(1)</script>&amp;"
    (tmp_path / "snippets/sum/two.md").write_text(f"```python\nprint({hostile!r})\n```\n")

    page = render(INCLUDE)

    assert figure(page).select_one(".result pre").text == hostile + "\n"
    assert not page.select("script")


def test_notes_stand_between_the_code_and_its_result(render, tmp_path: Path):
    (tmp_path / "snippets/sum/two.md").write_text(SNIPPET.replace("1)", "1)  # (1)!"))

    found = figure(render(f"{INCLUDE}\n\n1.  A note.\n\nWords.\n\n1.  A list.\n"))

    children = [child.name for child in found.find_all(recursive=False)]
    assert children == ["div", "ol", "details"]
    assert found.ol.text.strip() == "A note."


def test_a_list_after_code_without_notes_stays_outside(render):
    page = render(f"{INCLUDE}\n\n1.  A list.\n")

    assert not figure(page).select("ol")
    assert page.select("ol")


def test_a_failed_run_shows_what_went_wrong(render, tmp_path: Path):
    (tmp_path / "snippets/sum/two.md").write_text("```python\nprint(1)\nprint(1 / 0)\n```\n")

    result = figure(render(INCLUDE)).select_one(".result.failed")

    assert result.pre.text == "1\n"
    assert result.p.text.startswith("snippets/sum/two.md:3: raises ZeroDivisionError")


@pytest.mark.parametrize("name", ["sum/tow.md", "../secret.md"])
def test_an_include_that_names_no_snippet_is_an_error_with_its_line(render, tmp_path, name: str):
    (tmp_path / "secret.md").write_text(SNIPPET)

    with pytest.raises(ProblemError) as error:
        render(f'\n\n\nWords.\n\n--8<-- "{name}"\n', page="docs/fr/page.md")

    assert str(error.value) == (
        f'docs/fr/page.md:6: "{name}" names no snippet; write snippets/{name}, or mend the name'
    )


@pytest.mark.parametrize(("width", "broken"), [(80, False), (81, True)])
def test_only_a_result_with_a_long_line_may_be_broken(render, width: int, broken: bool):
    page = render(SNIPPET.replace("1 + 1", f"'x' * {width}"))

    assert bool(page.select(".result.prose")) == broken
