"""The process that forks a child per request, so that who asks for runs needs no torch.

It reads batches of requests from its standard input until that ends, and writes each
Run as it ends. Its main module is `nabla.run`, not that of whoever started it:
children must not run that script again, as multiprocessing would have them do.
"""

import contextlib
import gc
import importlib
import io
import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from nabla.run import child
from nabla.run.outcome import Conditions, Failure, Request, Run, Trouble

METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True)
class Batch:
    """Requests to run, and the modules to import before any child is forked."""

    requests: tuple[Request, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class _Child:
    index: int
    process: BaseProcess
    deadline: float


def main(conditions: Conditions) -> None:
    """Answer each Batch on stdin with pairs (index of the request, Run) on stdout, pickled."""
    source, target = _keep_for_this_process(0, "rb"), _keep_for_this_process(1, "wb")
    stdin, stdout = io.BufferedReader(source), io.BufferedWriter(target)
    if METHOD == "fork":
        os.register_at_fork(after_in_child=source.close)
        os.register_at_fork(after_in_child=target.close)
    with contextlib.suppress(EOFError, OSError):  # no process can be started, say
        while True:
            batch: Batch = pickle.load(stdin)
            if METHOD == "fork":
                _preload(batch.modules)
            for answer in _run_all(batch.requests, conditions, source):
                pickle.dump(answer, stdout)
                stdout.flush()


def _preload(modules: Sequence[str]) -> None:
    """Import only modules that start no threads: these do not outlive a fork.

    Freezes the garbage collector: a collection in a child would write to, and so copy,
    every page of memory that all share.
    """
    gc.disable()
    for name in modules:
        with contextlib.suppress(ImportError):  # the sample that imports it will say so
            importlib.import_module(name)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
        repr(torch.ones(2, requires_grad=True))  # prepares the printing of tensors
    gc.freeze()
    gc.enable()


def _keep_for_this_process(descriptor: int, mode: str) -> io.FileIO:
    """Take a standard stream for this process alone: samples get the null device."""
    stream = io.FileIO(os.dup(descriptor), mode)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return stream


def _run_all(
    requests: Sequence[Request], conditions: Conditions, stdin: io.FileIO
) -> Iterator[tuple[int, Run]]:
    """Yield (index, Run) as runs end. Raises EOFError, and kills what runs, when stdin ends.

    One thread starts and reaps all children: multiprocessing lets a second one take
    away a child's exit code.
    """
    context = multiprocessing.get_context(METHOD)
    cores = os.cpu_count() or 1
    waiting = deque(enumerate(requests))
    live: dict[Connection, _Child] = {}
    hangs_up = [stdin.fileno()] if METHOD == "fork" else []  # elsewhere none can be waited for
    try:
        while waiting or live:
            while waiting and len(live) < cores:
                receiver, started = _start(context, *waiting.popleft(), conditions)
                live[receiver] = started
            nearest = min(started.deadline for started in live.values())
            for ready in wait([*hangs_up, *live], max(0, nearest - time.monotonic())):
                if not isinstance(ready, Connection):
                    raise EOFError
                yield _finish(ready, live.pop(ready))
            now = time.monotonic()
            for receiver in [one for one, started in live.items() if started.deadline <= now]:
                late = live.pop(receiver)
                _end(late, receiver)
                message = f"is still running after {conditions.limit:g} s"
                yield late.index, Run(failure=Failure(Trouble.TIMED_OUT, message))
    finally:
        for receiver, started in live.items():
            _end(started, receiver)


def _start(
    context: Any, index: int, request: Request, conditions: Conditions
) -> tuple[Connection, _Child]:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=child.serve, args=(sender, request, conditions))
    process.start()
    sender.close()
    return receiver, _Child(index, process, time.monotonic() + conditions.limit)


def _finish(receiver: Connection, ended: _Child) -> tuple[int, Run]:
    try:
        run: Run = receiver.recv()
    except EOFError:
        ended.process.join()
        message = _how_it_ended(ended.process.exitcode or 0)
        run = Run(failure=Failure(Trouble.DIED, message))
    _end(ended, receiver)
    return ended.index, run


def _end(started: _Child, receiver: Connection) -> None:
    """Kill a child and the processes that it started."""
    group = started.process.pid  # of which the child made itself the head; 0 would be our own
    if group and sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    started.process.kill()
    started.process.join()
    receiver.close()


def _how_it_ended(exitcode: int) -> str:
    if exitcode < 0:
        return f"was killed by {signal.Signals(-exitcode).name}"
    return f"ended its process with exit code {exitcode}"
