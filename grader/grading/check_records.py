"""A check as pytest has it, as our own records: what it declares, and what was seen of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from grader.grading.compared import difference_of
from grader.grading.pytest_internals import own_words
from grader.grading.state import State
from grader.model.check import CheckRecord, CheckSpec, Difference, Outcome, Visibility
from grader.model.errors import GraderError
from grader.target.base import LoadFailed, TargetDied, TargetTimeout, TargetViolation
from grader.target.recorder import Recorder, SubmissionError
from grader.text.clean import clean_text
from grader.text.words import said


def spec_of(item: pytest.Item) -> CheckSpec:
    """The declaration of a check, from its marks and docstring."""
    task_mark = item.get_closest_marker("task")
    assert task_mark is not None
    task = str(task_mark.args[0])
    options: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("check"))):
        options.update(mark.kwargs)
    unknown = set(options) - {"weight", "visibility", "needs"}
    if unknown:
        raise pytest.UsageError(
            said(
                "{nodeid}: check() has no option {unknown!r}",
                nodeid=item.nodeid,
                unknown=sorted(unknown)[0],
            )
        )
    name = item.name.removeprefix("test_")
    doc = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    parameter = re.search(r"\[(.*)\]$", item.name)
    title = doc.splitlines()[0].strip() if doc else name.replace("_", " ")
    if parameter:
        title = title.replace("{param}", parameter[1])
    return CheckSpec(
        id=f"{task}/{name}",
        task=task,
        title=title.rstrip("."),
        weight=int(options.get("weight", 1)),
        visibility=Visibility(options.get("visibility", "visible")),
        needs=tuple(options.get("needs", ())),
    )


def record_of(
    state: State, spec: CheckSpec, recorder: Recorder | None, error: BaseException | None
) -> CheckRecord:
    """What was seen of a check that ended with this error, or with none."""
    outcome, message = _outcome(state, spec, error)
    if recorder is None:
        return CheckRecord(spec, outcome, message)
    difference = None
    if type(error) is AssertionError and recorder.asserted is not None:
        difference = difference_of(recorder, recorder.asserted)
        message = _difference_sentence(difference, own_words(error))
    return CheckRecord(
        spec,
        outcome,
        message,
        program=recorder.program(),
        results=tuple(recorder.results),
        comparisons=tuple(recorder.comparisons),
        difference=difference,
        output=None if error is None else state.target.output(),
    )


def _outcome(state: State, spec: CheckSpec, error: BaseException | None) -> tuple[Outcome, str]:
    """The outcome an exception means; what no learner can have caused is noted for attribution."""
    if error is None:
        return Outcome.PASSED, ""
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Outcome.FAILED, clean_text(_first_lines(str(error)), limit=300)
    if isinstance(error, SubmissionError):
        raised = error.raised.type_name
        special = {"NotImplementedError": Outcome.UNWRITTEN, "MemoryError": Outcome.MEMORY}
        return special.get(raised, Outcome.ERROR), str(error)
    if isinstance(error, TargetTimeout):
        state.timeout_kind[spec.id] = error.kind
        return (Outcome.ABORTED if error.kind == "total" else Outcome.TIMEOUT), error.message
    if isinstance(error, TargetDied | TargetViolation | LoadFailed):
        return Outcome.CRASHED, error.message
    if isinstance(error, GraderError):
        state.fault = error
        return Outcome.MISSING, ""
    words = f"{type(error).__name__}: {clean_text(str(error), limit=200)}"
    state.battery_errors[spec.id] = words
    return Outcome.ERROR, said(
        "the check could not use what your code returned ({words})", words=words
    )


def _difference_sentence(difference: Difference, words: str) -> str:
    """What was expected and what came, behind what the check itself says."""
    told = {"expected": difference.expected, "got": difference.got}
    if words:
        words = clean_text(_first_lines(words), limit=200)
        return said("{words}: expected {expected}, got {got}", words=words, **told)
    return said("expected {expected}, got {got}", **told)


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    found = "; ".join(lines[:2])
    return text if found == text else found
