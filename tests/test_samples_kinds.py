"""Samples of every kind, at every place of a page: shown as they ran, or refused."""

import re

import pytest
from bs4 import BeautifulSoup

from nabla.checks.results import diff, find_unfit
from nabla.checks.unread import find_unread
from nabla.run.outcome import CellOutput, Conditions, Failure, Request, Run, Trouble
from nabla.run.runner import Runner
from nabla.source.page import read_page
from nabla.source.samples import Sample, read_samples

from .conftest import HOME, SNIPPET, SmallProject

INCLUDE = '--8<-- "sum/two.md"'
SQUARE = """```python
import torch

x = torch.tensor(3.0, requires_grad=True)
z = x * x
print(z.item())
```

<!--pytest-codeblocks:expected-output-->

```text
9.0
```
"""
GRAPH = "<!--nabla:graph square/z z-->"


def indented(text: str, by: str = "    ") -> str:
    return "".join(by + line if line.strip() else line for line in text.splitlines(keepends=True))


SHOWN = {
    "in raw details": f"<details>\n<summary>S</summary>\n\n{INCLUDE}\n\n</details>",
    "in a raw div": f"<div>\n{INCLUDE}\n</div>",
    "in a raw div, a fence": f"<div>\n{SNIPPET}</div>",
    "in a div with Markdown": f'<div markdown="1">\n\n{INCLUDE}\n\n{SNIPPET}\n</div>',
    "in a list": f"1.  One.\n\n    {INCLUDE}\n\n2.  Two.\n\n{indented(SNIPPET)}",
    "in an admonition in a list": f'- One.\n\n    !!! note "N"\n\n        {INCLUDE}',
    "in raw details in a list": f"- One.\n\n    <details><summary>S</summary>\n\n    {INCLUDE}\n\n"
    f"    {GRAPH}\n\n    </details>",
    "drawn in raw details": f"<details><summary>S</summary>\n\n{GRAPH}\n\n</details>",
    "figures in a raw div": "<div>\n\n<!--nabla:verified-->\n\n</div>",
    "behind tabs": indented(f"- One.\n\n\t{INCLUDE}\n\n", ""),
    "with tabs within": SNIPPET.replace("print(1 + 1)", "if True:\n\tprint('a\tb')").replace(
        "```text\n2", "```text\na\tb"
    ),
}


def test_samples_and_drawings_are_shown_wherever_they_stand(project: SmallProject):
    project.write("snippets/square/z.md", SQUARE)
    parts = "".join(f"\n## {name}\n\n{text}\n" for name, text in SHOWN.items())
    project.write_page("index", f'{HOME}{parts}\n## Last\n\n--8<-- "square/z.md"\n')
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    assert project.codeblocks().code == 0
    html = project.read("site/index.html")
    article = re.search(r"<article.*?</article>", html, re.DOTALL)[0]
    page = BeautifulSoup(article, "html.parser")

    includes, fences = ("\n".join(SHOWN.values()).count(one) for one in (INCLUDE, "```python"))
    assert len(page.select("figure.snippet")) == includes + fences + 2
    assert [pre.text for pre in page.select(".result pre")].count("2\n") == includes + fences
    assert "a\tb\n" in [pre.text for pre in page.select(".result pre")]
    assert len(page.select("svg.autograd-graph")) == sum(
        map(GRAPH.__eq__, re.findall(re.escape(GRAPH), parts))
    )
    assert page.select(".verified")
    for text in (article, project.read("site/search/texts.json")):
        assert not re.search(r"wzxhzdk|klzzwxh|[\x02\x03\ue000-\uf8ff]|8(<|&lt;)-|nabla:", text)


