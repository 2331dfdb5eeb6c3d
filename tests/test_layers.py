"""Layers know only what is below them: run, then markdown, then site."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

FORBIDDEN = {
    "run": {"nabla.markdown", "nabla.site", "markdown", "mkdocs"},
    "markdown": {"nabla.site", "mkdocs"},
    "site": set(),
}
MODULES = sorted((ROOT / "nabla").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_nothing_from_above(path: Path):
    layer = path.relative_to(ROOT / "nabla").parts[0]
    for name in imported(path):
        for above in FORBIDDEN.get(layer, set()):
            assert name != above and not name.startswith(above + "."), f"{path} imports {name}"


def test_the_build_itself_does_not_import_torch():
    site = (ROOT / "nabla" / "site").rglob("*.py")
    assert not [path for path in site if "torch" in imported(path)]


def test_samples_are_sent_off_before_what_only_a_later_page_needs_is_imported():
    asked = "import sys, nabla.site.plugin; print(*sorted(sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", asked], cwd=ROOT, text=True).split()
    assert {"nabla.site.check", "nabla.run.runner"} <= {*loaded}
    late = {"contourpy", "fontTools", "jupytext", "mkdocs.livereload", "networkx", "numpy"}
    assert not late & {*loaded}
