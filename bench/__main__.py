"""`python -m bench`: measure, and write bench/results.md, results.json and chart.svg.

Ratios are taken within one run, since machines differ and are noisy.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bench import sources
from bench.measure import Measure, measure
from bench.report import write_report
from bench.serving import rebuilds
from bench.weight import weigh

HERE = Path(__file__).parent
PROJECT = HERE.parent
FOLDER = PROJECT / ".cache" / "bench"
TURNS = 5


@dataclass(frozen=True)
class Tool:
    """Another tool: `page` is the first lesson, within the folder that `command` is run in."""

    write: Callable
    command: Sequence[str]
    page: str
    requirements: str


MKDOCS = ("mkdocs", "build", "-q", "-d", "site")
SPHINX = ("sphinx", "-q", "-b", "html", ".", "site")
OTHERS: Mapping[str, Tool] = {
    "markdown-exec": Tool(sources.markdown_exec, MKDOCS, "site/slope/", "markdown-exec"),
    "mkdocs-jupyter": Tool(sources.mkdocs_jupyter, MKDOCS, "site/slope/", "mkdocs-jupyter"),
    **{
        f"myst-nb, {mode}": Tool(
            partial(sources.myst_nb, mode=mode), SPHINX, "site/en/slope.html", "myst-nb"
        )
        for mode in ("auto", "cache")
    },
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found: dict = {
        "machine": _machine(),
        "turns": TURNS,
        "builds": {},
        "languages": {},
        "growth": {},
        "weight": {},
    }

    print("this site", flush=True)
    site = FOLDER / "whole"
    cold, warm = _ours(PROJECT, site)
    found["builds"]["this site, whole"] = {"cold": asdict(cold), "warm": asdict(warm)}
    found["weight"]["this site"] = asdict(weigh(site, "learn/slope/"))
    found["rebuilds"] = rebuilds(PROJECT, FOLDER / "served", "learn/no-grad", "en")
    lessons = sources.notebooks(site, sources.LOCALES)

    pairs: dict[int, list[tuple[Measure, Measure]]] = {count: [] for count in range(1, 5)}
    imports = []
    folder = FOLDER / "ours"
    for turn in range(TURNS):
        print(f"languages, turn {turn + 1}", flush=True)
        imports.append(measure([sys.executable, "-c", "import torch"], PROJECT))
        for count, taken in pairs.items():
            sources.ours(PROJECT, folder, sources.LOCALES[:count])
            taken.append(_ours(folder, folder / "site"))
    for count, taken in pairs.items():
        cold, warm = map(_median, zip(*taken, strict=True))
        found["languages"][count] = {"cold": asdict(cold), "warm": asdict(warm)}
    found["torch"] = asdict(_median(imports))
    found["builds"]["this site"] = found["languages"][4]

    with tempfile.TemporaryDirectory(prefix="nabla-") as cache:
        for times in (0, 1, 4, 16):  # the first only fills the cache
            print(f"growth {times}", flush=True)
            sources.ours(PROJECT, folder, times=max(times, 1))
            warm = measure(_build(folder / "site"), folder, **_kept(cache))
            if times:
                found["growth"][times] = asdict(warm)

    for name, tool in OTHERS.items():
        print(name, flush=True)
        folder = FOLDER / name.replace(", ", "-")
        tool.write(lessons, folder)
        python = _environment(tool.requirements)
        whole = [str(python), "-m", *tool.command]
        cold = measure(whole, folder)
        warm = measure(whole, folder)
        found["builds"][name] = {"cold": asdict(cold), "warm": asdict(warm)}
        root, _, path = tool.page.partition("/")
        found["weight"][name] = asdict(weigh(folder / root, path))
        _save(found)
    _save(found)
    write_report(found, HERE)


def _median(taken: Iterable[Measure]) -> Measure:
    return sorted(taken, key=lambda one: one.seconds)[TURNS // 2]


def _ours(folder: Path, site: Path) -> tuple[Measure, Measure]:
    """Build twice: with nothing kept from before, then with all of it."""
    with tempfile.TemporaryDirectory(prefix="nabla-") as cache:
        return tuple(measure(_build(site), folder, **_kept(cache)) for _ in range(2))


def _build(site: Path) -> list[str]:
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(site)]


def _kept(cache: str) -> dict[str, str]:
    return {"NABLA_CACHE": cache, "PYTHONPATH": str(PROJECT)}


def _environment(name: str) -> Path:
    """Return the Python of a tool's own virtual environment, made on first use."""
    home = FOLDER / "environments" / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = (HERE / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    stamp = home / "requirements.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        requirements = HERE / "requirements" / f"{name}.txt"
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "-r", str(requirements)], check=True
        )
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _save(found: Mapping) -> None:
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    (HERE / "results.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
