"""What is asked of a run, and what comes of it."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol


class Trouble(Enum):
    """Why a run did not end as it should."""

    RAISED = "raised"
    TIMED_OUT = "timed out"
    DIED = "died"
    TOO_LONG = "too long"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Failure:
    """How a run failed. `line` counts within the code, from 1; 0 where unknown."""

    trouble: Trouble
    message: str
    line: int = 0


@dataclass(frozen=True)
class CellOutput:
    """What one cell gave.

    `plots` are figures of matplotlib as SVG. `value` is the text of a bare last line's
    value, which a notebook would show; only cells of a notebook are looked at for it.
    """

    stdout: str = ""
    stderr: str = ""
    plots: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class Run:
    """What came of running the cells of a request, up to the one that failed, if one did.

    `warnings` are those nobody caught; `observed` is what a Probe saw, where one was sent.
    """

    cells: tuple[CellOutput, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    observed: Any = None

    @property
    def stdout(self) -> str:
        return "".join(cell.stdout for cell in self.cells)


class UnseenError(Exception):
    """What a probe was to look at is not there, or not of a kind that it can look at."""


class Probe(Protocol):
    """Looks at a sample while it runs and after, within its process.

    Probes are compared and pickled, so they are frozen dataclasses. They import torch
    inside their methods only: they are made in a process that has none.
    """

    def watch(self, code: str) -> AbstractContextManager[Any]:
        """Return the context in which the code is to run.

        Entering it raises UnseenError where the probe cannot look at such code.
        """
        ...

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Any:
        """Return what the probe saw, given the names that the code left.

        Raises UnseenError where it is not there.
        """
        ...


@dataclass(frozen=True)
class Request:
    """Cells of code to run one after another in one namespace, and a probe to look at them.

    `notebook` asks for the value of each cell's bare last line.
    """

    cells: tuple[str, ...]
    probe: Probe | None = None
    notebook: bool = False

    @property
    def code(self) -> str:
        return "".join(self.cells)


@dataclass(frozen=True)
class Conditions:
    """What may differ between two runs without changing an honest result.

    `seed` is given to every random generator before the code starts, so that code
    which does not seed its own shows it. `limit` is in seconds by the clock.
    """

    seed: int = 1
    limit: float = field(default_factory=lambda: float(os.environ.get("NABLA_LIMIT", "60")))
