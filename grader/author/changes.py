"""The small changes that make a fault: which places of a tree they fit, and what they put there.

Operators swapped, constants changed, statements dropped, names and attributes exchanged,
conditions turned, arguments and elements left out, signs flipped. Pure.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence

from grader.text.words import said

Change = tuple[str, ast.AST, ast.AST]
"""A kind, the node to replace, and what replaces it."""

ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.Sub, ast.Div),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every change, in the order of the tree."""
    attributes = sorted(
        {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and _is_stored(n)}
    )
    shown = _texts_for_people(tree)
    for node, names in _with_names(tree, ()):
        if node in shown:
            continue
        yield from _of_expression(node)
        yield from _of_statements(node)
        yield from _of_names(node, names, attributes)


def _is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _texts_for_people(tree: ast.Module) -> set[ast.AST]:
    """Docstrings and the parts of f-strings: changing them changes nothing but words."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.update(ast.walk(node))
    return found


def _with_names(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Every node with the local names that are known where it stands."""
    yield node, names
    if isinstance(node, Function):
        names = tuple(dict.fromkeys((*names, *_local_names(node))))
    for child in ast.iter_child_nodes(node):
        yield from _with_names(child, names)


def _local_names(function: Function) -> Iterator[str]:
    yield from (argument.arg for argument in function.args.args)
    body = function.body if isinstance(function.body, list) else []
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _of_names(node: ast.AST, names: Sequence[str], attributes: Sequence[str]) -> Iterator[Change]:
    if isinstance(node, ast.Name) and node.id in names:
        for name in names:
            if name != node.id:
                yield said("name exchanged"), node, ast.Name(name, node.ctx)
    if isinstance(node, ast.Attribute):
        for name in attributes:
            if name != node.attr and node.attr in attributes:
                yield said("attribute exchanged"), node, ast.Attribute(node.value, name, node.ctx)


def _of_expression(node: ast.AST) -> Iterator[Change]:
    for kind, make in _EXPRESSIONS:
        for new in make(node):
            yield kind, node, new


def _binary(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        for operator in ARITHMETIC.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        yield node.left
        yield node.right
        if isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            yield ast.BinOp(node.right, node.op, node.left)


def _augmented(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
        for operator in ARITHMETIC.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)


def _compared(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        for other in dict.fromkeys((value + 1, value - 1, -value, 0, 0.5, None)):
            if other != value:
                yield ast.parse(repr(other), mode="eval").body
    elif value is None:
        yield ast.Constant(0)
    elif isinstance(value, str):
        yield ast.Constant("" if value else "x")


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values
    elif isinstance(node, ast.UnaryOp):
        yield node.operand


def _called(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call):
        for at in range(len(node.args)):
            yield ast.Call(node.func, node.args[:at] + node.args[at + 1 :], node.keywords)
        if len(node.args) == 1:
            yield node.args[0]
        if len(node.args) > 1:
            yield ast.Call(node.func, node.args[::-1], node.keywords)
        yield node.func
    elif isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
        for at in range(len(node.elts)):
            yield type(node)(node.elts[:at] + node.elts[at + 1 :], node.ctx)
        if len(node.elts) > 1:
            yield type(node)(node.elts[::-1], node.ctx)


def _negated(node: ast.AST) -> Iterator[ast.AST]:
    value = getattr(node, "value", None)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Return) and isinstance(
        value, ast.Attribute | ast.BinOp | ast.Name
    ):
        fresh = copy.copy(node)
        fresh.value = ast.UnaryOp(ast.USub(), value)
        yield fresh


_EXPRESSIONS: tuple[tuple[str, Callable[[ast.AST], Iterator[ast.AST]]], ...] = (
    (said("operator swapped"), _binary),
    (said("assignment changed"), _augmented),
    (said("comparison changed"), _compared),
    (said("constant changed"), _constant),
    (said("condition changed"), _condition),
    (said("call changed"), _called),
    (said("sign changed"), _negated),
)


def _of_statements(node: ast.AST) -> Iterator[Change]:
    """Statements dropped, conditions fixed, and what a function returns."""
    if isinstance(node, ast.If | ast.While):
        for test in (ast.Constant(True), ast.Constant(False), ast.UnaryOp(ast.Not(), node.test)):
            yield said("condition changed"), node.test, test
    if isinstance(node, ast.Return) and node.value is not None:
        yield said("return changed"), node, ast.Return(None)
    if isinstance(node, _DROPPABLE):
        yield said("statement dropped"), node, ast.Pass()


_DROPPABLE = (
    ast.Assign,
    ast.AugAssign,
    ast.Expr,
    ast.If,
    ast.For,
    ast.While,
    ast.Return,
    ast.FunctionDef,
)
