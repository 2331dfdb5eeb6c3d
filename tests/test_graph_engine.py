# ruff: noqa: E501
"""The graph that is drawn is what backward() does for this very program."""

import itertools
import math
from typing import Any

import pytest
import torch

from nabla.explorers.graph.probe import Graph, GraphProbe, Node
from nabla.run import child
from nabla.run.outcome import Conditions, Request, Run, Trouble


def run(code: str, probe: GraphProbe | None, conditions: Conditions) -> Run:
    return child.run(Request((code,), probe), conditions)


HEAD = (
    "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
    "from torch.utils.checkpoint import checkpoint\ntorch.manual_seed(0)\n"
)
X = "x = torch.tensor(3.0, requires_grad=True)\n"
V = "v = torch.tensor([1.0, -2.0, 3.0, 0.5], requires_grad=True)\n"
M = "m = torch.arange(6.0, requires_grad=True)\na = m.view(2, 3)\n"
W = "w = torch.randn(3, 4, requires_grad=True)\n"
SQUARE = """class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g
"""
BOTH = """class Both(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k, y):
        ctx.save_for_backward(x, y)
        ctx.k = k
        return k * x * y, x + y
    @staticmethod
    def backward(ctx, g, h):
        x, y = ctx.saved_tensors
        assert ctx.needs_input_grad == (True, False, True)
        return ctx.k * y * g + h, None, ctx.k * x * g + h
"""
SETUP = """class Cube(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x**3
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        return 3 * ctx.saved_tensors[0] ** 2 * g
"""
SHAPES = {
    "a chain": X + "y = x**2\nz = 2 * y",
    "a shared node": X + "y = x**2\nz = y * y",
    "added to itself": X + "z = x + x",
    "two paths": X + "y = x**2\nz = y + x",
    "a diamond": X + "p = x.sin()\nq = x.exp()\nz = p * q + p / q",
    "a loop": X + "z = x\nfor _ in range(4):\n    z = z * x + 1",
    "a branch not recorded": X + "with torch.no_grad():\n    c = x * 5\nz = c * x",
    "detached": X + "z = x.detach() * x",
    "broadcasting": V + "b = torch.tensor(2.0, requires_grad=True)\nz = (v * b + b).sum()",
    "broadcasting rows": M + "b = torch.ones(3, requires_grad=True)\nz = (a * b).sum(0)",
    "not a scalar": V + "z = v**2",
    "sum with dims": M + "z = a.sum(dim=1, keepdim=True) ** 2",
    "mean": V + "z = v.mean() * v.std()",
    "expand": "v = torch.ones(3, 1, requires_grad=True)\nz = (v.expand(3, 4) * 2).sum()",
    "where": V + "z = torch.where(v > 0, v**2, v * 3).sum()",
    "clamp and relu": V + "z = (v.clamp(-1, 1) + F.relu(v)).sum()",
    "max": V + "top, index = v.max(dim=0)\nz = top * v.min()",
    "sort": V + "z = (v.sort().values * torch.arange(4.0)).sum()",
    "unbind": V + "p, q, r, s = v.unbind()\nz = p * q",
    "split": V + "p, q = v.split(2)\nz = (p * q * q).sum()",
    "chunk unused": V + "p, q = v.chunk(2)\nz = q.prod()",
    "index": V + "z = v[torch.tensor([0, 0, 2])].prod()",
    "slices": V + "z = v[1:3].sum() * v[0]",
    "gather": M + "z = a.gather(1, torch.tensor([[0], [2]])).prod()",
    "cat and stack": V + "z = torch.cat([v, torch.stack([v, v]).sum(0)]).prod()",
    "transpose": M + "z = (a.T @ a).sum()",
    "reshape": M + "z = (a.T.reshape(6) ** 2).sum()",
    "permute": M + "z = (a[None].permute(2, 0, 1) ** 2).sum()",
    "matrix product": W + "i = torch.randn(2, 3)\nz = (i @ w).tanh().sum()",
    "batched product": W + "z = (torch.ones(2, 5, 3) @ w).logsumexp(0).sum()",
    "einsum": W + "z = torch.einsum('ij,kj->ik', w, w).sin().sum()",
    "norms": W + "z = w.norm() + w.norm(1) + torch.linalg.matrix_norm(w)",
    "determinant": "w = torch.rand(3, 3, requires_grad=True)\nz = torch.linalg.det(w + torch.eye(3))",
    "solve": "w = torch.rand(3, 3, requires_grad=True)\n"
    "z = torch.linalg.solve(w + 3 * torch.eye(3), torch.ones(3)).sum()",
    "softmax": W + "z = (w.softmax(1) * torch.arange(4.0)).sum()",
    "cross entropy": W + "z = F.cross_entropy(w, torch.tensor([0, 3, 1]))",
    "smoothed": W + "z = F.cross_entropy(w, torch.tensor([0, 3, 1]), label_smoothing=0.1)",
    "binary": V + "z = F.binary_cross_entropy_with_logits(v, torch.ones(4))",
    "mse": V + "z = F.mse_loss(v, torch.zeros(4)) + F.huber_loss(v, torch.zeros(4))",
    "layer norm": W + "z = (F.layer_norm(w, (4,)) ** 3).sum()",
    "batch norm": W + "n = nn.BatchNorm1d(4)\nz = (n(w) ** 3).sum()",
    "dropout": W + "z = (F.dropout(w, 0.5) ** 2).sum()",
    "convolution": "c = nn.Conv2d(1, 2, 2)\nk, b = c.weight, c.bias\n"
    "z = F.max_pool2d(c(torch.randn(1, 1, 5, 5)), 2).sum()",
    "embedding": "e = nn.Embedding(5, 3)\nw = e.weight\nz = (e(torch.tensor([1, 1, 4])) ** 2).sum()",
    "linear": "l = nn.Linear(3, 2)\nw, b = l.weight, l.bias\nz = l(torch.ones(4, 5, 3)).sin().sum()",
    "mlp": "l = nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 1))\nw = l[0].weight\n"
    "z = l(torch.randn(2, 3)).sum()",
    "tied weights": W + "z = (torch.relu(torch.ones(3) @ w) @ w.T).sum()",
    "rnn cell": "c = nn.RNNCell(2, 3)\nw = c.weight_hh\nh = torch.zeros(1, 3)\n"
    "for t in range(3):\n    h = c(torch.ones(1, 2) * t, h)\nz = h.sum()",
    "lstm cell": "c = nn.LSTMCell(2, 3)\nw, b = c.weight_hh, c.bias_ih\nh = None\n"
    "for t in range(2):\n    h = c(torch.ones(1, 2) * t, h)\nz = (h[0] * h[1]).sum()",
    "gru cell": "c = nn.GRUCell(2, 3)\nw = c.weight_hh\nh = c(torch.ones(1, 2))\nz = c(h, h).sum()"
    if False
    else "c = nn.GRUCell(3, 3)\nw = c.weight_hh\nh = c(torch.ones(1, 3))\nz = c(h, h).sum()",
    "lstm": "c = nn.LSTM(2, 3)\nw = c.weight_hh_l0\no, _ = c(torch.randn(4, 1, 2))\nz = o.sum()",
    "attention": "q = torch.randn(2, 3, 4, requires_grad=True)\n"
    "s = (q @ q.mT / 2).softmax(-1)\nz = (s @ q).sin().sum()",
    "fused attention": "q = torch.randn(2, 3, 4, requires_grad=True)\n"
    "z = F.scaled_dot_product_attention(q, q, q).sin().sum()",
    "multi-head": "c = nn.MultiheadAttention(4, 2, batch_first=True)\nw = c.in_proj_weight\n"
    "q = torch.randn(1, 3, 4, requires_grad=True)\nz = c(q, q, q)[0].sin().sum()",
    "transformer": "c = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)\n"
    "w = c.linear1.weight\nz = c(torch.randn(1, 3, 4)).sin().sum()",
    "in place": X + "y = x * 2\nh = y * 1\nh.mul_(y)\nz = h + 0",
    "augmented": X + "y = x * 2\ny += x\ny *= 3\nz = y * 1",
    "a slice written": V + "y = v * 1\ny[0] = 3 * y[1]\nz = y.sum()",
    "a view changed": V + "y = v * 1\nu = y[1:3]\nu.mul_(v[0])\nz = (y * y).sum()",
    "a view of a changed base": V + "y = v * 1\nu = y[1:3]\ny.mul_(2)\nz = (u * u).sum()",
    "masked": V + "y = v * 1\ny[v < 0] = 0\nz = (y**2).sum()",
    "index_put": V + "y = v.clone()\ny[torch.tensor([0, 2])] = v[:2]\nz = y.prod()",
    "scatter": V + "z = torch.zeros(2).scatter_add(0, torch.tensor([0, 1, 0, 1]), v).prod()",
    "filled from leaves": X + "b = torch.zeros(2)\nb[0] = x\nb[1] = x**2\nz = b.prod()",
    "out of copy_": V + "y = torch.zeros(4)\ny.copy_(v)\nz = (y**2).sum()",
    "custom": SQUARE + X + "y = Square.apply(x)\nz = 2 * y",
    "custom vector": SQUARE + V + "y = Square.apply(v)\nz = (y * v).sum()",
    "custom twice": SQUARE + X + "z = Square.apply(Square.apply(x)) + x",
    "custom, two results": BOTH + X + "u = x + 1\np, q = Both.apply(x, 2.0, u)\nz = p * q",
    "custom, one of two": BOTH + X + "u = x + 1\np, q = Both.apply(x, 2.0, u)\nz = q * 2",
    "custom with setup": SETUP + X + "z = Cube.apply(x) * x",
    "checkpoint": V + "f = lambda t: (t * t).sin().exp()\n"
    "y = checkpoint(f, v, use_reentrant=False)\nz = (y * v).sum()",
    "float64": "x = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)\nz = x.sin() * x",
    "bfloat16": "x = torch.tensor([1.5, 2.0], dtype=torch.bfloat16, requires_grad=True)\nz = (x * x).sum()",
    "float16": "x = torch.tensor([1.5, 2.0], dtype=torch.float16, requires_grad=True)\nz = (x * x).sum()",
    "mixed types": X + "y = x.double() * 2\nz = y.float() * x",
    "complex": "c = torch.tensor(1 + 2j, requires_grad=True)\nz = (c * c.conj()).real",
    "complex between": V + "f = torch.fft.fft(v)\nz = (f.abs() ** 2).sum()",
    "polar": X + "p = torch.polar(x, x)\nq = p * p\nz = q.imag + q.real * x",
    "real and view": V + "c = torch.view_as_complex(v.view(2, 2))\nz = (c * c).real.sum()",
    "second": X + "y = x**3\n(d,) = torch.autograd.grad(y, x, create_graph=True)\nz = d * x",
    "third": X + "y = x.sin()\nfor _ in range(2):\n"
    "    (y,) = torch.autograd.grad(y, x, create_graph=True)\nz = y * 2",
    "penalty": W + "y = (w**3).sum()\n(d,) = torch.autograd.grad(y, w, create_graph=True)\n"
    "z = y + d.norm()",
    "retained": X + "y = x**2\ny.retain_grad()\nz = y * 3",
    "a reassigned name": X + "y = x**2\ny = y * x\ny = y.sin()\nz = y + 1",
    "a deleted name": X + "y = x**2\nz = y * x\ndel y",
    "a function": X + "def f(t):\n    inner = t * t\n    return inner.exp()\nz = f(x / 3)",
    "hook": X + "y = x**2\ny.register_hook(lambda g: 10 * g)\nz = 2 * y",
    "hook on a leaf": X + "x.register_hook(lambda g: g / 2)\nz = x * x",
    "hook on a node": X + "y = x**2\ny.grad_fn.register_prehook(lambda g: (g[0] + 1,))\nz = y * 2",
    "hook behind a node": X
    + "y = x**2\ny.grad_fn.register_hook(lambda i, o: (i[0] * 7,))\nz = y * 2",
    "hook of a vector": V
    + "y = v**2\ny.register_hook(lambda g: g.clamp(max=0.1))\nz = (y * v).sum()",
    "module hook": "l = nn.Linear(2, 1)\nw = l.weight\n"
    "l.register_full_backward_hook(lambda m, i, o: (i[0] * 3,))\n"
    "t = torch.ones(1, 2, requires_grad=True)\nz = l(t * 2).sum()",
    "parametrized": "l = nn.utils.parametrizations.weight_norm(nn.Linear(2, 1))\nz = l(torch.ones(2)).sum()",
    "saved on disk": V
    + "with torch.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t):\n"
    "    y = v * v\nz = (y * v).sum()",
}


