"""What came of running a sample."""

import os
from dataclasses import dataclass, field
from enum import Enum


class Trouble(Enum):
    """Why a run did not end as it should."""

    RAISED = "raised"
    TIMED_OUT = "timed out"
    DIED = "died"
    TOO_LONG = "too long"


@dataclass(frozen=True)
class Failure:
    """How a run failed. `line` counts within the code, from 1; 0 where unknown."""

    trouble: Trouble
    message: str
    line: int = 0


@dataclass(frozen=True)
class Run:
    """What a sample printed, the warnings nobody caught, and how it failed, if it did."""

    stdout: str = ""
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True)
class Conditions:
    """What may differ between two runs without changing an honest result.

    `seed` is given to every random generator before the code starts, so that code
    which does not seed its own shows it.
    """

    seed: int = 1
    limit: float = field(default_factory=lambda: float(os.environ.get("NABLA_LIMIT", "30")))
    """Seconds a run may take."""
