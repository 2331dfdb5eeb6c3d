"""The results of all requests of a project: from the store, or run now."""

from collections.abc import Callable, Iterable

from nabla.run.outcome import Request, Run
from nabla.run.runner import Runner
from nabla.run.store import Store

Report = Callable[[int, int], None]
"""Called with how many requests have run, and with how many there are to run."""


class Results:
    """What came of each request: asked of the store first, and run where it is not there."""

    def __init__(self, store: Store | None = None, runner: Runner | None = None):
        self._store = store
        self._runner = runner or Runner()
        self._known: dict[Request, Run] = {}

    def gather(self, requests: Iterable[Request], report: Report | None = None) -> None:
        """Have a Run of each request."""
        missing = [one for one in dict.fromkeys(requests) if not self._recall(one)]
        for done, (request, run) in enumerate(self._runner.run_all(missing), 1):
            self._known[request] = run
            if self._store:
                self._store.save(request, run)
            if report:
                report(done, len(missing))

    def of(self, request: Request) -> Run:
        """Return the Run of one request."""
        if request not in self._known:
            self.gather([request])
        return self._known[request]

    def _recall(self, request: Request) -> bool:
        run = self._known.get(request) or (self._store.load(request) if self._store else None)
        if run:
            self._known[request] = run
        return run is not None
