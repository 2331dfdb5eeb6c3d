"""Names in code within prose must exist in torch: they are looked up by import."""

import re
from collections.abc import Iterable

from nabla.problem import Problem
from nabla.run.runner import Runner
from nabla.site.parity import Part

DOTTED = re.compile(r"(torch(?:\.\w+)+)(?:\(.*\))?$")
CALLED = re.compile(r"\.?([a-z_]\w*)\(\)$")
MEMBER = re.compile(r"[A-Za-z_]\w*\.([a-z_]\w*)(?:\(.*\))?$")

LOOK_UP = """
import builtins, importlib, numpy, torch

OWNERS = [
    torch, torch.Tensor, torch.nn, torch.nn.Module, torch.nn.functional, torch.optim,
    torch.optim.Optimizer, torch.autograd, torch.autograd.graph.Node, torch.func,
    builtins, numpy, numpy.ndarray,
]

def exists(name):
    if not name.startswith("torch."):
        return any(hasattr(owner, name) for owner in OWNERS)
    owner = torch
    for part in name.split(".")[1:]:
        if not hasattr(owner, part):
            try:
                importlib.import_module(f"{owner.__name__}.{part}")
            except (ImportError, AttributeError):
                return False
        owner = getattr(owner, part)
    return True

for name in NAMES:
    if not exists(name):
        print(name)
"""


def api_name(code: str) -> str | None:
    """Return the name in torch that a piece of code in prose means, if it means one."""
    for pattern in (DOTTED, CALLED, MEMBER):
        if found := pattern.fullmatch(code):
            return found[1]
    return None


def unknown_names(codes: Iterable[tuple[str, Part]], runner: Runner) -> list[Problem]:
    """Return a problem for each (path, piece of code) that means a name torch does not have."""
    named = [(path, part, name) for path, part in codes if (name := api_name(part.value))]
    names = sorted({name for _, _, name in named})
    missing = set(runner.result(f"NAMES = {names!r}\n{LOOK_UP}").stdout.split())
    return [
        Problem(path, part.line, f"torch has no `{name}`", "mend the name in the text")
        for path, part, name in named
        if name in missing
    ]
