"""The graph that is drawn is the one that torch recorded, with torch's own derivatives."""

from dataclasses import dataclass

import pytest

from nabla.explorers.graph.probe import Graph, GraphProbe, Values
from nabla.run.outcome import Trouble
from nabla.run.runner import Runner

HEAD = "import torch\n"
ONE = Values((), (1.0,))


@dataclass(frozen=True)
class Shape:
    """A graph: the code that makes it, and what torch's own `grad` says of it.

    `operations` are those of the graph, sorted. `locals` maps "source→target"
    to the local derivatives of the edges between these two named nodes.
    """

    code: str
    operations: list[str]
    locals: dict[str, list[Values]]


def vector(*elements: float) -> Values:
    return Values((len(elements),), elements)


def scalar(element: float) -> Values:
    return Values((), (element,))


SHAPES = {
    "a chain": Shape(
        "x = torch.tensor(3.5, requires_grad=True)\ny = x**2\nz = 2 * y",
        ["MulBackward0", "PowBackward0", "leaf"],
        {"x→y": [scalar(7)], "y→z": [scalar(2)]},
    ),
    "a shared node": Shape(
        "x = torch.tensor(3.0, requires_grad=True)\ny = x**2\nz = y * y",
        ["MulBackward0", "PowBackward0", "leaf"],
        {"x→y": [scalar(6)], "y→z": [scalar(9), scalar(9)]},
    ),
    "a node added to itself": Shape(
        "x = torch.tensor(3.0, requires_grad=True)\nz = x + x",
        ["AddBackward0", "leaf"],
        {"x→z": [scalar(1), scalar(1)]},
    ),
    "two paths": Shape(
        "x = torch.tensor(3.0, requires_grad=True)\ny = x**2\nz = y + x",
        ["AddBackward0", "PowBackward0", "leaf"],
        {"x→y": [scalar(6)], "y→z": [scalar(1)], "x→z": [scalar(1)]},
    ),
    "a branch that is not recorded": Shape(
        "x = torch.tensor(3.0, requires_grad=True)\n"
        "with torch.no_grad():\n    c = x * 5\n"
        "z = c * x",
        ["MulBackward0", "leaf"],
        {"x→z": [scalar(15)]},
    ),
    "an operation with several results": Shape(
        "x = torch.tensor([2.0, 3.0, 4.0], requires_grad=True)\na, b, c = x.unbind()\nz = a * b",
        ["MulBackward0", "UnbindBackward0", "leaf"],
        {"x→a, b, c": [vector(1, 1, 0)], "a, b, c→z": [scalar(3), scalar(2)]},
    ),
    "an operation in place": Shape(
        "x = torch.tensor(3.0, requires_grad=True)\ny = x * 2\nh = y * 1\nh.mul_(y)\nz = h + 0",
        ["AddBackward0", "MulBackward0", "MulBackward0", "MulBackward0", "leaf"],
        {"x→y": [scalar(2)], "y→h": [scalar(6)], "h→z": [scalar(1)]},
    ),
    "a deep chain": Shape(
        "x = torch.tensor(1.0, requires_grad=True)\nz = x\nfor _ in range(1500):\n    z = z * 1.0",
        ["MulBackward0"] * 1500 + ["leaf"],
        {},
    ),
    "broadcasting": Shape(
        "x = torch.ones(2, 3, requires_grad=True)\nb = torch.zeros(3, requires_grad=True)\n"
        "y = x + b\nz = y.sum()",
        ["AddBackward0", "SumBackward0", "leaf", "leaf"],
        {
            "x→y": [Values((2, 3), (1.0,) * 6)],
            "b→y": [vector(2, 2, 2)],
            "y→z": [Values((2, 3), (1.0,) * 6)],
        },
    ),
    "a leaf that is not a scalar": Shape(
        "x = torch.arange(3.0, requires_grad=True)\nz = 2 * torch.dot(x, x)",
        ["DotBackward0", "MulBackward0", "leaf"],
        {},
    ),
    "a result that is not a scalar": Shape(
        "x = torch.arange(3.0, requires_grad=True)\nz = x**2",
        ["PowBackward0", "leaf"],
        {"x→z": [vector(0, 2, 4)]},
    ),
}


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