def execute(code: str, variable: str = "z") -> Run:
    return run(HEAD + code, GraphProbe(variable), Conditions())


def observe(code: str, variable: str = "z") -> Graph:
    found = execute(code, variable)
    assert found.failure is None, found.failure
    return found.observed


def namespace(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(HEAD + code, names)
    return names


def same(found: tuple, expected: torch.Tensor) -> bool:
    kept = expected.detach().to(torch.complex128 if expected.is_complex() else torch.float64)
    if len(found) != kept.numel():
        return False
    other = torch.tensor(found, dtype=kept.dtype)
    return torch.allclose(other, kept.flatten(), rtol=1e-5, atol=1e-7, equal_nan=True)


def named(graph: Graph) -> dict[str, tuple[Node, int]]:
    """Return each node and which of its results a name stands for."""
    return {
        name: (node, index)
        for node in graph.nodes
        if node.name
        for index, name in enumerate(node.name.split(", "))
    }


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_values_and_gradients_are_those_of_torch(code: str):
    found = named(observe(code))
    torch.manual_seed(0)
    names = namespace(code)
    z = names["z"]
    assert "z" in found

    for name, (node, index) in found.items():
        tensor = names[name]
        if len(node.values) == len(node.name.split(", ")):
            assert same(node.values[index].elements, tensor), name
        if "hook" in code and name == "y":
            continue  # what `grad` returns for a tensor with hooks: see the test below
        (gradient,) = torch.autograd.grad(
            z, tensor, torch.ones_like(z), retain_graph=True, allow_unused=True
        )
        shown = node.gradients[index] if len(node.name.split(", ")) > 1 else node.gradients[-1]
        if len(node.gradients) == len(node.name.split(", ")) and gradient is not None:
            assert same(shown.elements, gradient), name


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_the_gradients_of_leaves_are_those_that_backward_leaves(code: str):
    graph = observe(code + "\nz.backward(torch.ones_like(z))")
    names = namespace(code)
    names["z"].backward(torch.ones_like(names["z"]))
    tensors = [t for n in names.values() for t in _tensors(n)]
    leaves = [t for t in tensors if t.is_leaf and t.grad is not None]

    drawn = [node.gradients[0] for node in graph.nodes if node.op == "leaf"]
    assert drawn
    for gradient in drawn:
        assert any(
            gradient.shape == tuple(leaf.grad.shape) and same(gradient.elements, leaf.grad)
            for leaf in leaves
        )


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.nn.Module):
        return list(value.parameters())
    return [value] if isinstance(value, torch.Tensor) else []


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_a_pass_of_the_program_and_one_after_it_are_drawn_the_same(code: str):
    after, before = observe(code), observe(code + "\nz.backward(torch.ones_like(z))")

    assert [(n.op, n.name) for n in before.nodes] == [(n.op, n.name) for n in after.nodes]
    for one, other in zip(before.nodes, after.nodes, strict=True):
        assert one.gradients == other.gradients
        assert one.arrived == other.arrived
        assert one.values == other.values
    for one, other in zip(before.edges, after.edges, strict=True):
        assert (one.source, one.target, one.flow) == (other.source, other.target, other.flow)
        if "checkpoint" not in code and "saved_tensors_hooks" not in code:
            assert one == other


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_flows_add_up_to_what_arrives(code: str):
    graph = observe(code)
    for index, node in enumerate(graph.nodes[:-1]):
        flows = [edge.flow for edge in graph.edges if edge.source == index]
        if len(node.gradients) > 1 or not all(flows):
            continue
        arrived = (node.arrived or node.gradients)[0]
        added = tuple(map(sum, zip(*(flow.elements for flow in flows), strict=True)))
        assert torch.allclose(*map(torch.tensor, (added, arrived.elements)), rtol=1e-2)


