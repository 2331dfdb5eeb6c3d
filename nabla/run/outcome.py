"""What came of running a sample."""

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
class Run:
    """What a sample printed, the warnings nobody caught, and how it failed, if it did.

    `observed` is what a Probe saw, where one was sent along.
    """

    stdout: str = ""
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    observed: Any = None


class UnseenError(Exception):
    """What a probe was to look at is not there, or not of a kind that it can look at."""


class Probe(Protocol):
    """Looks at a sample while it runs and after, within its process.

    Probes are compared and pickled, so they are frozen dataclasses. They import
    torch inside their methods only: the client makes them without it.
    """

    def watch(self) -> AbstractContextManager[Any]:
        """Return the context in which the code is to run."""

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Any:
        """Return what is to be known, given the names that the code left.

        Raises UnseenError where it is not there.
        """


Request = tuple[str, Probe | None]
"""Code, and what is to look at it."""


@dataclass(frozen=True)
class Conditions:
    """What may differ between two runs without changing an honest result.

    `seed` is given to every random generator before the code starts, so that code
    which does not seed its own shows it.
    """

    seed: int = 1
    limit: float = field(default_factory=lambda: float(os.environ.get("NABLA_LIMIT", "60")))
    """Seconds a run may take, by the clock: a busy machine leaves it few of them."""