REFUSED = {
    "> ```python\n> print(1 + 1)\n> ```": "pytest-codeblocks does not see fences in a block quote",
    "> - ```python\n>   print(1 + 1)\n>   ```": "does not see a fence that begins within a line",
    "> 1. One.\n>\n>     ```python\n>     1\n>     ```": "does not see fences in a block quote",
    "- ```python\n  print(1)\n  ```\n- ```python\n  print(2)\n  ```": "begins within a line",
    "[^1]: ```python\n    1\n    ```\n[^2]: ```python\n    1\n    ```": "begins within a line",
    "Term\n:   ```python\n    1\n    ```\n:   ```python\n    1\n    ```": "begins within a line",
    "<div>```python\n1\n```\n```": "begins within a line",
    "1. ~~~python\n   1\n   ~~~": "begins within a line",
    "~~~python\n1\n~~~": "does not see ~~~ fences",
    "    ```text\nx\n```python\nprint(3)\n```\n\n    ```text\nx\n```": "for the end of the",
    f"One | Two\n--- | ---\n{INCLUDE} | 2": "this embeds no snippet",
    f"> {INCLUDE}": "this embeds no snippet",
    f"Words {INCLUDE}": "this embeds no snippet",
    "--8<-- 'sum/two.md'": "this embeds no snippet",
    '--8<--  "sum/two.md"': "this embeds no snippet",
    '--8<--"sum/two.md"': "this embeds no snippet",
    '-8<- "sum/two.md"': "this embeds no snippet",
    ';--8<-- "sum/two.md"': "this embeds no snippet",
    "--8<--\nsum/two.md\n--8<--": "this embeds no snippet",
    "<!-- nabla:graph sum/two x-->": "this is no directive",
    "<!--nabla: graph sum/two x-->": "this is no directive",
    "<!--nabla graph sum/two x-->": "this is no directive",
    "<!--Nabla:predict-->": "this is no directive",
    "Words <!--nabla:predict-->": "this is no directive",
    "<!--nabla:graph sum/two\nx-->": "this is no directive",
    "<!--nabla:predict --> <!--nabla:plot a-->": "this is no directive",
    "> <!--nabla:predict-->": "this is no directive",
    "<!--pytest-codeblock:expected-output-->": "pytest-codeblocks does not read this",
    "<!--pytest-codeblocks:expected-output--> x": "pytest-codeblocks does not read this",
    "<!-- pytest codeblocks: cont -->": "pytest-codeblocks does not read this",
}


def test_what_would_stand_on_the_page_unread_is_refused_with_its_line(project: SmallProject):
    text = HOME
    lines = {}
    alone = {body: said for body, said in REFUSED.items() if "`" not in body and "~" not in body}
    for body, said in alone.items():
        text += "\nWords.\n\n"
        lines[text.count("\n") + 1] = said
        text += f"{body}\n"
    project.write_page("index", text)
    outcome = project.build()
    named = re.findall(r"docs/en/index\.md:(\d+): (.*)", outcome.said)

    assert outcome.code == 1
    for line, said in lines.items():
        there = [what for number, what in named if line <= int(number) < line + 6]
        assert any(said in what for what in there), (line, said, there)


@pytest.mark.parametrize("body", REFUSED)
def test_each_is_named_at_its_own_first_line_or_where_its_fence_stands(body: str):
    page = read_page(body)
    found = [*find_unread(page, "page.md"), *read_samples(page, "page.md").problems]

    first = min(problem.line for problem in found)
    assert REFUSED[body] in " ".join(str(problem) for problem in found)
    assert first == next(
        number
        for number, line in enumerate(body.split("\n"), 1)
        if re.search(r"```python|~~~|8<|nabla|pytest", line, re.IGNORECASE)
    )


@pytest.mark.parametrize(
    "body", ['The line `--8<-- "a.md"` embeds.', "`<!--nabla:graph x-->`", "``` ``a`` ```", "a--b"]
)
def test_code_that_speaks_of_these_lines_is_none_of_them(body: str):
    assert not list(find_unread(read_page(body), "page.md"))


NOTED = """```python
import torch

x = torch.tensor(3.0, requires_grad=True)  # (1)!
z = x * x
print(z.item())
```

<!--pytest-codeblocks:expected-output-->

```text
9.0
```

<!--nabla:graph z-->
"""


@pytest.mark.parametrize("between", ["", "\n<!--nabla:graph square/z z-->\n"])
def test_notes_find_their_code_past_its_drawings(project: SmallProject, between: str):
    project.write("snippets/square/z.md", NOTED)
    text = f'{HOME}\n--8<-- "square/z.md"\n{between}\n1.  A note.\n\nWords.\n\n1.  A list.\n'
    project.write_page("index", text)
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    page = BeautifulSoup(project.read("site/index.html"), "html.parser")

    figure = page.select_one("figure[data-snippet='square/z']")
    assert [note.text.strip() for note in figure.select("ol li")] == ["A note."]
    assert len(page.select("article > ol")) == 1
    assert len(page.select("svg.autograd-graph")) == 1 + bool(between)


