"""Mutants of a sample's code: one for each site, as code that is written anew from its tree.

Positions within f-strings differ between versions of Python, so the tree is changed
and not the text.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nabla.source.samples import Cell, Sample

from .mutant import CodeMutant

ARITHMETIC = {"Add": "Sub", "Sub": "Add", "Mult": "Div", "Div": "Mult", "Pow": "Mult"}
RARE = {"MatMult": "Mult", "FloorDiv": "Mult", "Mod": "Add", "Is": "IsNot", "IsNot": "Is"}
COMPARISONS = {"Lt": "GtE", "Gt": "LtE", "LtE": "Gt", "GtE": "Lt", "Eq": "NotEq", "NotEq": "Eq"}
NAMES = ARITHMETIC | RARE | COMPARISONS
OPERATORS = {getattr(ast, one): getattr(ast, other) for one, other in NAMES.items()}
REDUCTIONS = {"sum": "mean", "mean": "sum"}
SEEDS = {"manual_seed", "seed", "default_rng", "Generator"}
UNRECORDED = {"no_grad", "inference_mode"}

Change = tuple[str, ast.AST]
"""The kind of a mutant, and what it has in the place of a node."""


def damage_code(sample: Sample) -> Iterator[CodeMutant]:
    """Yield the mutants of the code of a sample, in the order of the lines.

    What does the same to one line as another, or to an equal line, has a number.
    """
    plain = _with_code(sample, "".join(map(_write, ast.parse(sample.code).body)))
    lines, seen = sample.code.split("\n"), Counter[tuple[str, str]]()
    for line, kind, what, code in sorted(_change_each(sample.code), key=lambda each: each[0]):
        source = lines[line - 1].strip()
        seen[source, what] += 1
        again = f" ({seen[source, what]})" if seen[source, what] > 1 else ""
        about = sample.path, sample.row(line), what + again, source
        yield CodeMutant(f"code: {kind}", *about, plain, _with_code(sample, code))


def _with_code(sample: Sample, code: str) -> Sample:
    """Return a sample with other code, in one cell."""
    return replace(sample, cells=(Cell(code, sample.line),), is_lab=False)


def _change_each(code: str) -> Iterator[tuple[int, str, str, str]]:
    """Yield for each site its line, the kind, what is done, and the code that comes of it."""
    statements = ast.parse(code).body
    written = [_write(statement) for statement in statements]
    for index, statement in enumerate(statements):
        for node in _find_nodes(statement):
            if change := _change_numbers(node) or _change_recording(node):
                kind, new = change
                what = f"`{_first_line(node)}` becomes `{_first_line(new)}`"
                changed = _write(_put(statement, node, new))
                whole = "".join([*written[:index], changed, *written[index + 1 :]])
                yield node.lineno, kind, what, whole


def _write(statement: ast.stmt) -> str:
    return ast.unparse(ast.fix_missing_locations(statement)) + "\n"


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0]


def _put(tree: Any, old: ast.AST, new: ast.AST) -> Any:
    """Return a tree, or a part of one, with `new` in the place of `old`."""
    if tree is old:
        return new
    if isinstance(tree, list):
        return [_put(each, old, new) for each in tree]
    if isinstance(tree, ast.AST):
        return type(tree)(**{name: _put(each, old, new) for name, each in ast.iter_fields(tree)})
    return tree


def _find_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that may be changed, in the order of the source."""
    match node:
        case ast.Expr(ast.Call(function)) if ast.unparse(function).startswith("plt."):
            return  # no result states how a plot looks
        case ast.Call(function) if _last_name(function) in SEEDS:
            return  # nor which random numbers there are
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.keyword) and child.arg == "requires_grad"):
            yield from _find_nodes(child)


def _last_name(node: ast.AST) -> str:
    """Return the name that a call, or what is called, ends with."""
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "attr", getattr(function, "id", ""))


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    """Return a node with some of its fields changed."""
    return type(node)(**{**vars(node), **fields})


def _change_numbers(node: ast.AST) -> Change | None:
    """Change an operator, a number, or the way in which numbers become one."""
    match node:
        case ast.BinOp(ast.Constant(str()) | ast.JoinedStr()):
            return None
        case ast.BinOp(right=ast.Constant(str()) | ast.JoinedStr()):
            return None
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OPERATORS:
            return "operator", _with(node, op=OPERATORS[type(op)]())
        case ast.Compare(ops=[op]) if type(op) in OPERATORS:
            return "operator", _with(node, ops=[OPERATORS[type(op)]()])
        case ast.UnaryOp(ast.USub(), operand):
            return "operator", operand
        case ast.Constant(bool(value)):
            return "constant", ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            return "constant", ast.Constant(2 * value + 1)
        case ast.Attribute(attr="sum" | "mean" as name):
            return "sum or mean", _with(node, attr=REDUCTIONS[name])
        case ast.keyword("reduction", ast.Constant("sum" | "mean" as name)):
            return "sum or mean", _with(node, value=ast.Constant(REDUCTIONS[name]))
    return None


def _change_recording(node: ast.AST) -> Change | None:
    """Change what PyTorch records, or what it keeps from one backward pass to the next."""
    match node:
        case ast.Call(ast.Attribute(value, "requires_grad_")):
            return "requires_grad", value
        case ast.Call(keywords=keywords):
            kept = [each for each in keywords if each.arg != "requires_grad"]
            return ("requires_grad", _with(node, keywords=kept)) if kept != keywords else None
        case ast.Expr(ast.Call(ast.Attribute(_, "zero_" | "zero_grad"))):
            return "zero_", ast.Pass()
        case ast.Assign([ast.Attribute(_, "grad")], ast.Constant(None)):
            return "zero_", ast.Pass()
        case ast.With([item], body) if _last_name(item.context_expr) in UNRECORDED:
            return "no_grad", ast.If(ast.Constant(True), body, [])
        case ast.FunctionDef(decorator_list=[one]) if _last_name(one) in UNRECORDED:
            return "no_grad", _with(node, decorator_list=[])
    return None
