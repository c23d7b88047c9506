"""What can be told of a check from its run on the reference: what it draws on, and whether one
comparison is all it does with an answer.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from grader.grading import pytest_internals
from grader.grading.stash import OBSERVER, RECORDER
from grader.target.base import Asked
from grader.target.observe import Reads

OWN_FIXTURES = frozenset({"recorder", "submission", "observe", "request", "rng"})

_MAY_HANDLE = re.compile(rb"(?:^|[\r\n])[\xef\xbb\xbf \t\f]*(?:async\b.*)?(?:with|except)\b")

_CANNOT_CATCH = frozenset(
    {"ArithmeticError", "AttributeError", "IndexError", "KeyError", "LookupError", "NameError"}
    | {"OverflowError", "StopIteration", "TypeError", "ValueError", "ZeroDivisionError"}
)
"""What a handler may name without meeting a comparison that fails or a submission that raises."""


def draws(item: pytest.Item) -> bool | None:
    """Whether a check draws on `rng`; None where it draws on more than that and the submission:
    a fixture of others, or one that outlives the check."""
    battery = item.config.rootpath
    parameters = pytest_internals.parameters(item)
    for fixture in pytest_internals.fixtures(item):
        if fixture.name in OWN_FIXTURES:
            continue
        if battery not in fixture.file.parents:
            # pytest itself stands in for a fixture where a mark gives the value
            if fixture.name not in parameters:
                return None
        elif fixture.scope != "function":
            return None
    return "rng" in getattr(item, "fixturenames", ())


def comparison_of(item: pytest.Item, asked: Asked) -> Reads | None:
    """What the check compares, where that is all it does with its answer.

    The check must have run on the reference just now, and passed.
    """
    recorder, observer = item.stash.get(RECORDER, None), item.stash.get(OBSERVER, None)
    if recorder is None or observer is None or recorder.consulted:
        return None
    if len(observer.compared) != 1 or len(recorder.steps) != len(asked.program.steps):
        return None
    (reads,) = observer.compared
    if recorder.steps[-1] != reads.step() or handles_exceptions(item.config.rootpath):
        return None
    return reads


@cache
def handles_exceptions(battery: Path) -> bool:
    """Whether any of the battery's code could catch what a comparison raises."""
    sources = [file.read_bytes() for file in battery.rglob("*.py")]
    # most files need no reading: either word begins a line of code, or stands behind `async`
    trees = [ast.parse(source) for source in sources if _MAY_HANDLE.search(source)]
    return any(_may_catch(node) for tree in trees for node in ast.walk(tree))


def _may_catch(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return isinstance(node, ast.With | ast.AsyncWith)
    named = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return not all(isinstance(one, ast.Name) and one.id in _CANNOT_CATCH for one in named)