# What a run says beside its result.

LOADER = """from torch.utils.data import DataLoader

for batch in DataLoader(list(range(4)), batch_size=2, num_workers=1):
    print(batch)
"""
FORKED = """import multiprocessing

context = multiprocessing.get_context("fork")
process = context.Process(target=print, args=("careful",))
process.start()
process.join()
"""
LOUD = {
    "traceback": "import traceback\n\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n"
    "    traceback.print_exc()\n",
    "logging": 'import logging\n\nlogging.warning("careful")\n',
    "logger": 'import logging\n\nlogging.basicConfig()\nlogging.getLogger("a").error("careful")\n',
    "stderr": 'import sys\n\nsys.stderr.write("careful")\n',
    "kept": 'import sys\n\nsys.__stderr__.write("careful")\nsys.__stderr__.flush()\n',
    "below": 'import os\n\nos.write(2, b"careful")\n',
    "beside": 'import os\n\nos.write(1, b"careful")\n',
    "started": 'import subprocess\n\nsubprocess.run(["echo", "careful"])\n',
    "forked": FORKED,
    "unflushed": 'import sys\n\nprint("careful", file=sys.__stdout__)\n',
    "opened": 'file = open(1, "w", closefd=False)\nprint("careful", file=file)\n',
    "thread": 'import threading\n\nthreading.Timer(0.2, print, ["careful"]).start()\n',
    "thread fails": "import threading\n\nthread = threading.Thread(target=int, args=['careful'])\n"
    "thread.start()\nthread.join()\n",
    "at exit": 'import atexit\n\natexit.register(print, "careful")\n',
    "deleted": "class Loud:\n    def __del__(self):\n        print('careful')\n\n\nloud = Loud()\n",
    "not waited for": FORKED.replace("process.join()\n", ""),
    "goes on twice": "import os\n\nif os.fork():\n    os.wait()\nelse:\n    print('careful')\n",
}


@pytest.fixture(scope="module")
def runner():
    with Runner() as started:
        yield started


def test_a_sample_may_load_data_with_workers(runner: Runner):
    run = runner.result(LOADER)

    assert run.failure is None
    assert run.stdout == "tensor([0, 1])\ntensor([2, 3])\n"
    assert not run.cells[0].stderr


def test_what_a_reader_would_see_and_the_page_does_not_show_is_said(project: SmallProject):
    for name, code in LOUD.items():
        project.embed(f"loud/{name}", f"```python\n{code}```\n")
    outcome = project.build()

    assert outcome.code == 1
    for name in LOUD:
        said = "careful" if name != "traceback" else "ZeroDivisionError: division by zero"
        found = re.search(rf"snippets/loud/{name}\.md:1: (.*)", outcome.said)
        assert found, name
        assert found[1].startswith("writes what the page does not show: "), name
        assert said in found[1]
        assert found[1].endswith("and wait for its threads")


def test_bytes_are_no_text(project: SmallProject):
    code = '```python\nimport sys\n\nsys.stdout.buffer.write(b"2")\n```\n'
    project.embed("loud/bytes", code)
    outcome = project.nabla("check")

    assert (
        "snippets/loud/bytes.md:4: raises AttributeError: no `buffer` here: text is written, "
        "as in a notebook, and no more; mend the code" in outcome.said
    )


def test_a_pool_that_nobody_closes_holds_nothing_up(runner: Runner):
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n\n"
        "pool = ThreadPoolExecutor(2)\nprint(list(pool.map(abs, [-1])))\n"
    )
    run = runner.result(code)

    assert run.failure is None
    assert (run.stdout, run.cells[0].stderr) == ("[1]\n", "")


def test_a_thread_that_never_ends_is_still_running():
    code = "import threading\n\nthreading.Thread(target=threading.Event().wait).start()\n"
    with Runner(Conditions(limit=2)) as runner:
        run = runner.result(code)

    assert run.failure == Failure(Trouble.TIMED_OUT, "is still running after 2 s")


