"""Call a function that a snippet left behind, and have autograd find its slopes."""

import inspect
import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from nabla.run.outcome import UnseenError

VARIABLES = ("x", "y")
COUNTS = {1: "one number", 2: "two numbers"}

Points = Iterable[Sequence[float]]


@dataclass(frozen=True)
class Evaluation:
    """A function at a point: its value, and its slope for each of its variables.

    `followed` is false where the value came without a graph: the slopes are then 0,
    which is right for a constant only.
    """

    value: float
    slopes: tuple[float, ...]
    followed: bool


@dataclass(frozen=True)
class Function:
    """The function that a snippet calls `name`, taking one float64 scalar for each variable."""

    name: str
    call: Callable[..., Any]

    def variables(self, count: int) -> tuple[str, ...]:
        """Return the names of the first `count` parameters, or x, y where it does not tell."""
        try:
            names = tuple(inspect.signature(self.call).parameters)
        except ValueError:
            names = ()
        return names[:count] if len(names) >= count else VARIABLES[:count]

    def evaluate(self, point: Sequence[float]) -> Evaluation:
        """Return value and slopes at a point; they may be infinite or NaN.

        Raises UnseenError where what is returned is not one number.
        """
        import torch

        with torch.enable_grad():
            variables = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in point]
            result = self.call(*variables)
            if isinstance(result, (int, float)):
                return Evaluation(float(result), (0.0,) * len(point), False)
            if not isinstance(result, torch.Tensor) or result.numel() != 1 or result.is_complex():
                raise self.error("that does not return one number")
            if not result.requires_grad:
                return Evaluation(result.item(), (0.0,) * len(point), False)
            gradients = torch.autograd.grad(result.reshape(()), variables, allow_unused=True)
        slopes = tuple(0.0 if g is None else g.item() for g in gradients)
        return Evaluation(result.item(), slopes, True)

    def evaluate_all(self, points: Points) -> list[Evaluation]:
        """Return value and slopes at each point.

        Raises UnseenError where one is not finite, or where values vary although
        autograd does not follow them, as with `math.sin` or `.item()`.
        """
        found = []
        for point in points:
            one = self.evaluate(point)
            self.check_finite(one.value, point)
            if not all(map(math.isfinite, one.slopes)):
                raise self.error(f"whose slope is not finite at {format_point(point)}")
            found.append(one)
        if len({one.value for one in found if not one.followed}) > 1:
            raise self.error("that varies in a way autograd does not follow")
        return found

    def values(self, points: Points) -> list[float]:
        """Return the value at each point. Raises UnseenError where one is not finite."""
        points = list(points)
        one_by_one = (self.evaluate(point).value for point in points)
        found = []
        for point, value in zip(points, self._batch(points) or one_by_one, strict=True):
            self.check_finite(value, point)
            found.append(value)
        return found

    def _batch(self, points: Sequence[Sequence[float]]) -> list[float] | None:
        """Return the values, or None for a function that cannot take all points as one batch.

        As one that asks for `x.item()`, or has its numbers from elsewhere than torch.
        """
        import torch

        columns = torch.tensor(points, dtype=torch.float64).unbind(1)
        with torch.no_grad(), warnings.catch_warnings(action="ignore"), suppress(Exception):
            values = torch.vmap(self.call)(*columns)
            if values.shape == (len(points),):
                return values.tolist()
        return None

    def check_finite(self, value: float, point: Sequence[float]) -> None:
        """Raise UnseenError where `value`, found at `point`, is not finite."""
        if not math.isfinite(value):
            raise self.error(f"that is not finite at {format_point(point)}")

    def error(self, which: str) -> UnseenError:
        """Return the error that says what is wrong with the function."""
        return UnseenError(f"has a function `{self.name}` {which}")


@dataclass(frozen=True)
class FunctionProbe:
    """Looks at the function `name` once the code has run.

    `called` is the letter of its value, where the lesson has one that the code has not.
    """

    name: str
    called: str = field(default="", kw_only=True)

    def watch(self, code: str) -> AbstractContextManager[None]:
        """Return a context that watches nothing."""
        return nullcontext()

    def find(self, namespace: Mapping[str, Any], takes: int = 1) -> Function:
        """Return the function. Raises UnseenError where none takes so many numbers."""
        call = namespace.get(self.name)
        if not callable(call):
            raise UnseenError(f"has no function `{self.name}`")
        function = Function(self.name, call)
        try:
            inspect.signature(call).bind(*range(takes))
        except TypeError:
            raise function.error(f"that does not take {COUNTS[takes]}") from None
        except ValueError:
            pass  # built in, without a signature
        return function


def format_point(point: Sequence[float]) -> str:
    """Return a point as messages name it: ``x = 1, y = -2``."""
    pairs = zip(VARIABLES, point, strict=False)
    return ", ".join(f"{variable} = {value:g}" for variable, value in pairs)
