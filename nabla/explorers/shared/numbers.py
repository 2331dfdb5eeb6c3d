"""Numbers of a drawing: rounded, free of noise, and written as its language writes them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Range = tuple[float, float]

SIGNIFICANT_DIGITS = 5
NOISE = 1e-11
"""What is smaller than this, relative to the largest number beside it, is a rounding error."""
PLAIN = (0.001, 1000)
"""Between these, and at 0, a number is written without a power of ten."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TICK_STEPS = (1, 2, 5, 10)
SAMPLE_STEPS = (1, 2, 2.5, 5, 10)


def rounded(numbers: Any, digits: int = SIGNIFICANT_DIGITS) -> Any:
    """Return a number, or each one in sequences of any depth, with so many significant digits."""
    if isinstance(numbers, Sequence):
        return [rounded(number, digits) for number in numbers]
    one = float(f"{numbers:.{digits}g}")
    return int(one) if one.is_integer() and abs(one) < 1e15 else one


def format_number(value: float, decimal: str = ".", digits: int = SIGNIFICANT_DIGITS) -> str:
    """Return a number as JavaScript writes it, with a true minus sign and this decimal sign.

    `explorer.js` has `formatNumber` too.
    """
    one = rounded(value, digits)
    plain = 1e-6 <= abs(one) < 1e21 or one == 0
    written = f"{Decimal(repr(one)).normalize():f}" if plain else f"{one:g}".replace("e-0", "e-")
    return written.replace("-", "−").replace(".", decimal)


def power_of_ten(exponent: int) -> str:
    """Return 10 to this exponent, as it is written in mathematics."""
    return "10" + str(exponent).translate(RAISED)


@dataclass(frozen=True)
class Notation:
    """How a language writes numbers: its decimal sign, what stands between two, and products."""

    decimal: str = "."
    between: str = ", "
    times: str = "·"
    digits: int = SIGNIFICANT_DIGITS

    @classmethod
    def of(cls, words: Mapping[str, Any], digits: int = SIGNIFICANT_DIGITS) -> "Notation":
        """Return the notation of a language."""
        return cls(**words["numbers"], digits=digits)

    def number(self, value: float) -> str:
        """Return a number as `format_number` writes it."""
        return format_number(value, self.decimal, self.digits)

    def scientific(self, value: float) -> str:
        """Return a number, as a product with a power of ten where it is very large or small."""
        if value == 0 or PLAIN[0] <= abs(value) < PLAIN[1]:
            return self.number(value)
        factor, exponent = f"{value:.{self.digits - 1}e}".split("e")
        return f"{self.number(float(factor))} {self.times} {power_of_ten(int(exponent))}"

    def numbers(self, **values: float) -> dict[str, str]:
        """Return numbers under their names."""
        return {name: self.number(value) for name, value in values.items()}

    def point(self, *coordinates: float) -> str:
        """Return a point or a vector, in brackets."""
        return f"({self.between.join(map(self.number, coordinates))})"


def without_noise(numbers: Any) -> Any:
    """Return numbers, in sequences of any depth, with 0 for what is a rounding error."""

    def cleared(one: Any) -> Any:
        if isinstance(one, Sequence):
            return tuple(map(cleared, one))
        return 0.0 if abs(one) <= noise else one

    noise = NOISE * _largest(numbers)
    return cleared(numbers)


def _largest(numbers: Any) -> float:
    if isinstance(numbers, Sequence):
        return max(map(_largest, numbers), default=0)
    return abs(numbers)


def padded(values: Iterable[float], part: float = 0.08) -> Range:
    """Return a range that holds `values`, with room beyond them: a part of their spread."""
    found = tuple(values)
    low, high = min(found), max(found)
    room = part * (high - low) or max(1, abs(high)) / 2
    return low - room, high + room


def ticks(ends: Range, most: int) -> tuple[float, ...]:
    """Return up to `most` round numbers at equal distances between two ends."""
    step = _step(ends[1] - ends[0], most, TICK_STEPS)
    low, high = (Decimal(repr(end)) / step for end in ends)
    return tuple(float(i * step) for i in range(math.ceil(low), math.floor(high) + 1))


def samples(ends: Range, most: int) -> tuple[float, ...]:
    """Return up to `most` numbers from one end to the other, at a round distance.

    Raises ValueError where no such distance divides the range.
    """
    low, high = (Decimal(str(end)) for end in ends)
    step = _step(ends[1] - ends[0], most, SAMPLE_STEPS)
    if (high - low) % step:
        raise ValueError(f"choose ends that are a multiple of {step:f} apart")
    return tuple(float(low + i * step) for i in range(int((high - low) / step) + 1))


def _step(length: float, most: int, choices: Sequence[float]) -> Decimal:
    """Return the least of 10ⁿ times `choices` of which at most `most` − 1 fit in `length`."""
    least = length / (most - 1)
    power = Decimal(10) ** math.floor(math.log10(least))
    sizes = (Decimal(str(choice)) * power for choice in choices)
    return next(size for size in sizes if float(size) >= least * (1 - 1e-9))