def test_a_stream_that_the_code_closes_keeps_what_it_has(runner: Runner):
    run = runner.result("import sys\n\nprint(1)\nsys.stdout.close()\nprint(2)\n")

    assert run.stdout == "1\n"
    assert run.failure == Failure(Trouble.RAISED, "ValueError: I/O operation on closed file.", 5)


def test_each_sample_has_a_folder_of_its_own(runner: Runner):
    writes = "open('a.txt', 'w').write('a')\n"
    looks = "import os\nimport time\n\ntime.sleep(0.5)\nprint(os.listdir())\n"
    runs = dict(runner.run_all([Request((writes,)), Request((looks,))]))

    assert runs[Request((looks,))].stdout == "[]\n"


def test_what_ends_the_process_that_runs_samples_is_said_and_ends_no_later_one(runner: Runner):
    run = runner.result("import os\nimport signal\n\nos.kill(os.getppid(), signal.SIGTERM)\n")

    assert run.failure and run.failure.trouble is Trouble.DIED
    assert runner.result("print(1)").stdout == "1\n"


# What it prints.

VISIBLE = [
    "a\u00a0b",
    "　字",
    "a\tb",
    "字ｔ",
    "❤️ 👍🏽",
    "👨‍👩‍👧",
    "e\u0301 x̄ ŷ",
    "می‌خواهم",
    "∂ ∇ 𝑥",
]
INVISIBLE = [
    "a\u200db",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\ue000",
    "\u2028",
    "\x85",
    "\x1b[1m",
    "\u2066",
]


def stating(printed: str, stated: str) -> tuple[Sample, Run]:
    text = SNIPPET.replace("1 + 1", repr(printed)).replace("```text\n2", f"```text\n{stated}")
    (sample,) = read_samples(read_page(text), "a.md").samples
    return sample, Run((CellOutput(f"{printed}\n"),))


def test_blanks_wide_characters_and_combined_ones_are_shown_as_printed(project: SmallProject):
    for number, text in enumerate(VISIBLE):
        snippet = SNIPPET.replace("1 + 1", ascii(text)).replace("```text\n2", f"```text\n{text}")
        project.embed(f"seen/n{number}", snippet)
    own = SNIPPET.replace("1 + 1", "'a\\tb　'").replace("```text\n2", "```text\na\tb　")
    project.write_page("index", project.read("docs/en/index.md") + f"\n{own}")
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    page = BeautifulSoup(project.read("site/index.html"), "html.parser")

    for number, text in enumerate(VISIBLE):
        assert page.select_one(f"[data-snippet='seen/n{number}'] .result pre").text == f"{text}\n"
    assert page.select(".result pre")[-1].text == "a\tb　\n"


@pytest.mark.parametrize("text", VISIBLE)
def test_a_visible_character_is_fit_for_a_page(text: str):
    assert not find_unfit(*stating(text, text))


@pytest.mark.parametrize("text", INVISIBLE)
def test_an_invisible_one_is_named(text: str):
    (problem,) = find_unfit(*stating(text, "x"))

    assert "which a page cannot show" in problem.what


@pytest.mark.parametrize(
    ("stated", "printed", "shown"),
    [
        ("a ", "a", "-a␣\n+a"),
        ("a", "a  ", "-a\n+a␣␣"),
        ("a b", "a\u00a0b", "-a b\n+a<U+00A0>b"),
        ("a\u3000", "a", "-a<U+3000>\n+a"),
        ("a  b", "a\tb", "-a  b\n+a<U+0009>b"),
        ("\u00e9", "e\u0301", "-<U+00E9>\n+e<U+0301>"),
        ("x\u200b", "x", "-x<U+200B>\n+x"),
        ("ｘ", "x", "-<U+FF58>\n+x"),
        ("é", "e", "-é\n+e"),
    ],
)
def test_two_lines_that_look_the_same_are_told_apart(stated: str, printed: str, shown: str):
    assert diff(*stating(printed, stated)).endswith(shown)


def test_a_blank_at_the_end_of_a_line_is_marked_in_the_message_of_a_build(project: SmallProject):
    project.embed("blank/one", SNIPPET.replace("```text\n2", "```text\n2 "))
    outcome = project.build()

    assert outcome.code == 1
    assert "snippets/blank/one.md:8: the result differs from the stated one" in outcome.said
    assert "-2␣\n+2" in outcome.said
