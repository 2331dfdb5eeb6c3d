"""`bless`, `stamp` and `typography --fix` lose nothing of what an author wrote or set up."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nabla.problem import ProblemError
from nabla.source import text as text_module
from nabla.source.text import update_file

from .conftest import CACHE, HOME, SNIPPET, SmallProject

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
STALE = SNIPPET.replace("2\n```\n", "3\n```\n")
FENCE = "```python\nprint(6 * 7)\n```\n"
STATED = f"{FENCE}\n<!--pytest-codeblocks:expected-output-->\n\n```text\n{{}}\n```\n"
Write = Callable[[SmallProject], tuple[str, str, str]]


def bless(project: SmallProject) -> tuple[str, str, str]:
    """Bless a page; return its path, its text before and its text after."""
    path, before = "docs/fr/index.md", HOME + "\n" + STATED.format("41")
    project.write(path, before)
    return path, before, HOME + "\n" + STATED.format("42")


def stamp(project: SmallProject) -> tuple[str, str, str]:
    path = "docs/fr/index.md"
    project.write_page("index", HOME)
    assert project.nabla("stamp", "fr", "index").code == 0
    after = project.read(path)
    return path, HOME, after


def typography(project: SmallProject) -> tuple[str, str, str]:
    return "docs/fr/index.md", HOME + "\nQuoi ?\n", HOME + "\nQuoi\u202f?\n"


COMMANDS: dict[Write, tuple[str, ...]] = {
    bless: ("bless",),
    stamp: ("stamp", "fr", "index"),
    typography: ("typography", "--fix"),
}
each_command = pytest.mark.parametrize("prepare", COMMANDS, ids=lambda one: one.__name__)


@each_command
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "mark"])
@pytest.mark.parametrize("ending", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_endings_and_a_mark_stay(
    project: SmallProject, prepare: Write, ending: str, mark: bytes
):
    path, before, after = prepare(project)
    project.write(path, mark + before.replace("\n", ending).encode())
    outcome = project.nabla(*COMMANDS[prepare])

    assert outcome.code == 0, outcome.said
    assert (project.root / path).read_bytes() == mark + after.replace("\n", ending).encode()


@LINKS
@each_command
def test_a_link_is_written_through_and_its_mode_stays(project: SmallProject, prepare: Write):
    path, before, after = prepare(project)
    file, target = project.root / path, project.root / "elsewhere/real.md"
    project.write("elsewhere/real.md", before)
    target.chmod(0o640)
    file.unlink()
    file.symlink_to(os.path.relpath(target, file.parent))
    outcome = project.nabla(*COMMANDS[prepare])

    assert outcome.code == 0, outcome.said
    assert file.is_symlink()
    assert target.read_text(encoding="utf-8") == after
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert not list((project.root / "elsewhere").glob(".*"))


@LINKS
@each_command
def test_a_file_of_two_names_keeps_them(project: SmallProject, prepare: Write):
    path, before, after = prepare(project)
    project.write(path, before)
    other = project.root / "other.md"
    other.hardlink_to(project.root / path)
    assert project.nabla(*COMMANDS[prepare]).code == 0

    assert other.read_text(encoding="utf-8") == project.read(path) == after


LONGER = """
import resource
import sys
from pathlib import Path

from nabla.problem import ProblemError
from nabla.source.text import update_file

resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))
try:
    update_file(Path("a.md"), Path.cwd(), lambda text: "new and longer")
except ProblemError as error:
    print(error)
