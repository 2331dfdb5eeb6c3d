"""The inside of a child process: run one request and send back what came of it."""

import ast
import io
import linecache
import os
import random
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing.connection import Connection
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

FILENAME = "<sample>"
MAX_CHARACTERS = 20_000
"""Characters that a sample may print."""
SECONDS_AFTER_LIMIT = 5
"""After which a child ends by itself, should the process that forked it be gone."""


class OutputTooLongError(BaseException):
    """Not an Exception, so that a sample's own `except` does not swallow it."""


class _Output(io.StringIO):
    def write(self, text: str) -> int:
        written = super().write(text)
        if self.tell() > MAX_CHARACTERS:
            raise OutputTooLongError
        return written

    def take(self) -> str:
        """Return what was written since the last call."""
        text = self.getvalue()[:MAX_CHARACTERS]
        self.seek(0)
        self.truncate()
        return text


def serve(connection: Connection, request: Request, conditions: Conditions) -> None:
    """Run a request and send its Run through `connection`."""
    if hasattr(signal, "alarm"):
        os.setpgid(0, 0)  # processes that the sample starts are killed with it
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.alarm(int(conditions.limit) + SECONDS_AFTER_LIMIT)
    connection.send(run(request, conditions))


def run(request: Request, conditions: Conditions) -> Run:
    """Execute the cells of a request as one script in this process.

    The process is changed by that: its streams, seeds and modules are those of the sample.
    """
    code = request.code
    _seed(conditions.seed, code)
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(True), FILENAME)
    outputs: list[CellOutput] = []
    failure, observed = None, None
    with _redirected() as (stdout, stderr, uncaught):
        value = ""
        try:
            namespace: dict[str, Any] = {"__name__": "__main__"}
            with _watched(request.probe) as watched:
                for cell, first in _with_first_lines(request.cells):
                    value = _execute(cell, first, namespace, request.notebook)
                    outputs.append(CellOutput(stdout.take(), stderr.take(), _take_plots(), value))
            if request.probe:
                observed = request.probe.observe(namespace, watched)
        except UnseenError as error:
            failure = Failure(Trouble.UNSEEN, str(error))
        except OutputTooLongError:
            message = f"prints more than {MAX_CHARACTERS} characters"
            failure = Failure(Trouble.TOO_LONG, message)
        except BaseException as error:  # SystemExit and KeyboardInterrupt included
            failure = Failure(Trouble.RAISED, _message(error), _line(error))
        if failure and len(outputs) < len(request.cells):
            outputs.append(CellOutput(stdout.take(), stderr.take()))
    return Run(tuple(outputs), tuple(uncaught), failure, observed)


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
def _redirected() -> Iterator[tuple[_Output, _Output, list[str]]]:
    """Collect what is written to both streams, and the warnings that nobody catches."""
    stdout, stderr, uncaught = _Output(), _Output(), []
    before = sys.stdout, sys.stderr, warnings.showwarning

    def collect(message: Warning | str, category: type[Warning], *_: object) -> None:
        uncaught.append(f"{category.__name__}: {message}")

    sys.stdout, sys.stderr, warnings.showwarning = stdout, stderr, collect
    try:
        yield stdout, stderr, uncaught
    finally:
        sys.stdout, sys.stderr, warnings.showwarning = before


@contextmanager
def _watched(probe: Probe | None) -> Iterator[Any]:
    with probe.watch() if probe else nullcontext() as watched:
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
