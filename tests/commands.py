"""Run `python -m …` in processes forked from one that has imported what most of them need.

Importing MkDocs, its plugins and the dictionary of Chinese words takes longer than
building a project of one page. Where there is no fork, each command starts anew.
"""

import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
PRELOAD = "tests.preloaded"


def run(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a module with its arguments in `folder`; return its exit code and all that it said."""
    handle, name = tempfile.mkstemp()
    os.close(handle)
    process = forked(_run, list(words), folder, dict(environment), name)
    process.join()
    said = Path(name).read_text(encoding="utf-8", errors="replace")
    Path(name).unlink()
    return process.exitcode, said


def forked(function: Callable, *arguments: object) -> BaseProcess:
    """Start a process that calls a function of a module with arguments that can be pickled."""
    context = multiprocessing.get_context(METHOD)
    if METHOD == "forkserver":
        context.set_forkserver_preload([PRELOAD])
    process = context.Process(target=function, args=arguments)
    process.start()
    return process


def _run(words: list[str], folder: Path, environment: dict[str, str], output: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with Path(output).open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
    sys.path.insert(0, str(folder))
    sys.argv = words
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
