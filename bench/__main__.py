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
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from bench import sources
from bench.measure import Measure, measure
from bench.report import write_report
from bench.serving import rebuilds
from bench.weight import weigh

HERE = Path(__file__).parent
PROJECT = HERE.parent
FOLDER = PROJECT / ".cache" / "bench"
OTHERS: Mapping[str, tuple[Callable, list[str], str]] = {
    "markdown-exec": (
        sources.markdown_exec,
        ["mkdocs", "build", "-q", "-d", "site"],
        "site/slope/",
    ),
    "mkdocs-jupyter": (
        sources.mkdocs_jupyter,
        ["mkdocs", "build", "-q", "-d", "site"],
        "site/slope/",
    ),
    "myst-nb": (
        sources.myst_nb,
        ["sphinx", "-q", "-b", "html", ".", "site"],
        "site/en/slope.html",
    ),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found: dict = {"machine": _machine(), "builds": {}, "languages": {}, "growth": {}, "weight": {}}
    found["torch"] = asdict(measure([sys.executable, "-c", "import torch"], PROJECT))

    print("this site", flush=True)
    site = FOLDER / "whole"
    cold, warm = _ours(PROJECT, site)
    found["builds"]["this site, whole"] = {"cold": asdict(cold), "warm": asdict(warm)}
    found["weight"]["this site"] = asdict(weigh(site, "learn/slope/"))
    found["rebuilds"] = rebuilds(PROJECT, FOLDER / "served", "learn/no-grad", "en")
    lessons = sources.notebooks(site, sources.LOCALES)

    for count in range(1, 5):
        folder = FOLDER / "ours"
        sources.ours(PROJECT, folder, sources.LOCALES[:count])
        cold, warm = _ours(folder, folder / "site")
        found["languages"][count] = {"cold": asdict(cold), "warm": asdict(warm)}
    found["builds"]["this site"] = found["languages"][4]

    with tempfile.TemporaryDirectory(prefix="nabla-") as cache:
        for times in (0, 1, 4, 16):  # the first only fills the cache
            print(f"growth {times}", flush=True)
            sources.ours(PROJECT, folder, times=max(times, 1))
            warm = measure(_build(folder / "site"), folder, **_kept(cache))
            if times:
                found["growth"][times] = asdict(warm)

    for name, (write, command, page) in OTHERS.items():
        print(name, flush=True)
        folder = FOLDER / name
        write(lessons, folder)
        python = _environment(name)
        whole = [str(python), "-m", *command]
        cold = measure(whole, folder)
        warm = measure(whole, folder)
        found["builds"][name] = {"cold": asdict(cold), "warm": asdict(warm)}
        root, _, path = page.partition("/")
        found["weight"][name] = asdict(weigh(folder / root, path))
        _save(found)
    _save(found)
    write_report(found, HERE)


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
