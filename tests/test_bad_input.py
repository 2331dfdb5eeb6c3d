"""Each mistake of an author gives one clear message, a non-zero exit, and no traceback."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterable

import pytest

from .conftest import HOME, SNIPPET, Outcome, SmallProject

WINDOWS = sys.platform == "win32"
KILLED = "ended its process with exit code 15" if WINDOWS else "was killed by SIGTERM"
STATED = "\n<!--pytest-codeblocks:expected-output-->\n\n```text\n{}\n```\n"


def snippet(code: str, result: str = "0") -> str:
    return f"```python\n{code}\n```\n" + STATED.format(result)


CASES = {
    "a result that differs": (
        snippet("print(1 + 1)\nprint(2 + 2)", "2\n5"),
        "snippets/bad/{name}.md:10: the result differs from the stated one; mend the code, or run "
        "`nabla bless` if the new result is right\n"
        "--- stated\n+++ ran\n@@ -1,2 +1,2 @@\n 2\n-5\n+4",
    ),
    "a snippet that raises": (
        snippet("x = 1\nprint(x / 0)"),
        "snippets/bad/{name}.md:3: raises ZeroDivisionError: division by zero; "
        "mend the code, or catch the error and print its message",
    ),
    "a snippet that is not Python": (
        snippet("x = 1\nprint(x"),
        "snippets/bad/{name}.md:3: raises SyntaxError: '(' was never closed; mend the code",
    ),
    "a snippet that ends its process": (
        snippet("import os\n\nos._exit(3)"),
        "snippets/bad/{name}.md:1: ended its process with exit code 3; "
        "a sample must run to its last line",
    ),
    "a snippet that is killed": (
        snippet("import os\nimport signal\n\nos.kill(os.getpid(), signal.SIGTERM)"),
        f"snippets/bad/{{name}}.md:1: {KILLED}; a sample must run to its last line",
    ),
    "a snippet that prints too much": (
        snippet("while True:\n    print(0)"),
        "snippets/bad/{name}.md:1: prints more than 20000 characters; print only what the page needs",
    ),
    "a snippet that prints control characters": (
        snippet('print("\\x1b[31m")'),
        "snippets/bad/{name}.md:1: prints the character U+001B, which a page cannot show; "
        "print text and line ends only",
    ),
    "a snippet that lets a warning out": (
        snippet('import warnings\n\nwarnings.warn("old")\nprint(0)'),
        "snippets/bad/{name}.md:1: shows a warning that the page does not: UserWarning: old; "
        "avoid it, or catch it and print its message",
    ),
    "two fences": (
        snippet("print(0)") + "\n" + snippet("print(0)"),
        "snippets/bad/{name}.md:11: a second ```python fence (the first is on line 1); "
        "keep one per snippet, and move this one to a file of its own",
    ),
    "no fence": (
        "",
        "snippets/bad/{name}.md:1: no ```python fence; a snippet is one fence and its stated result",
    ),
    "an unfinished fence": (
        "```python\nprint(0)\n",
        "snippets/bad/{name}.md:1: this fence is never closed; end it with a line of 3 backticks",
    ),
    "an unfinished result": (
        "```python\nprint(0)\n```\n\n<!--pytest-codeblocks:expected-output-->\n\n```text\n0\n",
        "snippets/bad/{name}.md:7: this fence is never closed; end it with a line of 3 backticks",
    ),
    "a fence that pytest-codeblocks skips": (
        snippet("print(0)").replace("```python", "```py"),
        "snippets/bad/{name}.md:1: pytest-codeblocks would skip a fence marked `py`; "
        "mark it exactly ```python, or ```text if it must not run",
    ),
    "a fence of tildes": (
        "~~~python\nprint(0)\n~~~\n",
        "snippets/bad/{name}.md:1: pytest-codeblocks does not see ~~~ fences; use backticks",
    ),
    "a mark that skips": (
        "<!--pytest.mark.skip-->\n" + snippet("print(0)"),
        "snippets/bad/{name}.md:1: `pytest.mark.skip` would hide a failure or join two samples; "
        "only `expected-output` is used here",
    ),
    "a result that is not stated": (
        "```python\nprint(0)\n```\n",
        "snippets/bad/{name}.md:1: prints a result but states none; "
        "run `nabla bless`, and check what it writes",
    ),
    "prose in a snippet": (
        "One of many.\n\n" + snippet("print(0)"),
        "snippets/bad/{name}.md:1: prose in a snippet; say it in the pages, in each language",
    ),
    "an object's address": (
        snippet("print(0)\nprint(id(object()))", "0\n0"),
        "snippets/bad/{name}.md:10: line 2 of the result changes from one run to the next; "
        "seed what is random, and print no address, time or path\nfirst run:  ",
    ),
    "unseeded random numbers": (
        snippet("import torch\n\nprint(torch.rand(1).item())"),
        "snippets/bad/{name}.md:10: line 1 of the result changes from one run to the next",
    ),
    "the order of a set": (
        snippet('print("".join({"a", "b", "c", "d", "e", "f", "g", "h"}))'),
        "snippets/bad/{name}.md:8: line 1 of the result changes from one run to the next",
    ),
    "the working folder": (
        snippet("import os\n\nprint(os.getcwd())"),
        "snippets/bad/{name}.md:10: line 1 of the result changes from one run to the next",
    ),
    "the time zone": (
        snippet("import time\n\nprint(time.tzname[0])", "UTC"),
        "snippets/bad/{name}.md:10: line 1 of the result changes from one run to the next",
    ),
    "the width of the terminal": (
        snippet("import shutil\n\nprint(shutil.get_terminal_size().columns)", "80"),
        "snippets/bad/{name}.md:10: line 1 of the result changes from one run to the next",
    ),
    "a file that is not UTF-8": (
        b"```python\n# caf\xe9\n```\n",
        "snippets/bad/{name}.md:2: byte 0xe9 is not UTF-8; save the file with the UTF-8 encoding",
    ),
}


def embed_all(project: SmallProject, cases: Iterable[str]) -> None:
    for case in cases:
        project.embed(f"bad/{slug(case)}", "")
        text = CASES[case][0]
        project.write(f"snippets/bad/{slug(case)}.md", text)


def slug(case: str) -> str:
    return case.replace(" ", "-").replace("'", "")


def message(case: str) -> str:
    return CASES[case][1].replace("{name}", slug(case))


@pytest.fixture(scope="module")
def checked(make_project) -> Outcome:
    """What `nabla check` says of a project that makes every mistake at once."""
    project = make_project()
    embed_all(project, CASES)
    return project.nabla("check")


@pytest.mark.parametrize("case", CASES)
def test_a_bad_snippet_is_named_with_its_line(checked: Outcome, case: str):
    assert message(case) in checked.said
    assert checked.code == 1
    assert "Traceback" not in checked.said


ONLY_SEEN_BY_RUNNING_TWICE = {
    "an object's address",
    "unseeded random numbers",
    "the order of a set",
    "the working folder",
    "the time zone",
    "the width of the terminal",
}
STOPS_THE_BUILD_AT_ONCE = "a file that is not UTF-8"
BUILT = CASES.keys() - ONLY_SEEN_BY_RUNNING_TWICE - {STOPS_THE_BUILD_AT_ONCE}


@pytest.fixture(scope="module")
def built(make_project) -> Outcome:
    """What a strict build says of a project that makes every mistake but the fatal one."""
    project = make_project()
    embed_all(project, BUILT)
    return project.build()


@pytest.mark.parametrize("case", sorted(BUILT))
def test_a_strict_build_stops_at_a_bad_snippet(built: Outcome, case: str):
    assert message(case) in built.said
    assert built.code == 1
    assert "Traceback" not in built.said


def test_one_bad_snippet_alone_gives_a_non_zero_exit(project: SmallProject):
    embed_all(project, ["a snippet that raises"])

    assert project.nabla("check").code == 1
    assert project.build().code == 1
    assert project.codeblocks().code == 1


def test_a_good_project_passes(project: SmallProject):
    for outcome in (project.nabla("check"), project.build(), project.codeblocks()):
        assert outcome.code == 0, outcome.said


def test_a_snippet_that_never_ends_is_killed_in_time(project: SmallProject):
    project.embed("bad/one", snippet("while True:\n    pass"))

    outcome = project.command("nabla", "run", "bad/one", NABLA_LIMIT="2")

    assert outcome.code == 1
    assert (
        "snippets/bad/one.md:1: is still running after 2 s; make it finish, or do less"
        in outcome.said
    )


def test_an_include_that_names_no_snippet(project: SmallProject):
    project.write("docs/fr/index.md", HOME + '\n--8<-- "sum/tow.md"\n')

    for outcome in (project.nabla("check"), project.build()):
        assert (
            'docs/fr/index.md:9: "sum/tow.md" names no snippet; '
            "write snippets/sum/tow.md, or mend the name" in outcome.said
        )
        assert outcome.code == 1
        assert "Traceback" not in outcome.said


def test_a_snippet_that_no_page_embeds(project: SmallProject):
    project.write("snippets/sum/alone.md", SNIPPET)

    outcome = project.nabla("check")

    assert "snippets/sum/alone.md:1: no page embeds this snippet; embed it" in outcome.said
    assert outcome.code == 1


def test_a_directive_of_pages_in_a_snippet(project: SmallProject):
    project.write("snippets/sum/two.md", f"{SNIPPET}\n<!--nabla:predict-->\n")

    outcome = project.nabla("check")

    assert (
        "snippets/sum/two.md:11: `nabla:predict` is read in pages only; "
        "take it out of the snippet" in outcome.said
    )
    assert outcome.code == 1


def test_a_page_missing_in_a_language(project: SmallProject):
    (project.root / "docs/ja/index.md").unlink()

    for outcome in (project.nabla("check"), project.build()):
        assert (
            "docs/ja/index.md:1: this page is missing in 日本語; write it after docs/en/index.md"
            in outcome.said
        )
        assert outcome.code == 1


def test_a_page_that_is_not_utf_8(project: SmallProject):
    project.write("docs/fr/index.md", HOME.replace("Home", "Entrée").encode("latin-1"))

    for outcome in (project.nabla("check"), project.build()):
        assert "docs/fr/index.md:2: byte 0xe9 is not UTF-8; save the file" in outcome.said
        assert outcome.code == 1
        assert "Traceback" not in outcome.said


def test_a_wrong_torch(project: SmallProject):
    pins = project.read("requirements.txt").replace("torch==2.13.0", "torch==2.12.9")
    project.write("requirements.txt", pins)
    line = pins.splitlines().index("torch==2.12.9") + 1

    for outcome in (project.nabla("check"), project.nabla("bless"), project.build()):
        assert (
            f"requirements.txt:{line}: torch 2.12.9 is expected, since the results were stated "
            "under it, and torch 2.13.0" in outcome.said
        )
        assert outcome.code == 1
        assert "Traceback" not in outcome.said


def test_a_torch_that_is_not_pinned(project: SmallProject):
    pins = project.read("requirements.txt").replace("torch==2.13.0", "torch>=2.13")
    project.write("requirements.txt", pins)

    for outcome in (project.nabla("check"), project.nabla("bless"), project.build()):
        assert (
            "requirements.txt:21: torch is not pinned; write a line torch== with the version "
            "under which results were stated" in outcome.said
        )
        assert outcome.code == 1
        assert "Traceback" not in outcome.said


def test_bad_latex_in_a_page(project: SmallProject):
    project.write("docs/zh/index.md", HOME + "\n$$\nx = 1 \\\\\n\\fracc{1}{2}\n$$\n")

    outcome = project.build()

    assert "docs/zh/index.md:11: bad LaTeX in" in outcome.said
    assert 'Unknown command "\\fracc"; mend the formula' in outcome.said
    assert outcome.code == 1
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize("word", ["run", "bless"])
def test_outside_a_project_the_command_says_so(tmp_path, word: str):
    arguments = [word, "a/b"] if word == "run" else [word]
    outcome = SmallProject(tmp_path).nabla(*arguments)

    assert "no mkdocs.yml here or above; go into the project's folder" in outcome.said
    assert outcome.code == 1


@pytest.mark.skipif(WINDOWS, reason="Windows has no SIGINT to send to a child")
def test_bless_interrupted_half_way_loses_nothing(project: SmallProject):
    changed = SNIPPET.replace("2\n```\n", "3\n```\n")
    project.write("snippets/sum/two.md", changed)
    started = project.root / "started"
    project.embed(
        "slow/one",
        snippet(f"import time\n\nopen({str(started)!r}, 'w').close()\ntime.sleep(25)\nprint(0)"),
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "nabla", "bless"],
        cwd=project.root,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not started.exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)

    assert said.strip() == "interrupted: each file is as it was, or wholly rewritten; run it again"
    assert process.returncode == 130
    assert project.read("snippets/sum/two.md") == changed
    assert sorted(p.name for p in (project.root / "snippets").rglob("*.md*")) == [
        "one.md",
        "two.md",
    ]
