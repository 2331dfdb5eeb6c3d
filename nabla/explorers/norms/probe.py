"""Look at the norms of gradients that a snippet found, layer by layer, for each network."""

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from nabla.explorers.shared.arguments import read_arguments
from nabla.run.outcome import UnseenError

EXAMPLE = "norms lesson/name found"
MOST_ROWS = 6
"""More lines in one drawing cannot be told apart."""
FEWEST_LAYERS = 2

Row = tuple[float, ...]


@dataclass(frozen=True)
class Norms:
    """A norm for each layer, from the first to the last, of each network."""

    rows: tuple[tuple[str, Row], ...]

    @property
    def layers(self) -> int:
        """How many layers each network has."""
        return len(self.rows[0][1])


@dataclass(frozen=True)
class NormsProbe:
    """Observes the Norms that a snippet left under `name`: a dict of rows by network."""

    name: str

    def watch(self, code: str) -> AbstractContextManager[None]:
        """Return a context that watches nothing."""
        return nullcontext()

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Norms:
        """Return the Norms. Raises UnseenError where there are none that can be drawn."""
        found = namespace.get(self.name)
        if not isinstance(found, Mapping):
            raise UnseenError(f"has no dict `{self.name}`")
        if not 1 <= len(found) <= MOST_ROWS:
            raise self._error(f"of {len(found)} rows; from 1 to {MOST_ROWS} can be drawn")
        rows = tuple((str(key), self._row(str(key), row)) for key, row in found.items())
        lengths = {len(row) for _, row in rows}
        if len(lengths) > 1 or min(lengths) < FEWEST_LAYERS:
            raise self._error("whose rows are not as long as each other, or too short")
        return Norms(rows)

    def _row(self, key: str, numbers: Any) -> Row:
        """Return a row. Raises UnseenError where it has no place on a logarithmic axis."""
        if not isinstance(numbers, Iterable) or isinstance(numbers, str):
            raise self._error(f"whose row `{key}` is no list of numbers")
        try:
            row = tuple(map(float, numbers))
        except (TypeError, ValueError):
            raise self._error(f"whose row `{key}` is no list of numbers") from None
        for number in row:
            if not (math.isfinite(number) and number > 0):
                raise self._error(f"whose row `{key}` has {number:g}, which has no logarithm")
        return row

    def _error(self, which: str) -> UnseenError:
        return UnseenError(f"has a dict `{self.name}` {which}")


def probe(arguments: Sequence[str]) -> NormsProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    return NormsProbe(read_arguments(arguments, EXAMPLE, set()).name)
