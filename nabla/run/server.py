"""The process that forks a child per code, so that its client needs no torch.

Its main module is `nabla.run`, not that of the client: children must not run a
client's script again, as multiprocessing would have them do.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import BinaryIO

from nabla.run import worker
from nabla.run.outcome import Conditions, Failure, Request, Run, Trouble

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@dataclass(frozen=True)
class _Child:
    request: Request
    process: BaseProcess
    deadline: float


def main(conditions: Conditions, modules: Sequence[str]) -> None:
    """Read pickled Requests from stdin, and write a pickled (Request, Run) for each to stdout.

    Every child is forked with `modules` imported.
    """
    requests, replies = _private(0, "rb"), _private(1, "wb")
    context = multiprocessing.get_context(METHOD)
    if METHOD == "forkserver":
        from multiprocessing import forkserver

        context.set_forkserver_preload([*modules, worker.__name__])
        forkserver.ensure_running()
    receiver, sender = context.Pipe(duplex=False)
    threading.Thread(target=_forward, args=(requests, sender), daemon=True).start()
    for answer in _runs(context, receiver, conditions):
        pickle.dump(answer, replies)
        replies.flush()


def _private(descriptor: int, mode: str) -> BinaryIO:
    """Take a standard stream for this process alone: samples get the null device."""
    stream = open(os.dup(descriptor), mode)  # noqa: PTH123, SIM115
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return stream


def _forward(requests: BinaryIO, sender: Connection) -> None:
    """Pass requests on as a Connection, which `wait` can watch on every system."""
    with contextlib.suppress(EOFError):
        while True:
            sender.send(pickle.load(requests))
    sender.close()


def _runs(context, requests: Connection, conditions: Conditions):
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
        for ready in wait([requests, *live], patience):
            if ready is requests:
                try:
                    waiting.append(requests.recv())
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
