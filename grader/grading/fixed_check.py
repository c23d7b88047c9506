"""Checks that come to one program and one comparison, which need no running to be judged.

Theory of operation. Where a check drew up its program without asking for an answer, compared what
came back once, at its end, and has no handler that could make something else of an exception, its
record is a function of the answer alone: an exception in the program is the record, and so is the
comparison. Running the check under pytest would build the same program, work out the same expected
values and compare them. pytest judges the reference's answer, from which all this is learned.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from grader.grading.check_records import record_of
from grader.grading.result_cache import AskableTarget, AskAheadTarget
from grader.grading.state import OBSERVER, RECORDER, State, recorder_for
from grader.model.check import CheckRecord, CheckSpec
from grader.target.base import Asked, TargetFailure
from grader.target.observe import Observer, Reads
from grader.target.recorder import Mismatch, SubmissionError

_MAY_HANDLE = re.compile(rb"(?:^|[\r\n])[\xef\xbb\xbf \t\f]*(?:async\b.*)?(?:with|except)\b")

_CANNOT_CATCH = frozenset(
    {"ArithmeticError", "AttributeError", "IndexError", "KeyError", "LookupError", "NameError"}
    | {"OverflowError", "StopIteration", "TypeError", "ValueError", "ZeroDivisionError"}
)
"""What a handler may name without meeting a comparison that fails or a submission that raises."""


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


def judged(state: State, spec: CheckSpec, reads: Reads, asked: Asked) -> CheckRecord | None:
    """The record of a check with this answer; None where the answer cannot be read."""
    target = AskAheadTarget(cast(AskableTarget, state.target), asked)
    recorder = recorder_for(state.exercise.contract, target)
    recorder.steps = list(asked.program.steps[:-1])
    try:
        Observer(recorder).compare(reads)
    except (SubmissionError, Mismatch) as error:
        return record_of(state, spec, recorder, error)
    except TargetFailure:
        return None
    return record_of(state, spec, recorder, None)


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
