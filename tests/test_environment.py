"""Odd files, folders, encodings and callers: a clear message or the right thing, no traceback."""

import os
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jinja2 import DictLoader, Environment
from packaging.specifiers import SpecifierSet

from nabla.problem import ProblemError
from nabla.site.compiled import CompiledTemplates
from nabla.site.offline import check_target, write_zip
from nabla.source.project import Project
from nabla.source.text import read_text

from .conftest import CACHE, HOME, ROOT, SNIPPET, SmallProject

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
UNTOLD = "this file cannot be read"
Damage = Callable[[SmallProject], None]


def link(path: str, to: str) -> Damage:
    def make(project: SmallProject) -> None:
        (project.root / path).symlink_to(to)

    return make


def remove(path: str) -> Damage:
    def make(project: SmallProject) -> None:
        (project.root / path).rename(project.root / "elsewhere")

    return make


def write(path: str, text: str | bytes) -> Damage:
    return lambda project: project.write(path, text)


HARMLESS: dict[str, Damage] = {
    "an editor's lock on a page": link("docs/fr/.#index.md", "me@host.1:2"),
    "an editor's lock on a snippet": link("snippets/sum/.#two.md", "me@host.1:2"),
    "an editor's lock on words": link("words/.#fr.yml", "me@host.1:2"),
    "a folder with the name of a page": lambda one: (one.root / "docs/fr/x.md").mkdir(),
    "a folder with the name of a snippet": lambda one: (one.root / "snippets/x.md").mkdir(),
    "line endings of old": write("docs/fr/index.md", HOME.replace("\n", "\r")),
    "a byte order mark": write("docs/fr/index.md", b"\xef\xbb\xbf" + HOME.encode()),
    "an empty page": write("docs/fr/index.md", ""),
}
NAMED: dict[str, tuple[Damage, str]] = {
    "a link to nowhere": (link("docs/fr/x.md", "nowhere"), f"docs/fr/x.md:1: {UNTOLD}"),
    "a link to itself": (link("docs/fr/x.md", "x.md"), f"docs/fr/x.md:1: {UNTOLD}"),
    "a loop of folders": (link("docs/fr/x", ".."), ":1: this link leads back to a folder above"),
    "a snippet that leads nowhere": (
        link("snippets/x.md", "y"),
        "snippets/x.md:1: no such snippet",
    ),
    "a page in UTF-16": (
        write("docs/fr/index.md", HOME.encode("utf-16")),
        "docs/fr/index.md:1: byte 0xff is not UTF-8",
    ),
    "a NUL in a page": (
        write("docs/fr/index.md", HOME + "a\0b\n"),
        "docs/fr/index.md:8: the character U+0000 belongs into no text",
    ),
    "an escape in a snippet": (
        write("snippets/sum/two.md", "\x1b" + SNIPPET),
        "snippets/sum/two.md:1: the character U+001B belongs into no text",
    ),
    "a README in another encoding": (write("README.md", b"\xe9"), "README.md:1: byte 0xe9 is not"),
    "words in UTF-16": (write("words/fr.yml", b"\xff\xfea\0"), "words/fr.yml:1: byte 0xff is not"),
    "words that nest without end": (write("words/fr.yml", "[" * 99999), "words/fr.yml:1: this is"),
    "a configuration that is a list": (write("mkdocs.yml", "- a\n"), "mkdocs.yml:1: no i18n"),
    "no pages": (remove("docs"), "snippets/sum/two.md:1: no page embeds this snippet"),
    "no English pages": (remove("docs/en"), "docs/fr/index.md:1: docs/en/index.md is missing"),
    "no words": (remove("words"), "words/en.yml:1: no words for this language"),
    "no pins": (remove("requirements.txt"), "requirements.txt:1: torch is not pinned"),
}
COMMANDS = [("check",), ("status",), ("typography",), ("bless", "--check"), ("diff", "fr", "index")]


@LINKS
def test_what_mkdocs_does_not_look_at_is_not_looked_at(project: SmallProject):
    for damage in HARMLESS.values():
        damage(project)
    for outcome in (project.nabla("check"), project.nabla("typography"), project.build()):
        assert outcome.code == 0, outcome.said


