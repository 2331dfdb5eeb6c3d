"""The inside of a child process: run one sample and send back what came of it."""

import io
import linecache
import random
import re
import signal
import sys
import traceback
import warnings
from contextlib import nullcontext
from multiprocessing.connection import Connection

from nabla.run.outcome import Conditions, Failure, Probe, Run, Trouble, UnseenError

FILENAME = "<sample>"
LONGEST = 20_000
"""Characters that a sample may print."""
TORCH = re.compile(r"\btorch\b")
NUMPY = re.compile(r"\b(numpy|torch)\b")
"""By what code that uses a module with random numbers is known."""


class OutputTooLong(BaseException):
    """Not an Exception, so that a sample's own `except` does not swallow it."""


class _Output(io.StringIO):
    def write(self, text: str) -> int:
        written = super().write(text)
        if self.tell() > LONGEST:
            raise OutputTooLong
        return written


def serve(connection: Connection, code: str, probe: Probe | None, conditions: Conditions) -> None:
    """Run `code` and send its Run through `connection`."""
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.alarm(int(conditions.limit) + 5)  # should the parent be gone by then
    connection.send(run(code, probe, conditions))


def run(code: str, probe: Probe | None, conditions: Conditions) -> Run:
    """Execute `code` as a script in this process, and have `probe` look at it."""
    _seed(conditions.seed, used(code, probe))
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(True), FILENAME)
    output = _Output()
    uncaught: list[str] = []
    shown = warnings.showwarning
    stdout, sys.stdout = sys.stdout, output
    warnings.showwarning = lambda message, category, *_: uncaught.append(
        f"{category.__name__}: {message}"
    )
    failure = observed = None
    namespace = {"__name__": "__main__"}
    try:
        with probe.watch() if probe else nullcontext() as watched:
            exec(compile(code, FILENAME, "exec"), namespace)
        if probe:
            observed = probe.observe(namespace, watched)
    except UnseenError as error:
        failure = Failure(Trouble.UNSEEN, str(error))
    except OutputTooLong:
        failure = Failure(Trouble.TOO_LONG, f"prints more than {LONGEST} characters")
    except BaseException as error:  # SystemExit and KeyboardInterrupt included
        failure = Failure(Trouble.RAISED, _message(error), _line(error))
    finally:
        sys.stdout = stdout
        warnings.showwarning = shown
    return Run(output.getvalue()[:LONGEST], tuple(uncaught), failure, observed)


def used(code: str, probe: Probe | None) -> str:
    """Return the text by which it is known what a run uses: probes use torch."""
    return f"{code}\nimport torch" if probe else code


def _seed(seed: int, text: str) -> None:
    random.seed(seed)
    if "numpy" in sys.modules or NUMPY.search(text):
        import numpy

        numpy.random.seed(seed)
    if "torch" in sys.modules or TORCH.search(text):
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
