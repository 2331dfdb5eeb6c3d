"""Run each distinct code once, each in a process of its own, on every core."""

import atexit
import contextlib
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from nabla.run.memory import Memory
from nabla.run.outcome import Conditions, Failure, Probe, Request, Run, Trouble
from nabla.run.worker import NUMPY, TORCH, used

PACKAGE = Path(__file__).parents[2]
MODULES = {
    "torch": TORCH,
    "numpy.random": NUMPY,
    "torch._dynamo": re.compile(r"\boptim\b|\bfunc\b"),
    "torch._decomp.decompositions_for_jvp": re.compile(r"\b(hessian|jacfwd|jvp)\b"),
    "matplotlib.pyplot": re.compile(r"\bmatplotlib\b"),
}
"""What samples import, and by what they are known: up to two seconds for each child.

Optimizers and torch.func import torch._dynamo when first used, and forward mode
what it is made of.
"""

LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
"""How the GNU C library takes memory in pages of 2 MB; others ignore it.

To fork is to copy the table of all pages, and with torch there are 50,000 small ones.
"""


class Runner:
    """Runs code in child processes and remembers what came of it.

    Children are forked by a server that has imported what they need already. A run that
    hangs is killed, and one that dies takes nothing with it. What a `memory` holds is
    not run again.
    """

    def __init__(self, conditions: Conditions | None = None, memory: Memory | None = None):
        self.conditions = conditions or Conditions()
        self._memory = memory
        self._futures: dict[Request, Future[Run]] = {}
        self._lock = threading.Lock()
        self._server: subprocess.Popen | None = None
        self._modules: tuple[str, ...] = ()
        self._unsent: SimpleQueue[Request | None] = SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(prefix="nabla-")

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def count(self) -> int:
        """How many distinct runs there were."""
        return len(self._futures)

    def submit(self, code: str, probe: Probe | None = None) -> Future[Run]:
        """Have `code` run, unless it was before, and return its future Run."""
        request = (code, probe)
        with self._lock:
            if request not in self._futures:
                self._futures[request] = Future()
                if known := self._memory and self._memory.recall(request):
                    self._futures[request].set_result(known)
                else:
                    self._modules = self._modules or used_by([request])
                    self._send(request)
            return self._futures[request]

    def submit_all(self, requests: Iterable[Request]) -> dict[Request, Future[Run]]:
        """Have every code run, and return the future Run of each.

        A server that starts for them imports what many of them need.
        """
        requests = list(requests)
        self._modules = used_by(requests)
        return {request: self.submit(*request) for request in requests}

    def result(self, code: str, probe: Probe | None = None) -> Run:
        """Run `code`, unless it was before, and wait for its Run."""
        return self.submit(code, probe).result()

    def keep(self) -> None:
        """Have the memory keep all runs, once they ended."""
        if self._memory:
            for request, future in self._futures.items():
                self._memory.keep(request, future.result())

    def close(self) -> None:
        """Kill what still runs, and give what waits up."""
        atexit.unregister(self.close)
        if self._server:
            with contextlib.suppress(OSError):
                if sys.platform != "win32":
                    os.killpg(self._server.pid, signal.SIGKILL)
            self._unsent.put(None)
            self._writer.join()
            with contextlib.suppress(OSError):
                self._server.stdin.close()
            self._server.wait()
            self._listener.join()
        self._folder.cleanup()

    def _serve(self) -> None:
        if self._server is None:
            seed, limit = str(self.conditions.seed), str(self.conditions.limit)
            paths = [str(PACKAGE), os.environ.get("PYTHONPATH", "")]
            self._server = subprocess.Popen(
                [sys.executable, "-m", "nabla.run", seed, limit, *self._modules],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=self._folder.name,
                env={
                    **os.environ,
                    **(LARGE_PAGES if sys.platform == "linux" else {}),
                    "PYTHONHASHSEED": seed,
                    "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                },
                # Ctrl-C is for the client, which then closes. Not a session of its own: Linux
                # shares a core between sessions first, whatever the priorities within them.
                process_group=0,
            )
            self._listener = threading.Thread(target=self._listen, daemon=True)
            self._listener.start()
            self._writer = threading.Thread(target=self._write, daemon=True)
            self._writer.start()
            atexit.register(self.close)  # where a build ends before it could

    def _send(self, request: Request) -> None:
        self._serve()
        self._unsent.put(request)

    def _write(self) -> None:
        """Write to the server in a thread of its own: while it imports, it does not read."""
        for request in iter(self._unsent.get, None):
            try:
                pickle.dump(request, self._server.stdin)
                self._server.stdin.flush()
            except OSError:
                self._give_up([request])

    def _listen(self) -> None:
        """Hand each Run to whoever waits for it, until the server ends, maybe amid a reply."""
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                request, run = pickle.load(self._server.stdout)
                self._futures[request].set_result(run)
        self._give_up(self._futures)

    def _give_up(self, requests: Iterable[Request]) -> None:
        never = Failure(Trouble.DIED, "was not run: the server of samples ended")
        with self._lock:
            for request in requests:
                if not self._futures[request].done():
                    self._futures[request].set_result(Run(failure=never))


def used_by(requests: Iterable[Request]) -> tuple[str, ...]:
    """Return those of MODULES that some request is known to use."""
    texts = [used(*request) for request in requests]
    return tuple(m for m, pattern in MODULES.items() if any(map(pattern.search, texts)))
