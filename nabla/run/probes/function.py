"""Call a function that a sample left behind, and have autograd find its slopes."""

import inspect
import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nabla.run.outcome import UnseenError

VARIABLES = ("x", "y")
COUNTS = {1: "one number", 2: "two numbers"}


@dataclass(frozen=True)
class Seen:
    """A function at a point: its value, and its slope for each of its variables.

    `followed` is false where the value came without a graph: the slopes are then 0,
    which is right for a constant only.
    """

    value: float
    slopes: tuple[float, ...]
    followed: bool


def function_named(name: str, namespace: Mapping[str, Any], takes: int = 1) -> Callable[..., Any]:
    """Return the function `name`. Raises UnseenError where none takes so many numbers."""
    function = namespace.get(name)
    if not callable(function):
        raise UnseenError(f"has no function `{name}`")
    try:
        inspect.signature(function).bind(*range(takes))
    except TypeError:
        raise UnseenError(f"has a function `{name}` that does not take {COUNTS[takes]}") from None
    except ValueError:
        pass  # built in, without a signature
    return function


def variables_of(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    """Return the names of the first `count` parameters, or x, y where it does not tell."""
    try:
        names = tuple(inspect.signature(function).parameters)
    except ValueError:
        names = ()
    return names[:count] if len(names) >= count else VARIABLES[:count]


def look(function: Callable[..., Any], point: Sequence[float]) -> Seen:
    """Call `function` with float64 scalars, one for each variable, and differentiate it.

    The numbers may be infinite or NaN. Raises UnseenError where what is returned
    is not one number.
    """
    import torch

    with torch.enable_grad():
        variables = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in point]
        result = function(*variables)
        if isinstance(result, (int, float)):
            return Seen(float(result), (0.0,) * len(point), False)
        if not isinstance(result, torch.Tensor) or result.numel() != 1 or result.is_complex():
            name = getattr(function, "__name__", "the function")
            raise UnseenError(f"has a function `{name}` that does not return one number")
        if not result.requires_grad:
            return Seen(result.item(), (0.0,) * len(point), False)
        gradients = torch.autograd.grad(result.reshape(()), variables, allow_unused=True)
    slopes = tuple(0.0 if g is None else g.item() for g in gradients)
    return Seen(result.item(), slopes, True)


def look_at_all(
    name: str, function: Callable[..., Any], points: Iterable[Sequence[float]]
) -> list[Seen]:
    """Return what `look` sees at each point.

    Raises UnseenError where a value or a slope is not finite, or where values vary
    although autograd does not follow them, as with `math.sin` or `.item()`.
    """
    seen = []
    for point in points:
        one = look(function, point)
        if not math.isfinite(one.value):
            raise not_finite(name, point)
        if not all(map(math.isfinite, one.slopes)):
            raise UnseenError(f"has a function `{name}` whose slope is not finite at {at(point)}")
        seen.append(one)
    if len({one.value for one in seen if not one.followed}) > 1:
        raise UnseenError(f"has a function `{name}` that varies in a way autograd does not follow")
    return seen


def heights(
    name: str, function: Callable[..., Any], points: Iterable[Sequence[float]]
) -> list[float]:
    """Return the value of `function` at each point, without its slopes.

    Raises UnseenError where one is not finite, or not a number.
    """
    points = list(points)
    one_by_one = (look(function, point).value for point in points)
    found = []
    for point, value in zip(points, _at_once(function, points) or one_by_one, strict=True):
        if not math.isfinite(value):
            raise not_finite(name, point)
        found.append(value)
    return found


def _at_once(function: Callable[..., Any], points: Sequence[Sequence[float]]) -> list[float] | None:
    """Return the values, or None for a function that cannot take all points as one batch.

    As one that asks for `x.item()`, or has its numbers from elsewhere than torch.
    """
    import torch

    columns = torch.tensor(points, dtype=torch.float64).unbind(1)
    with torch.no_grad(), warnings.catch_warnings(action="ignore"), suppress(Exception):
        values = torch.vmap(function)(*columns)
        if values.shape == (len(points),):
            return values.tolist()
    return None


def not_finite(name: str, point: Sequence[float]) -> UnseenError:
    return UnseenError(f"has a function `{name}` that is not finite at {at(point)}")


def at(point: Sequence[float]) -> str:
    """Return a point as messages name it: ``x = 1, y = -2``."""
    pairs = zip(VARIABLES, point, strict=False)
    return ", ".join(f"{variable} = {value:g}" for variable, value in pairs)