def observe(runner: Runner, code: str, variable: str = "z") -> Graph:
    run = runner.result(HEAD + code, GraphProbe(variable))
    assert run.failure is None, run.failure
    return run.observed


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_nodes_are_the_operations_that_torch_recorded(runner, shape: Shape):
    graph = observe(runner, shape.code)

    assert sorted(node.op for node in graph.nodes) == shape.operations


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_edge_has_the_local_derivative(runner, shape: Shape):
    graph = observe(runner, shape.code)
    found: dict[str, list[Values]] = {}
    for edge in graph.edges:
        key = f"{graph.nodes[edge.source].name}→{graph.nodes[edge.target].name}"
        found.setdefault(key, []).append(edge.local)

    assert {key: found[key] for key in shape.locals} == shape.locals


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_gradients_of_leaves_are_those_that_backward_leaves(runner, shape: Shape):
    graph = observe(runner, shape.code)
    leaves = [node for node in graph.nodes if node.op == "leaf"]
    printed = "".join(f"print({leaf.name}.grad.flatten().tolist())\n" for leaf in leaves)

    run = runner.result(f"{HEAD}{shape.code}\nz.sum().backward()\n{printed}")

    assert run.stdout == "".join(f"{list(leaf.gradients[0].elements)}\n" for leaf in leaves)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_flows_along_edges_adds_up_to_the_gradient_of_each_node(runner, shape: Shape):
    graph = observe(runner, shape.code)
    for index, node in enumerate(graph.nodes[:-1]):
        if len(node.gradients) > 1:
            continue
        flows = [edge.flow.elements for edge in graph.edges if edge.source == index]
        assert tuple(map(sum, zip(*flows, strict=True))) == node.gradients[0].elements


def test_values_are_those_of_the_forward_pass(runner):
    graph = observe(runner, SHAPES["an operation with several results"].code)
    values = {node.name: node.values for node in graph.nodes}

    assert values["a, b, c"] == (scalar(2), scalar(3), scalar(4))
    assert values["z"] == (scalar(6),)


def test_a_leaf_updated_after_the_forward_pass_keeps_its_first_value(runner):
    code = (
        "w = torch.tensor(1.0, requires_grad=True)\nz = 3 * w\nz.backward()\n"
        "with torch.no_grad():\n    w -= 0.1 * w.grad"
    )
    assert observe(runner, code).nodes[0].values == (scalar(1),)


def test_a_leaf_has_the_value_that_went_into_the_graph_not_one_from_before_it_was_set(runner):
    code = (
        "w = torch.zeros((), requires_grad=True)\ntorch.nn.init.constant_(w, 2.0)\nz = 3 * w\n"
        "with torch.no_grad():\n    w -= 1"
    )
    assert observe(runner, code).nodes[0].values == (scalar(2),)


@pytest.mark.parametrize("ending", ["z.backward()", "torch.autograd.grad(z, x)"])
def test_a_backward_pass_in_the_code_does_not_take_the_graph_away(runner, ending: str):
    code = SHAPES["a chain"].code + f"\n{ending}"

    assert next(node.gradients[0] for node in observe(runner, code).nodes) == scalar(14)


def test_inputs_come_before_what_is_computed_from_them(runner):
    graph = observe(runner, SHAPES["two paths"].code)

    assert all(edge.source < edge.target for edge in graph.edges)
    assert graph.nodes[-1].gradients == (ONE,)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = torch.tensor(1.0)", "has no tensor `z`"),
        ("z = 3", "has no tensor `z`"),
        ("z = torch.tensor(1.0)", "records no graph for `z`"),
        (
            "x = torch.tensor(1.0, requires_grad=True)\ny = x**2\nz = y * y\n"
            "with torch.no_grad():\n    y.add_(1)",
            "has a graph whose backward pass fails: one of the variables needed for gradient",
        ),
    ],
)
def test_what_cannot_be_observed_is_said(runner, code: str, message: str):
    failure = runner.result(HEAD + code, GraphProbe("z")).failure

    assert failure.trouble is Trouble.UNSEEN
    assert failure.message.startswith(message)
