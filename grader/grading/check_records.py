"""What was seen of a check, as our own record."""

from __future__ import annotations

from grader.grading.compared import difference_of
from grader.grading.state import State
from grader.model.check import CheckRecord, CheckSpec, Difference, Outcome
from grader.model.errors import GraderError
from grader.target.base import LoadFailed, TargetDied, TargetTimeout, TargetViolation
from grader.target.recorder import Recorder, SubmissionError
from grader.text.clean import clean_text
from grader.text.words import said


class SaidToFail(AssertionError):
    """The check itself said that it fails, by `pytest.fail`."""


def record_of(
    state: State, spec: CheckSpec, recorder: Recorder | None, error: BaseException | None
) -> CheckRecord:
    """What was seen of a check that ended with this error, or with none."""
    outcome, message = _outcome(state, spec, error)
    if recorder is None:
        return CheckRecord(spec, outcome, message)
    difference = None
    if type(error) is AssertionError and recorder.asserted is not None:
        # only an assert that pytest explained gets here
        from grader.grading.pytest_internals import own_words

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
    if isinstance(error, AssertionError):
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