@pytest.mark.parametrize("code", SHAPES.values(), ids=SHAPES)
def test_a_scalar_flow_that_is_called_a_product_is_one(code: str):
    graph = observe(code)
    for edge in graph.edges:
        assert edge.local is not None or "full_backward_hook" in code
        if edge.product and edge.flow.shape == () == edge.local.shape:
            through = graph.nodes[edge.target].gradients[0]
            product = through.elements[0] * edge.local.elements[0]
            assert abs(product - edge.flow.elements[0]) <= 1e-2 * abs(product) + 1e-7


OWN_CODE = ("hook", "class ", "checkpoint", "weight_norm")
"""Words of programs that have a part in their graph: another pass than theirs is refused."""
TORCH_ALONE = {
    name: code for name, code in SHAPES.items() if not any(word in code for word in OWN_CODE)
}


@pytest.mark.parametrize("code", TORCH_ALONE.values(), ids=TORCH_ALONE)
@pytest.mark.parametrize("ending", ["", "z.sum().backward()", "(2 * z).sum().backward()"])
def test_another_pass_does_not_change_the_drawing(code: str, ending: str):
    one, other = observe(code), observe(f"{code}\n{ending}")

    assert one.nodes == other.nodes
    assert one.edges == other.edges


CASES = {
    1: ("l = nn.Linear(1, 1)\nnn.init.constant_(l.weight, 2.0)\nnn.init.constant_(l.bias, 0.5)\n"
        "w, b = l.weight, l.bias\nz = l(torch.tensor([3.0])).sum()",
        {"w": 2.0, "b": 0.5, "z": 6.5}, {"w": 3.0, "b": 1.0}),
    2: ("w = torch.tensor(1.0, requires_grad=True)\nfor _ in range(3):\n"
        "    z = (2 * w - 4) ** 2\n    w.grad = None\n    z.backward()\n"
        "    with torch.no_grad():\n        w -= 0.1 * w.grad",
        {"w": 1.96}, {"w": -0.32}),
    3: (X + "y = x**2\ny.register_hook(lambda v: 10 * v)\nz = 2 * y\nz.backward()",
        {"x": 3.0, "y": 9.0, "z": 18.0}, {"x": 120.0, "y": 20.0}),
    4: (SQUARE + X + "y = Square.apply(x)\nz = 2 * y", {"y": 9.0, "z": 18.0}, {"x": 12.0}),
    5: ("w = torch.tensor(3.0, requires_grad=True)\no = torch.optim.SGD([w], lr=0.1)\n"
        "z = w**2\nz.backward()\no.step()", {"w": 3.0, "z": 9.0}, {"w": 6.0}),
    6: (X + "z = x**2\nz.backward()\ntry:\n    z.backward()\nexcept RuntimeError as error:\n"
        "    kept = str(error)\nprint(kept)", {"x": 3.0}, {"x": 6.0}),
    7: ("c = torch.tensor(1 + 2j, requires_grad=True)\nz = (c * c.conj()).real",
        {"c": 1 + 2j, "z": 5.0}, {"c": 2 + 4j}),
}  # fmt: skip


