"""`bless` writes what samples print, and touches nothing else."""

from nabla.checks.bless import Blessing
from nabla.checks.bless import bless as write_results
from nabla.run.outcome import CellOutput, Run
from nabla.source.page import read_page
from nabla.source.samples import read_samples

from .conftest import SNIPPET, SmallProject


def bless(text: str, *outputs: str) -> str:
    samples = read_samples(read_page(text), "page.md").samples
    pairs = zip(samples, outputs, strict=True)
    runs = [(sample, Run((CellOutput(output),))) for sample, output in pairs]
    return write_results(text, [Blessing(sample, run) for sample, run in runs])


def test_a_stated_result_is_replaced():
    assert bless(SNIPPET, "3\n4\n") == SNIPPET.replace("2\n```\n", "3\n4\n```\n")


def test_a_missing_result_is_stated():
    code = SNIPPET.partition("\n<!--")[0]

    assert bless(code, "2\n") == SNIPPET


def test_a_missing_result_is_stated_though_the_file_lacks_its_last_line_end():
    code = SNIPPET.partition("\n<!--")[0].rstrip("\n")

    assert bless(code, "2\n") == SNIPPET


def test_the_samples_of_a_page_are_each_blessed_and_its_prose_kept():
    page = f"Before.\n\n{SNIPPET}\nBetween.\n\n{SNIPPET}\nAfter.\n"

    assert bless(page, "5\n", "6\n") == (
        f"Before.\n\n{SNIPPET[:-6]}5\n```\n\nBetween.\n\n{SNIPPET[:-6]}6\n```\n\nAfter.\n"
    )


def test_an_indented_sample_stays_indented():
    page = "".join("    " + line if line.strip() else line for line in SNIPPET.splitlines(True))

    assert bless(page, "9\n") == page.replace("    2\n", "    9\n")


def test_a_result_that_holds_a_fence_gets_a_longer_one():
    blessing = bless(SNIPPET, "```\n")

    assert "````text\n```\n````\n" in blessing
    assert bless(blessing, "2\n").endswith("```text\n2\n```\n")


def test_only_changed_files_are_rewritten_and_the_difference_is_shown(project: SmallProject):
    project.embed("sum/three", SNIPPET.replace("1 + 1", "1 + 2"))
    untouched = project.root / "snippets/sum/two.md"
    before = untouched.stat().st_mtime_ns

    outcome = project.nabla("bless")

    assert outcome.code == 0
    assert "snippets/sum/three.md:1\n--- stated\n+++ ran\n@@ -1 +1 @@\n-2\n+3\n" in outcome.said
    assert "1 file rewritten" in outcome.said
    assert untouched.stat().st_mtime_ns == before
    assert project.nabla("check").code == 0


def test_a_check_shows_the_difference_writes_nothing_and_fails(project: SmallProject):
    stale = SNIPPET.replace("1 + 1", "1 + 2")
    project.embed("sum/three", stale)

    outcome = project.nabla("bless", "--check")

    assert outcome.code == 1
    assert "@@ -1 +1 @@\n-2\n+3\n" in outcome.said
    assert "1 file to rewrite; run `nabla bless`" in outcome.said
    assert project.read("snippets/sum/three.md") == stale


def test_a_check_passes_where_nothing_would_change(project: SmallProject):
    outcome = project.nabla("bless", "--check")

    assert outcome.code == 0
    assert outcome.said == "0 files rewritten\n"


def test_a_snippet_that_fails_is_not_blessed(project: SmallProject):
    broken = SNIPPET.replace("print(1 + 1)", "print(1)\nraise ValueError")
    project.embed("sum/broken", broken)

    outcome = project.nabla("bless")

    assert outcome.code == 1
    assert "snippets/sum/broken.md:3: raises ValueError" in outcome.said
    assert project.read("snippets/sum/broken.md") == broken
