"""Every snippet of the site prints and raises the same with each probe and without."""

import re

import pytest

from nabla.explorers.graph.probe import COMPILES, GraphProbe
from nabla.run import child
from nabla.run.outcome import Conditions, Failure, Request, Run, Trouble

from .conftest import ROOT


def run(code: str, probe: GraphProbe | None, conditions: Conditions) -> Run:
    return child.run(Request((code,), probe), conditions)


SNIPPETS = ROOT / "snippets"
FENCE = re.compile(r"^```python[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def programs() -> dict[str, str]:
    found = {}
    for path in sorted(SNIPPETS.rglob("*.md")):
        for number, code in enumerate(FENCE.findall(path.read_text(encoding="utf-8"))):
            found[f"{path.relative_to(SNIPPETS)}:{number}"] = code
    return found


def names(code: str) -> list[str]:
    """Return the names of tensors that a program leaves, however it ends."""
    import contextlib
    import io
    import warnings

    import torch

    namespace: dict = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(Exception):
            exec(code, namespace)
    tensors = [n for n, v in namespace.items() if isinstance(v, torch.Tensor)]
    return [n for n in tensors if namespace[n].grad_fn is not None] or tensors[:1] or ["z"]


RECORDED = {name: code for name, code in programs().items() if not COMPILES.search(code)}


@pytest.mark.parametrize("code", RECORDED.values(), ids=RECORDED)
def test_a_program_does_the_same_with_a_probe(code: str):
    run(code, None, Conditions())  # imports that warn do so once in a process
    plain = run(code, None, Conditions())

    for name in names(code):
        probed = run(code, GraphProbe(name), Conditions())
        assert probed.stdout == plain.stdout
        assert probed.warnings == plain.warnings
        if plain.failure or (probed.failure and probed.failure.trouble is not Trouble.UNSEEN):
            assert probed.failure == plain.failure
        if probed.failure and not plain.failure:
            print(name, probed.failure.message)


def test_a_program_that_compiles_is_refused_before_it_runs():
    code = "import torch\nprint(1)\nz = torch.compile(torch.sin)(torch.ones(1))"
    refused = run(code, GraphProbe("z"), Conditions())

    said = "uses `torch.compile`, which leaves no graph of its operations"
    assert refused.failure == Failure(Trouble.UNSEEN, said)
    assert refused.stdout == ""
