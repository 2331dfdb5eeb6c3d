"""The files by which the project is published and others take part say what is true."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from nabla.cli import cli

from .conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = [
    path
    for path in sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    if path.name != "config.yml"
]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("contributing/*.md"))]
TEMPLATE = ROOT / ".github/PULL_REQUEST_TEMPLATE.md"
FENCE = re.compile(r"^( *)```console\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def load(path: Path) -> dict:
    return yaml.load(read(path), Loader=yaml.BaseLoader)  # `on` is a key, not a truth value


def steps(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_with_its_version(path: Path):
    lines = [line.strip() for line in read(path).splitlines() if "uses:" in line]

    assert lines
    for line in lines:
        assert re.fullmatch(r"(- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line), line


def test_an_action_has_one_commit_everywhere():
    used = {step["uses"] for path in WORKFLOWS for step in steps(load(path)) if "uses" in step}

    assert len(used) == len({action.partition("@")[0] for action in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_only_single_jobs_may_write(path: Path):
    workflow = load(path)

    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        writes = {key for key, right in job.get("permissions", {}).items() if right == "write"}
        assert writes == {"deploy": {"contents"}, "report": {"issues"}}.get(name, set()), name
        # What may write runs no code of a package.
        if writes:
            assert "make" not in str(job["steps"]) and "pip" not in str(job["steps"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_ends_and_no_checkout_keeps_its_credentials(path: Path):
    workflow = load(path)

    assert workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        assert int(job["timeout-minutes"]) <= 120
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash on this machine")
def test_what_a_workflow_runs_is_bash_and_takes_in_no_text_of_others(path: Path):
    for step in steps(load(path)):
        if script := step.get("run"):
            done = subprocess.run(["bash", "-n"], input=script, encoding="utf-8", check=False)
            assert done.returncode == 0, script
            assert "${{" not in script, "give it by env: else it is run as code"


def test_the_oldest_python_that_ci_tries_is_the_oldest_that_is_supported():
    jobs = load(ROOT / ".github/workflows/ci.yml")["jobs"].values()
    oldest = re.search(r'requires-python = ">=([\d.]+),', read(ROOT / "pyproject.toml"))[1]

    for job in jobs:
        assert job["strategy"]["matrix"]["python"][0] == oldest


def test_windows_runs_the_commands_that_the_readme_gives_without_make():
    scripts = "\n".join(
        step.get("run", "")
        for step in load(ROOT / ".github/workflows/ci.yml")["jobs"]["windows"]["steps"]
    )
    block = next(body for _, body in FENCE.findall(read(ROOT / "README.md")) if "-m venv" in body)
    commands = [line.partition("#")[0].strip() for line in block.splitlines()]
    of_tests = {".venv/bin/python -m pytest", ".venv/bin/mkdocs build --strict"}

    for command in commands:
        if "pip install" in command or command in of_tests:
            assert command.replace("/bin/", "/Scripts/") in scripts, command
    assert of_tests <= set(commands)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_is_one(path: Path):
    form = load(path)
    fields = form["body"]

    assert form["name"] and form["description"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "markdown"}
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids))
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") == "true" for field in fields)


def test_there_is_a_form_for_mistakes_translations_and_snippets():
    assert [path.stem for path in FORMS] == ["mistake", "snippet", "translation"]


def test_the_citation_has_what_its_format_requires_and_the_version_of_the_project():
    citation = load(ROOT / "CITATION.cff")

    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert all("name" in author for author in citation["authors"])
    assert f'version = "{citation["version"]}"' in read(ROOT / "pyproject.toml")
    assert f'license = "{citation["license"]}"' in read(ROOT / "pyproject.toml")


def test_dependabot_updates_what_is_pinned_but_leaves_torch_to_the_weekly_run():
    updates = {
        one["package-ecosystem"]: one for one in load(ROOT / ".github/dependabot.yml")["updates"]
    }

    assert updates.keys() == {"pip", "github-actions"}
    assert [one["dependency-name"] for one in updates["pip"]["ignore"]] == ["torch"]
    assert all(
        one["schedule"]["interval"] == "weekly" and one["groups"] for one in updates.values()
    )


def test_the_hooks_run_what_requirements_txt_pins():
    repos = load(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = [hook for repo in repos for hook in repo["hooks"]]

    assert {repo["repo"] for repo in repos} == {"local"}, "a second place would name versions"
    assert {hook["language"] for hook in hooks} == {"system"}
    assert [hook["entry"].split()[0] for hook in hooks] == ["ruff", "ruff", "nabla", "bash"]
    assert re.search(r"^ruff==", read(ROOT / "requirements.txt"), re.MULTILINE)
    for hook in hooks:
        if "files" in hook:
            re.compile(hook["files"])
    assert exists(hooks[2]["entry"])


def commands() -> list[tuple[str, str]]:
    """Return each command of make or nabla that a document names, with the document."""
    found = []
    for path in [*DOCUMENTS, TEMPLATE]:
        text = read(path)
        lines = [line for _, body in FENCE.findall(text) for line in body.splitlines()]
        for line in [*lines, *INLINE.findall(text)]:
            command = line.partition("#")[0].strip()
            command = re.sub(r"^([A-Z_]+=\S+ )*(\.venv/bin/)?", "", command)
            if re.match(r"(make|nabla) [a-z]", command):
                found.append((path.name, command))
    return found


def exists(command: str) -> bool:
    word, name, *rest = shlex.split(command)
    if word == "make":
        return bool(re.search(rf"^{re.escape(name)}:", read(ROOT / "Makefile"), re.MULTILINE))
    known = cli.commands.get(name)
    if known is None:
        return False
    options = {
        option for one in known.params if isinstance(one, click.Option) for option in one.opts
    }
    return {one.partition("=")[0] for one in rest if one.startswith("--")} <= options


@pytest.mark.parametrize(("document", "command"), commands())
def test_a_command_that_a_document_names_exists(document: str, command: str):
    assert exists(command)


def test_commands_are_found_in_the_documents():
    found = {command for _, command in commands()}

    assert {"make serve", "make test", "nabla status", "nabla bless --check"} <= found
    assert not exists("make nothing")
    assert not exists("nabla bless --nothing")


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "LICENSE-text.md"], ids=lambda path: path.name)
def test_a_link_of_a_document_leads_to_a_file_and_a_heading(path: Path):
    for target, fragment in LINK.findall(re.sub(r"```.*?```", "", read(path), flags=re.DOTALL)):
        there = path.parent / target
        assert there.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.+)$", read(there), re.MULTILINE)
            assert fragment in [heading.lower().replace(" ", "-") for heading in headings]


@pytest.mark.skipif(sys.platform == "win32", reason="CI runs it on Linux")
def test_the_script_of_ci_runs_the_command_that_it_is_given(tmp_path: Path):
    for name in ("chromium", "fc-list"):
        (tmp_path / name).write_text("#!/bin/sh\necho Noto Sans CJK\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / ".ci/run", "sh", "-c", "echo required: $NABLA_BROWSER_REQUIRED"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "required: 1\n", done.stderr
