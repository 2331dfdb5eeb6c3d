"""Layers know only what is below them: source, run, explorers, checks, markdown, site."""

import ast
from pathlib import Path

import pytest

from .conftest import ROOT

LAYERS = ("source", "run", "explorers", "checks", "markdown", "site")
"""From the bottom up. A module beside these folders, but for the command line, is below all."""
RENDERERS = {
    "source": {"markdown", "mkdocs", "torch"},
    "run": {"markdown", "mkdocs"},
    "explorers": {"markdown", "mkdocs"},
    "checks": {"markdown", "mkdocs", "torch"},
    "markdown": {"mkdocs", "torch"},
    "site": {"torch"},
}
ADAPTERS = {
    "mkdocs_static_i18n": "site/languages.py",
    "mkdocs_jupyter": "site/labs.py",
    "nbconvert": "site/labs.py",
    "material": "site/search.py",
    "jieba": "site/search.py",
}
"""The one module that may know a library whose inside is not documented."""
MODULES = sorted((ROOT / "nabla").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def is_of(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_nothing_from_above(path: Path):
    layer = path.relative_to(ROOT / "nabla").parts[0]
    if layer not in LAYERS:
        return
    above = {f"nabla.{name}" for name in LAYERS[LAYERS.index(layer) + 1 :]} | {"nabla.cli"}
    for name in imported(path):
        for package in above | RENDERERS[layer]:
            at_top = not (layer == "explorers" and package == "torch")
            assert not (at_top and is_of(name, package)), f"{path} imports {name}"


@pytest.mark.parametrize(("library", "adapter"), ADAPTERS.items())
def test_one_module_alone_knows_a_library_with_private_doors(library: str, adapter: str):
    knowing = [path for path in MODULES if any(is_of(name, library) for name in imported(path))]

    assert {path.relative_to(ROOT / "nabla").as_posix() for path in knowing} <= {adapter}
