"""Lessons on their way are held to the rules of published ones, but for their languages."""

import pytest
from bs4 import BeautifulSoup
from markdown import markdown

from nabla.markdown.embed import EmbedExtension
from nabla.markdown.maths import MathsExtension
from nabla.run.runner import Runner
from nabla.run.sample import read_snippet
from nabla.run.verdict import judge
from nabla.site import front_matter
from nabla.site.project import Project
from nabla.site.words import load_words

from .conftest import ROOT

DRAFTS = ROOT / "drafts"
PAGES = sorted((DRAFTS / "learn").glob("*.md"))
SNIPPETS = sorted((DRAFTS / "snippets").rglob("*.md"))


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_snippet_keeps_the_rules_and_prints_what_it_states(path, runner: Runner):
    shown = str(path.relative_to(ROOT))
    reading = read_snippet(path.read_text(encoding="utf-8"), shown, path.stem)
    problems = [p for sample in reading.samples for p in judge(sample, runner.result(sample.code))]

    assert not [str(problem) for problem in (*reading.problems, *problems)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_embeds_and_draws_what_it_names(path, runner: Runner):
    text, _ = front_matter.read(path.read_text(encoding="utf-8"))
    words = load_words(Project(ROOT), "en")
    embed = EmbedExtension(root=DRAFTS, runner=runner, words=words, page=path.name)
    others = ["admonition", "attr_list", "tables", "pymdownx.details"]
    html = markdown(text, extensions=[embed, MathsExtension(page=path.name), *others])
    page = BeautifulSoup(html, "html.parser")

    assert page.select("figure.snippet")
    assert page.select(".drawn svg")
    assert all(heading.get("id") for heading in page.select("h1, h2, h3"))
