"""Run each distinct code once, each in a process of its own, on every core."""

import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from nabla.run import worker
from nabla.run.outcome import Conditions, Failure, Run, Trouble

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


class Runner:
    """Runs code in child processes and remembers what came of it.

    Children are forked from a server that has imported torch already. A run that
    hangs is killed, and one that dies takes nothing with it.
    """

    def __init__(self, conditions: Conditions | None = None, cores: int | None = None):
        self.conditions = conditions or Conditions()
        self._context = multiprocessing.get_context(METHOD)
        if METHOD == "forkserver":
            self._context.set_forkserver_preload(["__main__", "torch", worker.__name__])
        self._threads = ThreadPoolExecutor(cores or os.cpu_count() or 1)
        self._futures: dict[str, Future[Run]] = {}
        self._live: set[multiprocessing.process.BaseProcess] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def count(self) -> int:
        """How many distinct codes were run."""
        return len(self._futures)

    def warm_up(self) -> None:
        """Start importing torch, in the background."""
        if METHOD == "forkserver":
            from multiprocessing import forkserver

            forkserver.ensure_running()

    def submit(self, code: str) -> Future[Run]:
        """Have `code` run, unless it was before, and return its future Run."""
        with self._lock:
            if code not in self._futures:
                self._futures[code] = self._threads.submit(self._run, code)
            return self._futures[code]

    def result(self, code: str) -> Run:
        """Run `code`, unless it was before, and wait for its Run."""
        return self.submit(code).result()

    def close(self) -> None:
        """Kill what still runs and forget what waits."""
        with self._lock:
            self._closed = True
            live = list(self._live)
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in live:
            with contextlib.suppress(ValueError, OSError):
                process.kill()
        self._threads.shutdown(wait=True)

    def _run(self, code: str) -> Run:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=worker.serve, args=(sender, code, self.conditions), daemon=True
        )
        with self._lock:
            if self._closed:
                return Run(failure=Failure(Trouble.DIED, "was not started"))
            process.start()
            self._live.add(process)
        sender.close()
        try:
            return self._await(process, receiver)
        finally:
            with self._lock:
                self._live.discard(process)
            process.kill()
            process.join()
            receiver.close()

    def _await(self, process: multiprocessing.process.BaseProcess, receiver) -> Run:
        limit = self.conditions.limit
        if not receiver.poll(limit):
            return Run(failure=Failure(Trouble.TIMED_OUT, f"is still running after {limit:g} s"))
        try:
            return receiver.recv()
        except EOFError:
            process.join()
            return Run(failure=Failure(Trouble.DIED, _how_it_ended(process.exitcode or 0)))


def _how_it_ended(exitcode: int) -> str:
    if exitcode < 0:
        return f"was killed by {signal.Signals(-exitcode).name}"
    return f"ended its process with exit code {exitcode}"