@pytest.mark.parametrize("number", CASES)
def test_the_reported_cases(number: int):
    code, values, gradients = CASES[number]
    found = named(observe(code))

    for name, value in values.items():
        assert found[name][0].values[0].elements[0] == pytest.approx(value)
    for name, value in gradients.items():
        assert found[name][0].gradients[0].elements[0] == pytest.approx(value)


def test_case_6_prints_both():
    assert "second time" in execute(CASES[6][0]).stdout


def test_case_8_a_written_tensor_is_known():
    graph = observe("x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
                    "y = x * 1\ny[0] = 3 * y[1]\nz = y.sum()")  # fmt: skip

    assert named(graph)["y"][0].values[0].elements == (6.0, 2.0)


INITS = {
    "constant_": ", 2.0", "ones_": "", "zeros_": "", "uniform_": "", "normal_": "",
    "trunc_normal_": "", "eye_": "", "xavier_uniform_": "", "xavier_normal_": "",
    "kaiming_uniform_": "", "kaiming_normal_": "", "orthogonal_": "", "sparse_": ", 0.5",
}  # fmt: skip
WRITES = {
    **{f"init.{name}": f"nn.init.{name}(w{rest})" for name, rest in INITS.items()},
    "dirac_": "w = nn.Parameter(torch.empty(2, 2, 2))\nnn.init.dirac_(w)",
    "data": "w.data = torch.ones(2, 2) * 4",
    "data.fill_": "w.data.fill_(4)",
    "copy_": "with torch.no_grad():\n    w.copy_(torch.eye(2))",
    "set_": "with torch.no_grad():\n    w.set_(torch.eye(2))",
    "slice": "with torch.no_grad():\n    w[0] = 7.0",
    "detach": "w.detach().fill_(2)",
    "numpy": "w.detach().numpy()[0] = 2",
    "load": "l = nn.Linear(2, 2)\nl.load_state_dict({'weight': torch.eye(2), 'bias': torch.ones(2)})\n"
    "w = l.weight",
    "requires": "w = torch.empty(2, 2)\nw.fill_(3.0)\nw.requires_grad_()",
    "vector": "nn.utils.vector_to_parameters(torch.arange(4.0), [w])",
    "foreach": "with torch.no_grad():\n    torch._foreach_add_([w], 3.0)",
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("after", ["", "\nwith torch.no_grad():\n    w.zero_()", "\nw.data.zero_()",
                                   "\nw.data = torch.zeros_like(w)"])  # fmt: skip
def test_a_leaf_has_the_value_that_was_used(write: str, after: str):
    code = f"w = nn.Parameter(torch.full((2, 2), 9.0))\nprint(w.shape)\n{write}\nz = (w * 2).sum()"
    torch.manual_seed(0)
    value = named(observe(code + after))["w"][0].values[0].elements

    torch.manual_seed(0)
    assert same(value, namespace(code)["w"])


OPTIMIZERS = [
    "SGD([w], lr=0.1, momentum=0.9)", "SGD([w], lr=0.1, nesterov=True, momentum=0.5)",
    "Adam([w], lr=0.1)", "Adam([w], lr=0.1, foreach=True)", "AdamW([w], lr=0.1, fused=True)",
    "RMSprop([w])", "Adagrad([w], lr=0.1)", "SGD([w], lr=0.1, foreach=True)",
]  # fmt: skip


@pytest.mark.parametrize("made", OPTIMIZERS)
def test_in_a_training_loop_the_last_graph_counts(made: str):
    code = (
        "w = torch.tensor([1.0, -2.0], requires_grad=True)\n"
        f"o = torch.optim.{made}\nfor _ in range(3):\n    used = w.tolist()\n    o.zero_grad()\n"
        "    z = ((2 * w - 4) ** 2).sum()\n    z.backward()\n    got = w.grad.tolist()\n    o.step()"
    )
    node = named(observe(code))["w"][0]
    names = namespace(code)

    assert list(node.values[0].elements) == names["used"]
    assert list(node.gradients[0].elements) == names["got"]


def test_a_loss_that_a_function_returns_is_seen_as_well():
    code = (
        "w = torch.tensor(2.0, requires_grad=True)\ndef step():\n    loss = w**2\n"
        "    loss.backward()\n    with torch.no_grad():\n        w.sub_(0.1 * w.grad)\n"
        "    return loss\nz = step()"
    )
    node = named(observe(code))["w"][0]
    assert (node.values[0].elements, node.gradients[0].elements) == ((2.0,), (4.0,))


def test_what_hooks_changed_is_told_apart_from_what_arrived():
    y = named(observe(CASES[3][0]))["y"][0]
    assert (y.arrived[0].elements, y.gradients[0].elements) == ((2.0,), (20.0,))


def test_a_hook_that_was_removed_between_passes_counts_as_in_the_last():
    code = (
        X + "y = x**2\nh = y.register_hook(lambda v: 10 * v)\nz = 2 * y\n"
        "z.backward(retain_graph=True)\nh.remove()\nx.grad = None\nz.backward()"
    )
    assert named(observe(code))["x"][0].gradients[0].elements == (12.0,)


def test_a_function_whose_way_back_is_not_linear_is_no_product():
    code = (
        "class Clip(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        return x.clone()\n    @staticmethod\n    def backward(ctx, g):\n"
        "        return g.clamp(-1, 1)\n" + X + "y = Clip.apply(x)\nz = 5 * y\nz.backward()"
    )
    graph = observe(code)
    assert named(graph)["x"][0].gradients[0].elements == (1.0,)
    assert [edge.product for edge in graph.edges] == [True, False]


def test_none_from_a_function_is_no_gradient():
    code = (
        "class Stop(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        return x * 2\n    @staticmethod\n    def backward(ctx, g):\n        return None\n"
        + X + "y = Stop.apply(x)\nz = 5 * y\nz.backward()\nprint(x.grad)"
    )  # fmt: skip
    graph = observe(code)
    assert named(graph)["x"][0].gradients == (None,)
    assert graph.edges[-1].flow is None


QUIET = {
    "hooks that print": X + "y = x**2\ny.register_hook(lambda g: print('g', g))\nz = 2 * y\n"
    "z.backward()\nprint('end')",
    "hooks that count": X + "seen = []\ny = x**2\ny.register_hook(seen.append)\nz = 2 * y\n"
    "(3 * z).backward()\nprint(len(seen), x.grad)",
    "functions that print": SQUARE.replace("(x,) =", "print('back', g)\n        (x,) =")
    + X
    + "y = Square.apply(x)\nz = y * 2\nz.backward()\nprint(x.grad)",
    "checkpoints that print": V + "def f(t):\n    print('forward')\n    return t.sin().exp()\n"
    "y = checkpoint(f, v, use_reentrant=False)\nz = y.sum()\nz.backward()\nprint(v.grad)",
    "reentrant": V + "def f(t):\n    print('forward')\n    return t.sin().exp()\n"
    "z = checkpoint(f, v, use_reentrant=True).sum()\nz.backward()\nprint(v.grad)",
    "packing that prints": X + "def pack(t):\n    print('pack', t)\n    return t\n"
    "def unpack(t):\n    print('unpack', t)\n    return t\n"
    "with torch.autograd.graph.saved_tensors_hooks(pack, unpack):\n    z = x**2\n"
    "z.backward()\nprint(x.grad)",
    "retained": X + "y = x**2\ny.retain_grad()\nz = 2 * y\n(3 * z).backward()\nprint(y.grad)",
    "accumulated": X + "z = x**2\nz.backward(retain_graph=True)\nz.backward()\nprint(x.grad)",
    "post accumulate": X + "x.register_post_accumulate_grad_hook(lambda p: print('got', p.grad))\n"
    "z = x**2\nz.backward()",
    "twice": CASES[6][0],
    "through a part": X + "y = x**2\nz = y.sin()\nz.backward()\ntry:\n    (y * z).backward()\n"
    "except RuntimeError as error:\n    print(error)\nprint(x.grad)",
    "grad twice": X + "z = x**2\ntorch.autograd.grad(z, x)\ntry:\n    torch.autograd.grad(z, x)\n"
    "except RuntimeError as error:\n    print(error)",
    "inputs": X + "y = x**2\nz = y * x\nz.backward(inputs=[x])\nprint(x.grad)",
    "inputs between": X + "y = x**2\nz = y * x\nprint(torch.autograd.grad(z, [y, x]))",
    "only one input": X + "w = torch.tensor(2.0, requires_grad=True)\nz = x * w + w**2\n"
    "print(torch.autograd.grad(z, x))",
    "printing": X
    + "y = x**2\nprint(y.grad_fn.name(), y, y.grad_fn.next_functions[0][0].name())\nz = y * 2",
    "warnings": X + "y = x**2\nz = y * 2\nz.backward()\nprint(y.grad)\nprint(y.grad)\n"
    "for _ in range(2):\n    y.grad\nF.mse_loss(torch.ones(2), torch.ones(1))\n"
    "F.mse_loss(torch.ones(2), torch.ones(1))\ntorch.tensor(torch.ones(2))\ntorch.tensor(torch.ones(2))",
    "own warnings": "import warnings\n"
    + X
    + "for _ in range(3):\n    warnings.warn('mine')\nz = x * 2",
    "errors": X
    + "for f in (lambda: x @ x, lambda: torch.ones(2) + torch.ones(3), lambda: x + 'a',\n"
    "          lambda: x.numpy(), lambda: x[5], lambda: x.nothing, lambda: torch.cat(1)):\n    try:\n"
    "        f()\n    except Exception as error:\n        print(type(error), error)\nz = x * 2",
    "in-place errors": X + "try:\n    x += 1\nexcept RuntimeError as e:\n    print(e)\n"
    "p, q = torch.ones(2, requires_grad=True).unbind()\ntry:\n    p += 1\n"
    "except RuntimeError as e:\n    print(e)\nz = x * 2",
    "random": "print(torch.rand(3))\n"
    + X
    + "z = F.dropout(x.expand(8)).sum()\nz.backward()\nprint(torch.rand(3))",
    "func": X + "f = lambda t: (t**3).sum()\nv = torch.ones(2)\nprint(torch.func.grad(f)(v), "
    "torch.func.hessian(f)(v), torch.func.jacrev(torch.sin)(v), torch.vmap(torch.sin)(v), "
    "torch.func.jvp(f, (v,), (v,)))\nprint(torch.autograd.functional.jacobian(torch.sin, v))\nz = x**2",
    "batched": V
    + "z = v**2\nprint(torch.autograd.grad(z, v, torch.eye(4), is_grads_batched=True))",
    "loader": "from torch.utils.data import DataLoader, TensorDataset\n"
    "d = DataLoader(TensorDataset(torch.arange(6.0)), batch_size=2, shuffle=True)\n"
    "w = torch.ones(1, requires_grad=True)\nfor (b,) in d:\n    z = (w * b).sum()\n    z.backward()\n"
    "    print(b, w.grad)",
    "inference": X + "with torch.inference_mode():\n    print(x * 2)\nz = x * 3",
    "modes": X + "from torch.utils._python_dispatch import TorchDispatchMode\n"
    "class Say(TorchDispatchMode):\n    def __torch_dispatch__(self, f, t, a=(), k=None):\n"
    "        print(f)\n        return f(*a, **(k or {}))\nwith Say():\n    y = x * 2\n    z = y.sin()\n"
    "    z.backward()",
    "function modes": X + "from torch.overrides import TorchFunctionMode\n"
    "class Say(TorchFunctionMode):\n    def __torch_function__(self, f, t, a=(), k=None):\n"
    "        print(f.__name__)\n        return f(*a, **(k or {}))\nwith Say():\n    y = x * 2\n    z = y.sin()\n"
    "    z.backward()",
    "a dead reference": X
    + "import weakref\ny = x**2\nr = weakref.ref(y)\nz = y + 1\ndel y\nprint(r())",
    "a finalizer": X
    + "import weakref\nclass Big:\n    pass\nclass Keep(torch.autograd.Function):\n"
    "    @staticmethod\n    def forward(ctx, x):\n        ctx.big = Big()\n"
    "        weakref.finalize(ctx.big, print, 'gone')\n        return x * 2\n    @staticmethod\n"
    "    def backward(ctx, g):\n        return g * 2\ny = Keep.apply(x)\ndel y\nprint('end')\nz = x * 2",
    "anomaly": X + "with torch.autograd.set_detect_anomaly(True):\n    z = (x - 3).sqrt() * 0\n"
    "    try:\n        z.backward()\n    except RuntimeError as e:\n        print(e)",
    "gradcheck": "x = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)\n"
    "print(torch.autograd.gradcheck(torch.sin, x))\nz = x.sin()",
    "a subclass": X + "class Mine(torch.Tensor):\n    @classmethod\n"
    "    def __torch_function__(cls, f, t, a=(), k=None):\n        print(f.__name__)\n"
    "        return super().__torch_function__(f, t, a, k or {})\n"
    "s = torch.ones(2).as_subclass(Mine)\nz = (s * x).sum()",
    "sparse": "w = nn.Embedding(3, 2, sparse=True)\nz = w(torch.tensor([0, 2])).sum()\nz.backward()\n"
    "print(w.weight.grad)",
    "tracebacks": "import traceback\n" + X + "def f():\n    F.mse_loss(x, 'a')\n"
    "for g in (f, lambda: torch.ones(2) @ torch.ones(3), lambda: torch.ones(2, requires_grad=True).backward(),\n"
    "          lambda: F.cross_entropy(torch.ones(2), torch.ones(3)), lambda: nn.Linear(2, 3)(torch.ones(5))):\n"
    "    try:\n        g()\n    except Exception:\n        print(len(traceback.format_exc().splitlines()))\n"
    "        print([l for l in traceback.format_exc().splitlines() if 'File' in l])\nz = x * 2",
    "ends badly": X + "z = x * 2\nraise SystemExit(3)",
    "raises": X + "z = x**2\nz.backward()\nz.backward()",
    "thread": X + "import threading\nz = x**2\nt = threading.Thread(target=z.backward)\nt.start()\n"
    "t.join()\nprint(x.grad)",
    "deep copy": "import copy\nl = nn.Linear(2, 1)\nm = copy.deepcopy(l)\nz = m(torch.ones(2)).sum()\nprint(z)",
    "format": X
    + "print(f'{x:.2f}', x.item(), x.tolist(), repr(x), len(torch.ones(3)), bool(x > 1))\nz = x * 2",
    "scaled": V
    + "s = torch.amp.GradScaler('cpu')\nz = (v * 2).sum()\ns.scale(z).backward()\nprint(v.grad)",
    "autocast": W + "with torch.autocast('cpu', torch.bfloat16):\n    z = (w @ w.T).float().sum()\n"
    "z.backward()\nprint(w.grad)",
    "clipped": V
    + "z = (v * 5).sum()\nz.backward()\nprint(nn.utils.clip_grad_norm_([v], 1.0), v.grad)",
}


@pytest.mark.parametrize("code", QUIET.values(), ids=QUIET)
def test_the_probe_changes_nothing_that_a_program_says(code: str):
    run(HEAD + code, None, Conditions())
    plain = run(HEAD + code, None, Conditions())
    probed = execute(code)

    assert probed.stdout == plain.stdout
    same_but_for_this_file = [w.replace(__file__, "") for w in probed.warnings]
    assert len(same_but_for_this_file) == len(plain.warnings)
    if "anomaly" not in code:
        assert probed.warnings == plain.warnings
    if plain.failure or (probed.failure and probed.failure.trouble is not Trouble.UNSEEN):
        assert probed.failure == plain.failure


REFUSED = {
    "has no tensor `z`": X,
    "records no graph for `z`": X + "z = x.detach()",
    "has complex numbers in `z`, which have no slope":
        "c = torch.tensor(1 + 2j, requires_grad=True)\nz = c * c",
    "frees the graph of `z` by a backward pass that does not go through all of it from `z` with ones":
        X + "y = x**2\ny.register_hook(lambda g: g)\nz = y * 2\n(3 * z).backward()",
    "has a graph whose backward pass fails: one of the variables needed for gradient computation":
        X + "y = x**2\nz = y * y\nwith torch.no_grad():\n    y.add_(1)",
    "changes `x` in place while it builds the graph, which uses both values":
        X + "z = x + 1\nwith torch.no_grad():\n    x.add_(1)\nz = z + x",
    "has a graph whose backward pass fails: mine":
        X + "def bad(g):\n    raise ValueError('mine')\nz = x * 2\nx.register_hook(bad)",
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_right_is_refused(message: str):
    failure = execute(REFUSED[message]).failure

    assert failure.trouble is Trouble.UNSEEN
    assert failure.message.startswith(message)


def test_a_sparse_gradient_is_shown_whole():
    code = "e = nn.Embedding(3, 1, sparse=True)\nw = e.weight\nz = e(torch.tensor([0, 2, 2])).sum()"
    assert named(observe(code))["w"][0].gradients[0].elements == (1.0, 0.0, 2.0)


def test_a_pass_without_the_method_leaves_modes_alone():
    code = (
        X + "from torch.overrides import TorchFunctionMode\n"
        "class Say(TorchFunctionMode):\n    def __torch_function__(self, f, t, a=(), k=None):\n"
        "        print(f.__name__)\n        return f(*a, **(k or {}))\ny = x.sin()\nz = y * 2\n"
        "with Say():\n    torch.autograd.backward(z, create_graph=True)\n"
    )
    assert execute(code).stdout == run(HEAD + code, None, Conditions()).stdout


def test_a_graph_and_a_probe_can_be_pickled():
    import pickle

    graph = observe(SHAPES["complex"])
    assert pickle.loads(pickle.dumps(graph)) == graph
    assert pickle.loads(pickle.dumps(GraphProbe("z"))) == GraphProbe("z")


def test_no_number_that_is_known_is_left_out():
    """All results of these have a value: those that no call returned, by what was saved."""
    for name in ("cross entropy", "a slice written", "custom, two results", "mlp"):
        values = [node.values for node in observe(SHAPES[name]).nodes]
        assert all(v is not None for v in itertools.chain(*values)), name
        assert not any(math.isnan(e) for v in itertools.chain(*values) for e in v.elements)
