"""Joins changes of one function that touch different statements. Pure; for trusted code only.

Each version is compared with the original statement by statement, and inside functions that both
have. What remains is a list of edits; versions whose edits do not meet are put into one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import copy
from difflib import SequenceMatcher
from itertools import combinations

from msgspec import Struct


class Edit(Struct, frozen=True):
    """Statements that replace those from `start` to `end` in the body that `path` leads to: the
    places of the functions inside each other."""

    path: tuple[int, ...]
    start: int
    end: int
    statements: tuple[ast.stmt, ...]


def edits(original: ast.FunctionDef, version: ast.FunctionDef) -> tuple[Edit, ...] | None:
    """What the version changes; None where it does not begin as the original does."""
    if _head(version) != _head(original):
        return None
    return tuple(_edits(_body(original), _body(version), ()))


def merged(original: ast.FunctionDef, changes: Sequence[Sequence[Edit]]) -> ast.FunctionDef | None:
    """The function with the edits of all versions; None where two touch the same statement."""
    pairs = combinations(changes, 2)
    if any(_meet(one, other) for mine, theirs in pairs for one in mine for other in theirs):
        return None
    return _edited(original, [edit for mine in changes for edit in mine])


def _edits(
    mine: Sequence[ast.stmt], theirs: Sequence[ast.stmt], path: tuple[int, ...]
) -> Iterator[Edit]:
    matcher = SequenceMatcher(None, [_key(s) for s in mine], [_key(s) for s in theirs], False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            for at, other in zip(range(start, end), theirs[first:last], strict=True):
                one = mine[at]
                if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
                    yield from _edits(_body(one), _body(other), (*path, at))
        elif end - start == last - first:
            for at, other in zip(range(start, end), theirs[first:last], strict=True):
                yield Edit(path, at, at + 1, (other,))
        else:
            yield Edit(path, start, end, tuple(theirs[first:last]))


def _key(statement: ast.stmt) -> str:
    """What makes two statements one: of a function that holds others, its first line alone."""
    return _head(statement) if isinstance(statement, ast.FunctionDef) else ast.dump(statement)


def _head(function: ast.FunctionDef) -> str:
    decorators = [ast.dump(one) for one in function.decorator_list]
    return f"def {function.name} {ast.dump(function.args)} {decorators}"


def _body(function: ast.FunctionDef) -> list[ast.stmt]:
    """Its statements without the docstring."""
    first = function.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if is_text else function.body


def _meet(one: Edit, other: Edit) -> bool:
    if one.path != other.path:
        return _holds(one, other) or _holds(other, one)
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _holds(outer: Edit, inner: Edit) -> bool:
    depth = len(outer.path)
    if len(inner.path) <= depth or inner.path[:depth] != outer.path:
        return False
    return outer.start <= inner.path[depth] < outer.end


def _edited(function: ast.FunctionDef, edits: Sequence[Edit]) -> ast.FunctionDef:
    body = list(_body(function))
    for at in {edit.path[0] for edit in edits if edit.path}:
        inner = body[at]
        assert isinstance(inner, ast.FunctionDef)
        inside = [edit for edit in edits if edit.path[:1] == (at,)]
        body[at] = _edited(inner, [Edit(e.path[1:], e.start, e.end, e.statements) for e in inside])
    here = [edit for edit in edits if not edit.path]
    for edit in sorted(here, key=lambda edit: edit.start, reverse=True):
        body[edit.start : edit.end] = edit.statements
    whole = copy(function)
    whole.body = body or [ast.copy_location(ast.Pass(), function)]
    return whole
