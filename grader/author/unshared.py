"""Checks that ask what became of a list which they sent as a copy: they cannot fail. Pure.

A check's own list, dict or set is copied into the box, so `submission.rows(cells)` never changes
`cells`, and an assert about `cells` alone says nothing of the submission. That is seen in the
check's source; its author most likely meant `submission.given`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.author.proof import Defect
from grader.text.words import said

SUBMISSION = "submission"


def unshared(battery: Path) -> Iterator[Defect]:
    """A defect for each assert of the battery's checks that looks at a copy."""
    for path in sorted(battery.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        checks = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        for check in checks:
            for line, name in _asked_of_copies(check):
                yield Defect(
                    "checks",
                    f"{path.relative_to(battery.parent).as_posix()}:{line}",
                    said("`{name}` was sent as a copy, so this assert cannot fail", name=name),
                    said("Send it as itself: {name} = submission.given(...).", name=name),
                )


def _asked_of_copies(check: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    """The line and the name of each assert about names alone that were sent."""
    remote, sent = {SUBMISSION}, set[str]()
    for node in _in_order(check):
        if isinstance(node, ast.Assign | ast.For):
            source = node.value if isinstance(node, ast.Assign) else node.iter
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _names([source]) & remote:
                remote |= _names(targets)
        elif isinstance(node, ast.Call) and _names([node.func]) & remote:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            sent |= {one.id for one in arguments if isinstance(one, ast.Name)}
        elif isinstance(node, ast.Assert):
            asked = _names([node.test])
            if not asked & remote and (found := sorted(asked & sent)):
                yield node.lineno, found[0]


def _in_order(check: ast.FunctionDef) -> list[ast.AST]:
    """Assignments, loops, calls and asserts as they are done: each ends after what is in it, but a
    loop's body comes after its beginning."""
    ends: dict[ast.AST, tuple[int, int]] = {}
    for node in ast.walk(check):
        end = node.iter if isinstance(node, ast.For) else node
        if isinstance(end, ast.expr | ast.stmt):
            ends[node] = end.end_lineno or 0, end.end_col_offset or 0
    return sorted(ends, key=lambda node: ends[node])


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)}
