"""Look at a model of torch while an optimizer trains it to tell two classes of points apart."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from nabla.explorers.border.watch import State, Watched, watch_optimizers
from nabla.explorers.shared.arguments import read_arguments
from nabla.explorers.shared.ground import Row, Rows, as_rows, grid_points
from nabla.explorers.shared.numbers import padded
from nabla.run.outcome import UnseenError

EXAMPLE = "border lesson/name model points=x labels=y loss=loss_fn steps=0,10,100"
MAX_FRAMES = 24
ROOM = 0.1
"""Of the map around the points, relative to how far they spread."""
PARTS = 64
"""Of the map, along each axis, for the border to be found among."""


@dataclass(frozen=True)
class Frame:
    """The model after `step` steps.

    `outputs` are Rows over the map. `wrong` are the positions of the points that the model
    takes for the other class: it takes those for 1 for which its output is positive.
    """

    step: int
    loss: float
    wrong: tuple[int, ...]
    outputs: Rows


@dataclass(frozen=True)
class Training:
    """Frames of a training on `points`, whose classes, 0 or 1, are `labels`.

    `points_name` and `labels_name` are what the code calls them; `xs` and `ys` span the map.
    """

    points_name: str
    labels_name: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    xs: Row
    ys: Row
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class BorderProbe:
    """Observes the Training of the module `name`, a Frame after each of `steps`.

    The code calls its examples `points`, a tensor of shape (n, 2), their classes `labels`,
    n numbers that are 0 or 1, and the function that compares an output with them `loss`.
    """

    name: str
    points: str
    labels: str
    loss: str
    steps: tuple[int, ...]

    def watch(self, code: str) -> AbstractContextManager[Watched]:
        """Return a context in which optimizers keep what they change."""
        return watch_optimizers(frozenset(self.steps))

    def observe(self, namespace: Mapping[str, Any], watched: Watched) -> Training:
        """Return the Training. Raises UnseenError where there is none that can be drawn."""
        points, labels = self._examples(namespace)
        xs, ys = (_parted(column) for column in points.T.tolist())
        model, states = self._states(namespace, watched)
        classes = labels.flatten() == 1
        frames = []
        for step in self.steps:
            outputs = self._outputs(model, states[step], points)
            wrong = ((outputs.flatten() > 0) != classes).nonzero().flatten().tolist()
            ground = self._outputs(model, states[step], points.new_tensor(grid_points(xs, ys)))
            rows = as_rows(xs, ground.flatten().tolist())
            frames.append(Frame(step, self._loss(namespace, outputs, labels), tuple(wrong), rows))
        pairs = tuple((x, y) for x, y in points.tolist())
        ones = tuple(classes.int().tolist())
        return Training(self.points, self.labels, pairs, ones, xs, ys, tuple(frames))

    def _examples(self, namespace: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the points and their labels."""
        import torch

        points, labels = namespace.get(self.points), namespace.get(self.labels)
        if not isinstance(points, torch.Tensor) or points.shape[1:] != (2,):
            raise UnseenError(f"has no tensor `{self.points}` of points, with two columns")
        if not isinstance(labels, torch.Tensor) or labels.numel() != len(points):
            raise UnseenError(f"has no tensor `{self.labels}` with a label for each point")
        if not ((labels == 0) | (labels == 1)).all():
            raise UnseenError(f"has labels in `{self.labels}` other than 0 and 1")
        return points.detach(), labels

    def _states(
        self, namespace: Mapping[str, Any], watched: Watched
    ) -> tuple[Any, dict[int, State]]:
        """Return the model, and its parameters after each step."""
        import torch

        model = namespace.get(self.name)
        if not isinstance(model, torch.nn.Module):
            raise UnseenError(f"has no module `{self.name}`")
        found = watched.states(model)
        if not found:
            raise UnseenError(f"has no optimizer that trains `{self.name}`")
        taken, states = found
        if self.steps[-1] > taken:
            raise UnseenError(f"trains `{self.name}` for {taken} steps, not for {self.steps[-1]}")
        return model, states

    def _loss(self, namespace: Mapping[str, Any], outputs: Any, labels: Any) -> float:
        """Return the loss of outputs."""
        import torch

        compare = namespace.get(self.loss)
        if not callable(compare):
            raise UnseenError(f"has no function `{self.loss}`")
        loss = torch.as_tensor(compare(outputs, labels))
        if loss.numel() != 1:
            raise UnseenError(f"has a function `{self.loss}` that does not return one number")
        return loss.item()

    def _outputs(self, model: Any, state: State, points: Any) -> Any:
        """Return what the model gave for points when its parameters were those of `state`."""
        import torch

        with torch.no_grad():
            outputs = torch.func.functional_call(model, state, (points,))
        if outputs.numel() != len(points):
            raise UnseenError(f"has a module `{self.name}` that gives other than a number a point")
        if not outputs.isfinite().all():
            raise UnseenError(f"has a module `{self.name}` whose output is not finite")
        return outputs


def probe(arguments: Sequence[str]) -> BorderProbe:
    """Return the probe. Raises ValueError, saying how to write them, for other arguments."""
    read = read_arguments(arguments, EXAMPLE, {"points", "labels", "loss", "steps"})
    steps = read.numbers("steps")
    whole = all(step >= 0 and step.is_integer() for step in steps)
    if not whole or sorted(set(steps)) != list(steps) or not 2 <= len(steps) <= MAX_FRAMES:
        raise ValueError(f"write `steps=` with 2 to {MAX_FRAMES} whole numbers that grow")
    points, labels, loss = (read.options[key] for key in ("points", "labels", "loss"))
    return BorderProbe(read.name, points, labels, loss, tuple(map(int, steps)))


def _parted(numbers: Sequence[float]) -> Row:
    """Return numbers at equal distances, from below the least of `numbers` to above the largest."""
    low, high = padded(numbers, ROOM)
    return tuple(low + (high - low) * n / PARTS for n in range(PARTS + 1))
