"""Numbers as explorers show them, alike in Python and in JavaScript."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

DIGITS = 5
NOTHING = 1e-11
"""What is smaller than this, relative to the largest number beside it, is rounding."""


def rounded(numbers: Any) -> Any:
    """Return numbers, in lists of any depth, with five significant digits."""
    return _each(numbers, NOTHING * max(map(abs, _flat(numbers)), default=0))


def shown(value: float) -> str:
    """Return a number as JavaScript writes it, but with a true minus sign."""
    one = rounded(value)
    plain = 1e-6 <= abs(one) < 1e21 or one == 0
    written = f"{Decimal(repr(one)).normalize():f}" if plain else f"{one:g}".replace("e-0", "e-")
    return written.replace("-", "−")


def compact(data: Mapping[str, Any]) -> str:
    """Return data as JSON without spaces."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _each(numbers: Any, nothing: float) -> Any:
    if isinstance(numbers, Sequence):
        return [_each(number, nothing) for number in numbers]
    one = float(f"{numbers:.{DIGITS}g}")
    if abs(one) <= nothing:
        return 0
    return int(one) if one.is_integer() and abs(one) < 1e15 else one


def _flat(numbers: Any) -> list[float]:
    if isinstance(numbers, Sequence):
        return [one for number in numbers for one in _flat(number)]
    return [numbers]
