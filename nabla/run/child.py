"""The inside of a child process: run one request and send back what came of it."""

import ast
import atexit
import gc
import linecache
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from multiprocessing import util
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nabla.run.outcome import (
    CellOutput,
    Conditions,
    Failure,
    Probe,
    Request,
    Run,
    Trouble,
    UnseenError,
)
from nabla.run.streams import (
    MAX_CHARACTERS,
    OutputTooLongError,
    beside_python,
    redirected,
)

FILENAME = "<sample>"
SECONDS_AFTER_LIMIT = 5
"""After which a child ends by itself, should the process that forked it be gone."""
NEAR_LIMIT = 0.95
"""The part of its time after which a child stops its code, so as to say in which line of a lab."""


class TimeIsUpError(BaseException):
    """Not an Exception, as OutputTooLongError. Code that catches this is killed from outside."""


def serve(connection: Connection, request: Request, conditions: Conditions) -> None:
    """Run a request and send its Run through `connection`."""
    atexit._clear()  # noqa: SLF001  # what the process that forked this one is to call
    if hasattr(signal, "alarm"):
        os.setpgid(0, 0)  # processes that the sample starts are killed with it
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, conditions.limit * NEAR_LIMIT)
    own = os.getpid()
    with _own_folder():
        done = run(request, conditions, at_end=_leave)
        if os.getpid() != own:  # the code forked, and went on in both
            os._exit(0)
    if hasattr(signal, "alarm"):
        _end_alone()
    connection.send(done)


def _stop(*_: object) -> None:
    _end_alone()
    raise TimeIsUpError


def _end_alone() -> None:
    """Have this process end after a while, should nobody be there to end it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_AFTER_LIMIT)


@contextmanager
def _own_folder() -> Iterator[None]:
    """Work in a new folder within the one that the process is in: other samples use that."""
    above = Path.cwd()
    folder = tempfile.mkdtemp(dir=above)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(above)
        shutil.rmtree(folder, ignore_errors=True)


def run(
    request: Request,
    conditions: Conditions,
    at_end: Callable[[dict[str, Any]], None] = lambda namespace: None,
) -> Run:
    """Execute the cells of a request as one script in this process.

    The process is changed by that: its streams, seeds and modules are those of the sample.
    `at_end` is called with the names that the code left, unless a probe looked at them.
    """
    code = request.code
    _seed(conditions.seed, code)
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(True), FILENAME)
    outputs: list[CellOutput] = []
    failure, observed = None, None
    with redirected() as (stdout, stderr, uncaught), beside_python() as beside:
        value = ""
        try:
            namespace: dict[str, Any] = {"__name__": "__main__"}
            with _watched(request.probe, code) as watched:
                for cell, first in _with_first_lines(request.cells):
                    value = _execute(cell, first, namespace, request.notebook)
                    outputs.append(CellOutput(stdout.take(), stderr.take(), _take_plots(), value))
            if request.probe:
                observed = request.probe.observe(namespace, watched)
            else:
                at_end(namespace)
        except UnseenError as error:
            failure = Failure(Trouble.UNSEEN, str(error))
        except OutputTooLongError:
            message = f"prints more than {MAX_CHARACTERS} characters"
            failure = Failure(Trouble.TOO_LONG, message)
        except TimeIsUpError as error:
            message = f"is still running after {conditions.limit:g} s"
            line = _line(error) if request.notebook else 0
            failure = Failure(Trouble.TIMED_OUT, message, line)
        except BaseException as error:  # SystemExit and KeyboardInterrupt included
            failure = Failure(Trouble.RAISED, _message(error), _line(error))
        if failure and len(outputs) < len(request.cells):
            outputs.append(CellOutput(stdout.take(), stderr.take()))
        if outputs and (unseen := stdout.take() + stderr.take() + beside()):
            outputs[-1] = replace(outputs[-1], stderr=outputs[-1].stderr + unseen)
    return Run(tuple(outputs), tuple(uncaught), failure, observed)


def _leave(namespace: dict[str, Any]) -> None:
    """Do what Python does after the last line of a script, which may write something still.

    It waits for threads and processes, calls what `atexit` has, and lets go of what was made.
    """
    # By private names: there are no others, and multiprocessing ends its processes so.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    util._exit_function()  # type: ignore[attr-defined]  # noqa: SLF001
    namespace.clear()
    gc.collect()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream:
            stream.flush()


def _execute(cell: str, first: int, namespace: dict[str, Any], notebook: bool) -> str:
    """Execute a cell that begins on line `first` of the sample.

    Returns, for a notebook, what it would show of a bare last line.
    """
    tree = ast.parse("\n" * (first - 1) + cell, FILENAME)
    last = tree.body[-1] if notebook and tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, FILENAME, "exec"), namespace)
        return ""
    exec(compile(ast.Module(tree.body[:-1], []), FILENAME, "exec"), namespace)
    value = eval(compile(ast.Expression(last.value), FILENAME, "eval"), namespace)
    return "" if value is None else repr(value)


def _with_first_lines(cells: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    first = 1
    for cell in cells:
        yield cell, first
        first += cell.count("\n")


@contextmanager
def _watched(probe: Probe | None, code: str) -> Iterator[Any]:
    with probe.watch(code) if probe else nullcontext() as watched:
        yield watched


def _take_plots() -> tuple[str, ...]:
    """Return the figures of matplotlib that a cell drew, and close them, as Jupyter does."""
    if "matplotlib.pyplot" not in sys.modules:
        return ()
    from nabla.run import svg_backend

    return svg_backend.take()


def _seed(seed: int, code: str) -> None:
    """Seed the generators that the code may draw from."""
    random.seed(seed)
    if "numpy" in sys.modules or "numpy" in code:
        import numpy

        numpy.random.seed(seed)
    if "torch" in sys.modules or "torch" in code:
        import torch

        torch.default_generator.manual_seed(seed)  # torch.manual_seed asks for devices too
        torch.set_num_threads(1)


def _message(error: BaseException) -> str:
    text = "".join(traceback.format_exception_only(error)).strip()
    return text.splitlines()[-1] if isinstance(error, SyntaxError) else text


def _line(error: BaseException) -> int:
    if isinstance(error, SyntaxError) and error.filename == FILENAME:
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 0 for f in reversed(frames) if f.filename == FILENAME), 0)
