"""Names in code within prose must exist in torch: they are looked up by import."""

import re

from nabla.checks.parity import find_parts
from nabla.problem import Problem
from nabla.run.outcome import Request
from nabla.run.results import Results
from nabla.source.project import Project

DOTTED = re.compile(r"(torch(?:\.\w+)+)(?:\(.*\))?$")
CALLED = re.compile(r"\.?([a-z_]\w*)\(\)$")
MEMBER = re.compile(r"[A-Za-z_]\w*\.([a-z_]\w*)(?:\(.*\))?$")

LOOK_UP = """
import builtins, importlib, numpy, torch, warnings

OWNERS = [
    torch, torch.Tensor, torch.nn, torch.nn.Linear(1, 1), torch.nn.functional, torch.optim,
    torch.optim.Optimizer, torch.autograd, torch.autograd.graph.Node, torch.autograd.Function,
    torch.func,
    builtins, numpy, numpy.ndarray, warnings,
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


def find_api_name(code: str) -> str | None:
    """Return the name in torch that a piece of code in prose means, if it means one."""
    for pattern in (DOTTED, CALLED, MEMBER):
        if found := pattern.fullmatch(code):
            return found[1]
    return None


def check_names(project: Project, results: Results) -> list[Problem]:
    """Name each piece of code in the prose of a page that means a name torch does not have."""
    named = [
        (project.relative(project.page_path(locale, slug)), part.line, name)
        for locale in project.locales
        for slug in project.slugs(locale)
        for part in find_parts(project.page(locale, slug))
        if part.kind == "code" and (name := find_api_name(part.value))
    ]
    names = sorted({name for _, _, name in named})
    if not names:
        return []
    missing = results.of(Request((f"NAMES = {names!r}\n{LOOK_UP}",))).stdout.split()
    return [
        Problem(path, line, f"torch has no `{name}`", "mend the name in the text")
        for path, line, name in named
        if name in missing
    ]
