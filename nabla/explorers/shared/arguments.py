"""Read the arguments of a directive: a name, then options such as ``x=-2..2``."""

import math
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

RANGE = re.compile(r"(.+?)\.\.(.+)")


@dataclass(frozen=True)
class Arguments:
    """Each method reads one option, and raises ValueError saying how it is written."""

    name: str
    options: dict[str, str]

    @property
    def called(self) -> str:
        """The letter of ``as=L``, by which the lesson calls the value of the function."""
        return self.options.get("as", "")

    def number(self, key: str) -> float:
        return self.numbers(key, 1)[0]

    def numbers(self, key: str, count: int | None = None) -> tuple[float, ...]:
        """Return the numbers of ``key=1,2,3``: `count` of them, or else one or more."""
        kind = {None: "numbers", 1: "a number", 2: "two numbers"}[count]
        parts = self.options[key].split(",")
        found = tuple(_number(part, f"write `{key}=` with {kind}") for part in parts)
        if count not in {None, len(found)}:
            raise ValueError(f"write `{key}=` with {kind}")
        return found

    def range(self, key: str) -> tuple[float, float]:
        """Return the ends of ``key=-2..2``."""
        how = f"write `{key}=` with a range, as in `{key}=-2..2`"
        match = RANGE.fullmatch(self.options[key])
        if not match:
            raise ValueError(how)
        low, high = _number(match[1], how), _number(match[2], how)
        if low >= high:
            raise ValueError(how)
        return low, high


def read_arguments(
    arguments: Sequence[str], example: str, required: Set[str], optional: Set[str] = frozenset()
) -> Arguments:
    """Read ``name key=value …``; the option ``as`` can always be given.

    Raises ValueError, which shows `example`, where it is not so.
    """
    how = f"write it as `{example}`"
    if not arguments or not arguments[0].isidentifier():
        raise ValueError(how)
    pairs = [argument.partition("=") for argument in arguments[1:]]
    options = {key: value for key, _, value in pairs}
    repeated = len(options) < len(pairs)
    if repeated or not required <= options.keys() <= required | optional | {"as"}:
        raise ValueError(how)
    if not options.get("as", "y").isidentifier():
        raise ValueError("write `as=` with a letter, as in `as=L`")
    return Arguments(arguments[0], options)


def on_grid(value: float, samples: Sequence[float], key: str) -> float:
    """Return the sample that is `value`. Raises ValueError where none is."""
    nearest = min(samples, key=lambda sample: abs(sample - value))
    if not math.isclose(nearest, value, abs_tol=1e-9):
        raise ValueError(
            f"write `{key}=` with a number from {samples[0]:g} to {samples[-1]:g} "
            f"in steps of {samples[1] - samples[0]:g}"
        )
    return nearest


def _number(text: str, how: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(how) from None
    if not math.isfinite(value):
        raise ValueError(how)
    return value