"""


@LINKS
def test_a_file_of_two_names_that_finds_no_room_is_as_it_was(tmp_path: Path):
    (tmp_path / "a.md").write_text("old")
    (tmp_path / "b.md").hardlink_to(tmp_path / "a.md")
    words = [sys.executable, "-c", LONGER]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )

    assert done.stdout.startswith("a.md:1: this file cannot be written: "), done.stderr
    assert (tmp_path / "a.md").read_text() == (tmp_path / "b.md").read_text() == "old"


def test_mixed_line_endings_stay_where_nothing_changed(tmp_path: Path):
    file = tmp_path / "a.md"
    file.write_bytes(b"a\r\nb\nc\rd\r\n")
    update_file(file, tmp_path, lambda text: text.replace("d", "e\nf"))

    assert file.read_bytes() == b"a\r\nb\nc\re\r\nf\r\n"


def test_what_is_saved_meanwhile_is_read_again(tmp_path: Path):
    file = tmp_path / "a.md"
    file.write_text("one\n")
    seen: list[str] = []

    def change(text: str) -> str:
        seen.append(text)
        if len(seen) == 1:
            file.write_text("saved\n")
        return text + "more\n"

    assert update_file(file, tmp_path, change)
    assert seen == ["one\n", "saved\n"]
    assert file.read_text() == "saved\nmore\n"


def test_a_file_that_changes_all_the_time_is_left_alone(tmp_path: Path):
    file = tmp_path / "a.md"
    file.write_text("0")

    def change(text: str) -> str:
        file.write_text(str(int(text) + 1))
        return "mine"

    with pytest.raises(ProblemError, match=r"a\.md:1: this file is being written all the time"):
        update_file(file, tmp_path, change)
    assert file.read_text() != "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.parametrize("reason", ["access", "mkstemp"])
def test_what_cannot_be_written_is_named(tmp_path: Path, monkeypatch, reason: str):
    (tmp_path / "a.md").write_text("old")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    if reason == "access":
        monkeypatch.setattr(text_module.os, "access", lambda *_: False)
    else:
        monkeypatch.setattr(text_module.tempfile, "mkstemp", refuse)
    with pytest.raises(ProblemError, match=r"^a\.md:1: this file cannot be written: .*; mend"):
        update_file(tmp_path / "a.md", tmp_path, lambda text: text + "new")
    assert (tmp_path / "a.md").read_text() == "old"


class Blessing:
    """A running `nabla bless` that waits, in the middle, for the author to save something."""

    def __init__(self, project: SmallProject):
        self._started, self._saved = project.root / "started", project.root / "saved"
        waits = (
            "import pathlib\nimport time\n\n"
            f"pathlib.Path({str(self._started)!r}).touch()\n"
            f"while not pathlib.Path({str(self._saved)!r}).exists():\n    time.sleep(0.05)\n"
            "print(0)"
        )
        project.embed("slow/one", f"```python\n{waits}\n```\n")
        project.write("docs/fr/index.md", PAGE)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nabla", "bless"],
            cwd=project.root,
            env={**os.environ, "NABLA_CACHE": CACHE},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        end = time.monotonic() + 60
        while not self._started.exists() and time.monotonic() < end:
            time.sleep(0.02)

    def end(self) -> str:
        """Let the sample end; return what the command said."""
        self._saved.touch()
        return self._process.communicate(timeout=60)[0]


PAGE = f"{HOME}\nA.\n\n{STATED.format(41)}\nB.\n"
SAVED = {
    "two lines above": (
        PAGE.replace("A.\n", "A.\n\nTwo lines\nmore.\n"),
        PAGE.replace("A.\n", "A.\n\nTwo lines\nmore.\n").replace("41", "42"),
        "",
    ),
    "above and below another sample": (
        PAGE.replace("A.\n", STATED.format("42").replace("6 * 7", "2 * 21")) + "\nC.\n",
        (PAGE.replace("A.\n", STATED.format("42").replace("6 * 7", "2 * 21")) + "\nC.\n").replace(
            "41", "42"
        ),
        "",
    ),
    "other code": (PAGE.replace("6 * 7", "6 * 8"), None, "was left as it is; run `nabla bless`"),
    "another result": (PAGE.replace("41", "43"), None, "was left as it is; run `nabla bless`"),
    "the right result": (PAGE.replace("41", "42"), None, ""),
    "nothing but a word": ("---\ntitle: a\n---\n", None, "was left as it is; run `nabla bless`"),
    "no text at all": (b"\xff", None, "byte 0xff is not UTF-8"),
    "no file": (None, None, "this file cannot be read: No such file or directory"),
}


@pytest.mark.parametrize("case", SAVED)
def test_what_an_author_saves_while_samples_run_wins(project: SmallProject, case: str):
    saved, after, said = SAVED[case]
    path = project.root / "docs/fr/index.md"
    project.write("snippets/sum/two.md", STALE)
    blessing = Blessing(project)
    if saved is None:
        path.unlink()
    else:
        project.write("docs/fr/index.md", saved)
    told = blessing.end()

    assert "Traceback" not in told
    assert said in told
    if saved is None:
        assert not path.exists()
    else:
        text = saved if isinstance(saved, bytes) else saved.encode()
        assert path.read_bytes() == (after.encode() if after else text)
    assert project.read("snippets/sum/two.md") == SNIPPET, "other files are blessed all the same"


def test_a_result_that_no_fence_can_state_is_left_alone_and_named(project: SmallProject):
    indented = '??? note "A"\n\n    ```python\n    print("a\\n\\nb")\n    ```\n'
    project.write("docs/fr/index.md", f"{HOME}\n{indented}")
    for _ in range(2):
        outcome = project.nabla("bless")

        assert "0 files rewritten" in outcome.said
        assert (
            "docs/fr/index.md:11: no fence at this place can state this result, and it was left "
            "as it is; print no blank line, or put the sample at the margin" in outcome.said
        )
        assert outcome.code == 1
    assert project.read("docs/fr/index.md") == f"{HOME}\n{indented}"
