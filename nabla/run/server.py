"""The process that forks a child per code, so that its client needs no torch.

Its main module is `nabla.run`, not that of the client: children must not run a
client's script again, as multiprocessing would have them do.
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
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from nabla.run import worker
from nabla.run.outcome import Conditions, Failure, Request, Run, Trouble

COURTESY = 10
"""By how much samples give way to the build, which is one process where they are many."""

METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True)
class _Child:
    request: Request
    process: BaseProcess
    deadline: float


@dataclass(frozen=True)
class _Requests:
    """Where requests come from: what `wait` can watch, and what receives one.

    `receive` raises EOFError where there will be no more.
    """

    source: io.BufferedReader | Connection
    receive: Callable[[], Request]


def main(conditions: Conditions, modules: Sequence[str]) -> None:
    """Read pickled Requests from stdin, and write a pickled (Request, Run) for each to stdout.

    Every child is forked with `modules` imported.
    """
    stdin, stdout = _private(0, "rb"), _private(1, "wb")
    replies = io.BufferedWriter(stdout)
    if METHOD == "fork":
        os.register_at_fork(after_in_child=stdin.close)
        os.register_at_fork(after_in_child=stdout.close)
        _prepare(modules)
        os.nice(COURTESY)
    for answer in _runs(multiprocessing.get_context(METHOD), _requests(stdin), conditions):
        pickle.dump(answer, replies)
        replies.flush()


def _prepare(modules: Sequence[str]) -> None:
    """Import `modules`, and have torch do what it does once, when it first prints a tensor.

    Nothing that starts a thread or a device: neither outlives a fork. What is here before
    a fork is no child's garbage; to look for it would copy the memory that all share.
    """
    gc.disable()
    for name in modules:
        with contextlib.suppress(ImportError):  # is for the sample that imports it to say
            importlib.import_module(name)
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(1)
        repr(torch.ones(2, requires_grad=True))
    gc.freeze()
    gc.enable()


def _private(descriptor: int, mode: str) -> io.FileIO:
    """Take a standard stream for this process alone: samples get the null device."""
    stream = io.FileIO(os.dup(descriptor), mode)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return stream


def _requests(stdin: io.FileIO) -> _Requests:
    """Have requests arrive at what `wait` can watch beside the children.

    Where that can be a pipe, no thread reads it: a forked child has the locks that a
    thread held, and not the thread.
    """
    if METHOD == "fork":
        unbuffered = io.BufferedReader(stdin, buffer_size=1)  # of others, `wait` sees not all
        return _Requests(unbuffered, partial(pickle.load, unbuffered))
    receiver, sender = multiprocessing.Pipe(duplex=False)
    reader = io.BufferedReader(stdin)
    threading.Thread(target=_forward, args=(reader, sender), daemon=True).start()
    return _Requests(receiver, receiver.recv)


def _forward(requests: io.BufferedReader, sender: Connection) -> None:
    with contextlib.suppress(EOFError):
        while True:
            sender.send(pickle.load(requests))
    sender.close()


def _runs(context, requests: _Requests, conditions: Conditions) -> Iterator[tuple[Request, Run]]:
    """Yield (Request, Run) as runs end. Returns, and kills what runs, when requests end.

    One thread starts and reaps all children: multiprocessing lets a second one
    take away a child's exit code.
    """
    cores = os.cpu_count() or 1
    waiting: deque[Request] = deque()
    live: dict[Connection, _Child] = {}
    while True:
        while waiting and len(live) < cores:
            receiver, child = _start(context, waiting.popleft(), conditions)
            live[receiver] = child
        nearest = min((child.deadline for child in live.values()), default=None)
        patience = None if nearest is None else max(0, nearest - time.monotonic())
        for ready in wait([requests.source, *live], patience):
            if ready is requests.source:
                try:
                    waiting.append(requests.receive())
                except EOFError:
                    for child in live.values():
                        child.process.kill()
                    return
            else:
                yield _finish(ready, live.pop(ready))
        now = time.monotonic()
        for receiver in [receiver for receiver, child in live.items() if child.deadline <= now]:
            child = live.pop(receiver)
            child.process.kill()
            late = f"is still running after {conditions.limit:g} s"
            receiver.close()
            yield child.request, Run(failure=Failure(Trouble.TIMED_OUT, late))


def _start(context, request: Request, conditions: Conditions) -> tuple[Connection, _Child]:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=worker.serve, args=(sender, *request, conditions), daemon=True)
    process.start()
    sender.close()
    return receiver, _Child(request, process, time.monotonic() + conditions.limit)


def _finish(receiver: Connection, child: _Child) -> tuple[Request, Run]:
    try:
        run = receiver.recv()
        child.process.kill()
    except EOFError:
        child.process.join()
        how = _how_it_ended(child.process.exitcode or 0)
        run = Run(failure=Failure(Trouble.DIED, how))
    child.process.join()
    receiver.close()
    return child.request, run


def _how_it_ended(exitcode: int) -> str:
    if exitcode < 0:
        return f"was killed by {signal.Signals(-exitcode).name}"
    return f"ended its process with exit code {exitcode}"
