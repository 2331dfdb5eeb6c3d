"""What the newest torch prints otherwise than the pages state, and an issue that says so.

`drift.py compare REPORT` runs where the newest torch is installed. It pins that version in
the checkout, lets `nabla bless` rewrite what differs, and writes the difference to REPORT,
which is empty where there is none. `drift.py report REPORT` opens, updates or closes the
issue. It is run by .github/workflows/weekly.yml, and needs no more than Python, git and gh.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

TITLE = "Results differ under the newest torch"
LONGEST = 60_000
"""GitHub takes 65536 characters for the text of an issue."""
PIN = re.compile(r"^torch==([^\s;]+)", re.MULTILINE)
PLACES = ("snippets", "docs", "README.md")


def pin(requirements: Path, new: str) -> str:
    """Pin torch `new` in a requirements file, and return the version that it pinned."""
    text = requirements.read_text(encoding="utf-8")
    old = PIN.search(text)
    if old is None:
        raise SystemExit(f"{requirements} does not pin torch")
    requirements.write_text(PIN.sub(f"torch=={new}", text), encoding="utf-8", newline="\n")
    return old[1]


def fenced(text: str, language: str, room: int) -> str:
    """Return a fence that no line of `text` can close around what of it has room."""
    if len(text) > room:
        text = text[:room].rpartition("\n")[0] + "\n… and more"
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks}{language}\n{text.rstrip()}\n{ticks}\n"


def written(old: str, new: str, difference: str, remaining: str) -> str:
    """Return the text of the issue; empty where nothing differs."""
    if not difference.strip() and not remaining.strip():
        return ""
    parts = [
        f"The results were stated under torch {old}. Under torch {new}, some differ.\n",
        f"To take the new ones over: write `torch=={new}` into `requirements.txt`, run "
        "`make bless`, read each difference, and change the prose that speaks of it.\n",
    ]
    if difference.strip():
        parts += ["## What `nabla bless` rewrites\n", fenced(difference, "diff", LONGEST // 2)]
    if remaining.strip():
        parts += ["## What it cannot rewrite\n", fenced(remaining, "text", LONGEST // 2)]
    return "\n".join(parts)


def compare(root: Path, new: str) -> str:
    """Have the samples of the project run, and return the text of the issue."""
    old = pin(root / "requirements.txt", new)
    _said(root, sys.executable, "-m", "nabla", "bless")
    code, said = _said(root, sys.executable, "-m", "nabla", "check")
    git = ("git", "diff", "--no-color", "--unified=2", "--", *PLACES)
    code_of_git, difference = _said(root, *git)
    if code_of_git:
        raise SystemExit(difference)
    return written(old, new, difference, said if code else "")


def report(text: str) -> None:
    """Open or update the one issue where `text` says that results differ, else close it."""
    listed = _gh("issue", "list", "--state=open", "--limit=500", "--json=number,title")
    open_ = [str(issue["number"]) for issue in json.loads(listed) if issue["title"] == TITLE]
    if text.strip() and open_:
        _gh("issue", "edit", open_[0], "--body-file=-", given=text)
    elif text.strip():
        _gh("issue", "create", f"--title={TITLE}", "--body-file=-", given=text)
    for number in [] if text.strip() else open_:
        _gh("issue", "close", number, "--comment=No result differs any more.")


def _said(root: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        words,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def _gh(*words: str, given: str = "") -> str:
    done = subprocess.run(
        ["gh", *words], input=given, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return done.stdout


def main() -> None:
    """Entry point: `compare REPORT` or `report REPORT`."""
    match sys.argv[1:]:
        case ["compare", path]:
            text = compare(Path.cwd(), version("torch").partition("+")[0])
            Path(path).write_text(text, encoding="utf-8")
        case ["report", path]:
            report(Path(path).read_text(encoding="utf-8"))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
