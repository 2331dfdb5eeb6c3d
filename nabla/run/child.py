"""The inside of a child process: run one request and send back what came of it."""

import ast
import io
import linecache
import os
import random
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
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
NEAR_LIMIT = 0.95
"""The part of its time after which a child stops its code, so as to say in which line of a lab."""
STREAMS = (1, 2)


class OutputTooLongError(BaseException):
    """Not an Exception, so that a sample's own `except` does not swallow it."""


class TimeIsUpError(BaseException):
    """Not an Exception either. Code that catches this too is killed from outside."""


class _Output(io.StringIO):
    """What this process prints. What processes forked from it print goes to the stream itself."""

    def __init__(self, stream: int):
        super().__init__()
        self._stream, self._process = stream, os.getpid()

    def write(self, text: str) -> int:
        if os.getpid() != self._process:
            os.write(self._stream, text.encode(errors="surrogatepass"))
            return len(text)
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
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, conditions.limit * NEAR_LIMIT)
    done = run(request, conditions)
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


def run(request: Request, conditions: Conditions) -> Run:
    """Execute the cells of a request as one script in this process.

    The process is changed by that: its streams, seeds and modules are those of the sample.
    """
    code = request.code
    _seed(conditions.seed, code)
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(True), FILENAME)
    outputs: list[CellOutput] = []
    failure, observed = None, None
    with _redirected() as (stdout, stderr, uncaught), _beside_python() as beside:
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
        except TimeIsUpError as error:
            message = f"is still running after {conditions.limit:g} s"
            line = _line(error) if request.notebook else 0
            failure = Failure(Trouble.TIMED_OUT, message, line)
        except BaseException as error:  # SystemExit and KeyboardInterrupt included
            failure = Failure(Trouble.RAISED, _message(error), _line(error))
        if failure and len(outputs) < len(request.cells):
            outputs.append(CellOutput(stdout.take(), stderr.take()))
        if outputs and (unseen := beside()):
            outputs[-1] = replace(outputs[-1], stderr=outputs[-1].stderr + unseen)
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
    stdout, stderr = map(_Output, STREAMS)
    uncaught: list[str] = []
    before = sys.stdout, sys.stderr, warnings.showwarning

    def collect(message: Warning | str, category: type[Warning], *_: object) -> None:
        uncaught.append(f"{category.__name__}: {message}")

    sys.stdout, sys.stderr, warnings.showwarning = stdout, stderr, collect
    try:
        yield stdout, stderr, uncaught
    finally:
        sys.stdout, sys.stderr, warnings.showwarning = before


@contextmanager
def _beside_python() -> Iterator[Callable[[], str]]:
    """Give a function that says what was written to both streams, but not through `sys`.

    That is what libraries in C, and processes that the sample starts, write.
    """
    kept = [os.dup(stream) for stream in STREAMS]
    with tempfile.TemporaryFile(buffering=0) as file:
        for stream in STREAMS:
            os.dup2(file.fileno(), stream)

        def read() -> str:
            file.seek(0)
            return (file.read(MAX_CHARACTERS) or b"").decode(errors="replace")

        try:
            yield read
        finally:
            for stream, before in zip(STREAMS, kept, strict=True):
                os.dup2(before, stream)
                os.close(before)


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
