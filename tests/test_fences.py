"""Fences are read as pytest-codeblocks reads them, or refused."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_codeblocks import extract_from_buffer, extract_from_file

from nabla.source import samples as reader
from nabla.source.page import read_page
from nabla.source.samples import Reading

from .conftest import ROOT

LINES = st.sampled_from(
    [
        "```python",
        "```",
        "````python",
        "````",
        "    ```python",
        "    ```",
        "```text",
        "```py",
        "``` python",
        "~~~",
        "print(1)",
        "    print(2)",
        "",
        "prose",
        "<!--pytest-codeblocks:expected-output-->",
        "<!--pytest-codeblocks:cont-->",
        "<!--pytest.mark.skip-->",
    ]
)


def read_samples(text: str, path: str) -> Reading:
    return reader.read_samples(read_page(text), path)


def theirs(text: str) -> list[tuple[int, str, str | None]]:
    blocks = extract_from_buffer(StringIO(text))
    return [(b.lineno, b.code, b.expected_output) for b in blocks if b.syntax == "python"]


def ours(text: str) -> list[tuple[int, str, str | None]]:
    samples = read_samples(text, "page.md").samples
    return [(s.line, s.code, s.stated.text if s.stated else None) for s in samples]


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_whatever_is_not_refused_is_read_as_pytest_codeblocks_reads_it(text: str):
    if not read_samples(text, "page.md").problems:
        assert ours(text) == theirs(text)


FILES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "snippets").rglob("*.md")),
]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_pytest_codeblocks_collects_every_sample_of_this_project(path):
    text = path.read_text(encoding="utf-8")
    collected = [b for b in extract_from_file(path) if b.syntax in ("python", "sh", "bash")]

    page = read_page(text)
    read = (reader.read_lab if page.is_lab else reader.read_samples)(page, "page.md").samples
    stated = [(s.code, s.stated.text if s.stated else None) for s in read]
    assert [(b.code, b.expected_output) for b in collected] == stated


@pytest.mark.parametrize(
    "info", ["py", "Python", "python3", " python", "{.python}", "python title=x"]
)
def test_a_fence_that_would_be_skipped_is_refused(info: str):
    (problem,) = read_samples(f"```{info}\nprint(1)\n```\n", "page.md").problems

    assert str(problem) == (
        f"page.md:1: pytest-codeblocks would skip a fence marked `{info.strip()}`; "
        "mark it exactly ```python, or ```text if it must not run"
    )


@pytest.mark.parametrize("info", ["sh", "bash"])
def test_a_fence_that_would_run_in_a_shell_is_refused(info: str):
    (problem,) = read_samples(f"```{info}\nls\n```\n", "page.md").problems

    assert str(problem) == (
        f"page.md:1: pytest-codeblocks would run a fence marked `{info}` as a script; "
        "mark it ```console"
    )


def test_a_result_far_from_its_code_is_refused():
    text = "```python\nprint(1)\n```\n\nwords\n\n<!--pytest-codeblocks:expected-output-->\n"

    (problem,) = read_samples(text, "page.md").problems

    assert str(problem) == (
        "page.md:7: `expected-output` does not follow a ```python fence; "
        "put it right after the code whose result it states"
    )


@pytest.mark.parametrize("quote", ["> ", ">", "  > ", "> > "])
def test_a_fence_in_a_block_quote_is_refused(quote: str):
    text = "".join(f"{quote}{line}\n" for line in ("```python", "print(1 + 1)", "```"))

    assert str(read_samples(text, "page.md").problems[0]) == (
        "page.md:1: pytest-codeblocks does not see fences in a block quote; "
        "take it out of the quote"
    )


def test_only_a_newline_ends_a_line():
    text = "a\u2028b\u0085c\x0cd\n\n```python\nprint(1)\n```\n"

    (sample,) = read_samples(text, "page.md").samples
    assert (sample.line, sample.row(1)) == (3, 4)