@LINKS
@pytest.mark.parametrize("case", NAMED)
def test_what_cannot_be_read_is_named_by_every_command(project: SmallProject, case: str):
    damage, message = NAMED[case]
    damage(project)
    outcomes = [project.nabla(*words) for words in COMMANDS]

    assert message in outcomes[0].said
    assert outcomes[0].code == 1
    for outcome in (*outcomes, project.build()):
        assert "Traceback" not in outcome.said


def test_a_linked_folder_is_read_as_mkdocs_reads_it(project: SmallProject):
    project.write("shared/more.md", "a\x02b")
    (project.root / "docs/fr/learn").symlink_to(project.root / "shared")

    assert Project(project.root).slugs("fr") == ["index", "learn/more"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_files_and_folders_without_permission_are_named(project: SmallProject):
    for path in ("docs/fr/index.md", "docs/fr"):
        before = (project.root / path).stat().st_mode
        (project.root / path).chmod(0)
        outcome = project.nabla("check")
        (project.root / path).chmod(before)

        assert "cannot be read: Permission denied" in outcome.said
        assert "Traceback" not in outcome.said


def test_what_the_system_refuses_is_a_problem(tmp_path: Path):
    for path in (tmp_path, tmp_path / "no", tmp_path / ("x" * 300)):
        with pytest.raises(ProblemError, match="this file cannot be read"):
            read_text(path, tmp_path)


def test_a_cache_that_cannot_be_written_keeps_nothing(project: SmallProject, monkeypatch):
    project.write("file", "")
    outcome = project.build(NABLA_CACHE=str(project.root / "file"))

    assert outcome.code == 0, outcome.said
    monkeypatch.setenv("NABLA_CACHE", str(project.root / "file"))
    assert Project(project.root).cache_folder("results") is None
    monkeypatch.setenv("NABLA_CACHE", str(project.root / "made"))
    assert Project(project.root).cache_folder("results") == project.root / "made/results"


def test_a_folder_that_no_site_can_be_written_into_is_named(project: SmallProject):
    project.write("file", "")
    for name in ("file", "file/site"):
        outcome = project.build("--site-dir", name)

        assert f"{project.root / 'file'}:1: this is no folder; name another folder" in outcome.said
        assert "Traceback" not in outcome.said
        assert outcome.code == 1


def test_templates_are_compiled_though_their_folder_went(tmp_path: Path):
    (tmp_path / "file").touch()
    kept = CompiledTemplates(tmp_path / "file/templates")
    environment = Environment(loader=DictLoader({"a": "{{ 1 + 1 }}"}), bytecode_cache=kept)

    assert environment.get_template("a").render() == "2"


def test_a_page_whose_original_went_is_named_by_a_plain_build(project: SmallProject):
    project.write_page("note", HOME.replace("Home", "Note"))
    nav = project.read("mkdocs.yml").replace("index.md\n", "index.md\n  - note.md\n", 1)
    project.write("mkdocs.yml", nav)
    assert project.nabla("stamp", "fr", "note").code == 0
    (project.root / "docs/en/note.md").rename(project.root / "docs/en/other.md")
    project.write("mkdocs.yml", nav.replace("note.md", "other.md"))
    outcome = project.command("mkdocs", "build")

    assert outcome.code == 0
    assert "docs/fr/note.md:1: docs/en/note.md is missing; write it first" in outcome.said
    assert "Traceback" not in outcome.said


def start(project: SmallProject, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command anew: a process that was forked has the streams of its parent."""
    return subprocess.Popen(
        [sys.executable, "-m", "nabla", *words],
        cwd=project.root,
        env={**os.environ, "NABLA_CACHE": CACHE, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_a_terminal_without_a_character_gets_what_it_can_show(project: SmallProject):
    project.write("snippets/sum/two.md", '```python\nprint("∂")\n```\n')
    process = start(project, "bless", PYTHONIOENCODING="cp1252")
    shown, said = process.communicate()

    assert process.returncode == 0, said
    assert "+\\u2202" in shown
    assert "\n∂\n" in project.read("snippets/sum/two.md")


def test_a_reader_that_goes_away_is_no_mistake(project: SmallProject):
    for number in range(400):
        project.write(f"docs/en/{'x' * 200}{number}.md", HOME)
    process = start(project, "status")
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read()
    process.wait()

    assert said == ""


def test_a_history_in_another_encoding_is_no_mistake(project: SmallProject):
    project.write("docs/en/index.md", HOME.encode() + b"\xe9\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=project.root, check=True, capture_output=True)
    project.write("docs/en/index.md", HOME)
    outcome = project.nabla("status")

    assert "index  fr  behind (? lines changed)" in outcome.said
    assert "Traceback" not in outcome.said


def test_names_that_lead_nowhere_are_said_so(project: SmallProject):
    for words in (
        ("run", "a" * 300),
        ("run", "../../x"),
        ("stamp", "fr", "x" * 300),
        ("diff", "fr", ""),
    ):
        outcome = project.nabla(*words)

        assert outcome.code in (1, 2)
        assert "Traceback" not in outcome.said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "nowhere/site.zip",
            "nowhere/site.zip:1: its folder is not there; make it, or name another",
        ),
        ("docs", "docs:1: this is a folder; name another file by --to"),
        ("mkdocs.yml", "mkdocs.yml:1: this is there already, and is no zip; name another file"),
    ],
)
def test_where_no_zip_can_be_written_is_said_before_the_build(
    project: SmallProject, name: str, message: str
):
    before = project.read("mkdocs.yml")
    outcome = project.nabla("offline", "--to", name)

    assert outcome.said.startswith(message)
    assert outcome.said.count("\n") == 1
    assert outcome.code == 1
    assert project.read("mkdocs.yml") == before


def test_the_files_of_a_zip_can_be_read_by_everybody(tmp_path: Path):
    site, target = tmp_path / "site", tmp_path / "a.zip"
    site.mkdir()
    (site / "index.html").write_text("<p>")
    (site / "index.html").chmod(0o600)
    write_zip(site, target, "a")

    (entry,) = zipfile.ZipFile(target).infolist()
    assert stat.filemode(entry.external_attr >> 16) == "-rw-r--r--"
    assert entry.create_system == 3
    assert check_target(target) is None


CALLER = """
import multiprocessing
import sys

from mkdocs.commands.build import build
from mkdocs.config import load_config

config = load_config("mkdocs.yml")
print("children:", len(multiprocessing.active_children()), "torch" in sys.modules)
build(config)
print("children:", len(multiprocessing.active_children()))
"""


def test_a_build_needs_no_command_line_and_a_configuration_starts_nothing(project: SmallProject):
    done = subprocess.run(
        [sys.executable, "-c", CALLER],
        cwd=project.root,
        env={**os.environ, "NABLA_CACHE": CACHE, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "children: 0 False\nchildren: 0\n"
    assert "<pre" in project.read("site/fr/index.html")


def test_the_versions_of_python_are_told_alike():
    told = re.search(r'requires-python = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert told
    supported = [f"3.{minor}" for minor in range(30) if f"3.{minor}" in SpecifierSet(told[1])]
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    readme = (ROOT / "README.md").read_text("utf-8")

    assert workflow["jobs"]["linux"]["strategy"]["matrix"]["python"] == supported
    assert f"Python {supported[0]} to {supported[-1]}" in readme


@pytest.mark.skipif(sys.platform == "win32", reason="there is no make")
@pytest.mark.parametrize(
    ("version", "ends"), [("3.10.9", True), ("3.11.0", False), ("3.14.2", False), ("3.15.0", True)]
)
def test_make_says_which_pythons_will_do(version: str, ends: bool):
    check = re.search(r"\$\(PYTHON\) -c '(.*)'", (ROOT / "Makefile").read_text("utf-8"))
    assert check
    numbers = tuple(map(int, version.split(".")))
    code = f"import sys; sys.version_info = {numbers}; sys.version = {version!r}; {check[1]}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == int(ends)
    assert (f"Nabla needs Python 3.11 to 3.14, and this is {version}; " in done.stderr) == ends
