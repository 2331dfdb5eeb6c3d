"""Mutants of a sample's code: one for each site, as code that is written anew from its tree.

Positions within f-strings differ between versions of Python, so the tree is changed
and not the text. `normal` is the code written anew without any change.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from nabla.run.sample import Sample

from ..mutant import Mutant, told_apart

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
COMPARISONS = {
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TURNED = {"sum": "mean", "mean": "sum"}
SEEDS = {"manual_seed", "seed", "default_rng", "Generator"}
UNRECORDED = {"no_grad", "inference_mode"}
EMPTIES = {"zero_", "zero_grad"}
PICTURE = "plt"


@dataclass(frozen=True)
class Change:
    """What a rule makes of a node."""

    kind: str
    what: str
    new: ast.AST


def of_code(sample: Sample) -> list[Mutant]:
    """Return the mutants of the code of `sample`; their text is code."""
    statements = ast.parse(sample.code).body
    written = [ast.unparse(statement) for statement in statements]
    lines = sample.code.splitlines()
    made = []
    for at, statement in enumerate(statements):
        for index, node in enumerate(_nodes(statement)):
            for change in (change for rule in RULES for change in rule(node)):
                new = ast.unparse(_changed(statement, index, change.new))
                line = node.value.lineno if isinstance(node, ast.keyword) else node.lineno
                source = lines[line - 1].strip()
                text = _joined([*written[:at], new, *written[at + 1 :]])
                kind, row = f"code: {change.kind}", sample.row(line)
                made.append(Mutant(kind, sample.path, row, change.what, text, source))
    return told_apart(sorted(made, key=lambda mutant: mutant.line))


def normal(code: str) -> str:
    """Return `code` as its mutants are written."""
    return _joined([ast.unparse(statement) for statement in ast.parse(code).body])


def _joined(statements: Sequence[str]) -> str:
    return "".join(f"{statement}\n" for statement in statements)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that may be changed, in the order of the source."""
    if _is_left_alone(node):
        return
    yield node
    if _asks_for_gradients(node):
        return
    for child in ast.iter_child_nodes(node):
        yield from _nodes(child)


def _asks_for_gradients(node: ast.AST) -> bool:
    """Tell whether `node` as a whole is a site: its `True` is none of its own."""
    return isinstance(node, ast.keyword) and node.arg == "requires_grad"


def _is_left_alone(node: ast.AST) -> bool:
    """Tell whether nothing states what `node` does: how a plot looks, what is random."""
    if isinstance(node, ast.Expr):
        call = node.value
        return isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[0] == PICTURE
    return isinstance(node, ast.Call) and _name(node) in SEEDS


def _name(node: ast.AST) -> str:
    """Return the last name of what is called."""
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "attr", getattr(function, "id", ""))


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _changed(statement: ast.stmt, index: int, new: ast.AST) -> ast.AST:
    copy = deepcopy(statement)
    old = next(node for at, node in enumerate(_nodes(copy)) if at == index)
    return ast.fix_missing_locations(_Swap(old, new).visit(copy))


def _become(kind: str, old: ast.AST, new: ast.AST) -> Change:
    return Change(kind, f"`{ast.unparse(old)}` becomes `{ast.unparse(new)}`", new)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _operator(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(left, op, right) if not (_is_text(left) or _is_text(right)):
            if type(op) in OPERATORS:
                yield _become("operator", node, ast.BinOp(left, OPERATORS[type(op)](), right))
        case ast.AugAssign(target, op, value) if type(op) in OPERATORS:
            yield _become("operator", node, ast.AugAssign(target, OPERATORS[type(op)](), value))
        case ast.Compare(left, [op], right) if type(op) in COMPARISONS:
            yield _become("operator", node, ast.Compare(left, [COMPARISONS[type(op)]()], right))
        case ast.UnaryOp(ast.USub(), operand):
            yield _become("operator", node, operand)


def _constant(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Constant(bool(value)):
            yield _become("constant", node, ast.Constant(not value))
        case ast.Constant(int(value) | float(value)):
            yield _become("constant", node, ast.Constant(2 * value + 1))


def _sum_or_mean(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Attribute(value, name, context) if name in TURNED:
            yield _become("sum or mean", node, ast.Attribute(value, TURNED[name], context))
        case ast.keyword("reduction", ast.Constant(name)) if name in TURNED:
            new = ast.keyword("reduction", ast.Constant(TURNED[name]))
            yield _become("sum or mean", node, new)


def _requires_grad(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Call(ast.Attribute(value, "requires_grad_")):
            yield _become("requires_grad", node, value)
        case ast.Call(function, arguments, keywords):
            kept = [each for each in keywords if each.arg != "requires_grad"]
            if len(kept) < len(keywords):
                yield _become("requires_grad", node, ast.Call(function, arguments, kept))


def _emptied(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Expr(ast.Call(ast.Attribute(_, name))) if name in EMPTIES:
            yield Change("zero_", f"`{ast.unparse(node)}` is dropped", ast.Pass())
        case ast.Assign([ast.Attribute(_, "grad")], ast.Constant(None)):
            yield Change("zero_", f"`{ast.unparse(node)}` is dropped", ast.Pass())


def _no_grad(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.With(items, body):
            kept = [item for item in items if _name(item.context_expr) not in UNRECORDED]
            if len(kept) < len(items):
                new = ast.With(kept, body) if kept else ast.If(ast.Constant(True), body, [])
                yield Change("no_grad", "the block is recorded", new)
        case ast.FunctionDef(decorator_list=decorators):
            kept = [each for each in decorators if _name(each) not in UNRECORDED]
            if len(kept) < len(decorators):
                new = ast.FunctionDef(**{**vars(node), "decorator_list": kept})
                yield Change("no_grad", f"`{node.name}` is recorded", new)


RULES: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    _operator,
    _constant,
    _sum_or_mean,
    _requires_grad,
    _emptied,
    _no_grad,
)
