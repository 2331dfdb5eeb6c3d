"""Read the autograd graph of a variable, as it was and as torch's own engine walks it.

The structure is that of `grad_fn` and `next_functions`; values are those that the
operations of this graph made and used; gradients are those of the program's own last
backward pass from the variable with ones or, where it made none, of one that torch
makes when the program has ended.
"""

import contextlib
import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nabla.run.outcome import UnseenError

LEAF = "leaf"
COMPILES = re.compile(r"\btorch\.compile\b|\bfrom torch import\b.*\bcompile\b")


@dataclass(frozen=True)
class Values:
    """A tensor: its shape, and its elements in row-major order."""

    shape: tuple[int, ...]
    elements: tuple[float | complex, ...]


@dataclass(frozen=True)
class Node:
    """An operation or a leaf.

    `op` is the name of the `grad_fn`, or ``leaf``. `name` is the variable that
    holds its result, where one does. `values` and `gradients` have an entry for
    each result of the operation. A value is None where it is not known, a gradient
    where torch has none: not on the way, or None by the program's own function.

    `arrived` is empty, or where hooks changed gradients, these as they were before.
    """

    op: str
    name: str
    values: tuple[Values | None, ...]
    gradients: tuple[Values | None, ...]
    arrived: tuple[Values | None, ...] = ()


@dataclass(frozen=True)
class Edge:
    """Data that go from one node to another; both are positions among the nodes.

    `local` is the derivative of the target with respect to this input: the
    vector–Jacobian product of the operation with ones, and so, for scalars, the
    derivative itself. It is None where it is not known. `flow` is what this edge adds
    to the gradient of the source, None where the operation gives it none.

    `product` is whether, for scalars, the flow is the first gradient of the target
    times `local`: not so where a hook of the operation changes what flows, where
    its way back is not linear, or not in the complex numbers.
    """

    source: int
    target: int
    local: Values | None
    flow: Values | None
    product: bool = True


@dataclass(frozen=True)
class Graph:
    """The graph of `variable`; `nodes` are in an order in which they can be computed."""

    variable: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class GraphProbe:
    """Observes the Graph of the tensor that `variable` names when the code has run."""

    variable: str

    @contextlib.contextmanager
    def watch(self, code: str) -> Iterator[Any]:
        """Record values and gradients. The program does what it does without this.

        Raises UnseenError for a program with `torch.compile`: what that makes of a function
        is one operation, and what it traces must not be recorded.
        """
        if COMPILES.search(code):
            raise UnseenError("uses `torch.compile`, which leaves no graph of its operations")
        from nabla.explorers.graph.engine import Engine
        from nabla.explorers.graph.record import Journal, Recorder

        recorder = Recorder(Journal())
        engine = Engine(self.variable, recorder)
        with engine.watching(), recorder:
            yield engine

    def observe(self, namespace: Mapping[str, Any], watched: Any) -> Graph:
        """Return the graph. Raises UnseenError where there is none, or none that is right.

        The program's own hooks and functions may be called; what they print is lost.
        """
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            from nabla.explorers.graph.read import read_graph

            return read_graph(self.variable, namespace, watched)


def probe(arguments: Sequence[str]) -> GraphProbe:
    """Return the probe of a variable. Raises ValueError where not exactly one is named."""
    if len(arguments) != 1 or not arguments[0].isidentifier():
        raise ValueError("name one variable of the snippet, as in `graph lesson/name z`")
    return GraphProbe(arguments[0])
