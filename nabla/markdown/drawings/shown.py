"""Numbers as explorers show them, alike in Python and in JavaScript."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

DIGITS = 5
NOISE = 1e-11
"""What is smaller than this, relative to the largest number beside it, is a rounding error."""


def rounded(numbers: Any) -> Any:
    """Return a number, or each one in sequences of any depth, with five significant digits."""
    if isinstance(numbers, Sequence):
        return [rounded(number) for number in numbers]
    one = float(f"{numbers:.{DIGITS}g}")
    return int(one) if one.is_integer() and abs(one) < 1e15 else one


def without_noise(numbers: Any) -> Any:
    """Return numbers, in sequences of any depth, with 0 for what is a rounding error."""
    noise = NOISE * max(map(abs, _flat(numbers)), default=0)
    return _cleared(numbers, noise)


def shown(value: float) -> str:
    """Return a number as JavaScript writes it, but with a true minus sign."""
    one = rounded(value)
    plain = 1e-6 <= abs(one) < 1e21 or one == 0
    written = f"{Decimal(repr(one)).normalize():f}" if plain else f"{one:g}".replace("e-0", "e-")
    return written.replace("-", "−")


def compact(data: Mapping[str, Any]) -> str:
    """Return data as JSON without spaces."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _cleared(numbers: Any, noise: float) -> Any:
    if isinstance(numbers, Sequence):
        return tuple(_cleared(number, noise) for number in numbers)
    return 0.0 if abs(numbers) <= noise else numbers


def _flat(numbers: Any) -> list[float]:
    if isinstance(numbers, Sequence):
        return [one for number in numbers for one in _flat(number)]
    return [numbers]
