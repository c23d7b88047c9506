"""Checks that come to one program and one comparison, which need no running to be judged.

Theory of operation. Where a check drew up its program without asking for an answer, compared what
came back once, at its end, and has no handler that could make something else of an exception, its
record is a function of the answer alone: an exception in the program is the record, and so is the
comparison. Running the check under pytest would build the same program, work out the same expected
values and compare them. pytest judges the reference's answer, from which all this is learned
(`grader.grading.learning`).
"""

from __future__ import annotations

from typing import NamedTuple, cast

from msgspec.structs import replace

from grader.grading.check_records import record_of
from grader.grading.result_cache import AskableTarget, AskAheadTarget, CheckKey, ResultCache
from grader.grading.state import State, recorder_for
from grader.model.check import CheckRecord, CheckSpec, Outcome
from grader.model.program import Program
from grader.target.base import Asked, TargetFailure
from grader.target.observe import Observer, Reads
from grader.target.recorder import Mismatch, SubmissionError


class FixedCheck(NamedTuple):
    """All there is to a check: the program that it asks, and what it compares."""

    program: Program
    reads: Reads


class Judge:
    """Judges answers without running a check: one that was judged before, and any to a check of
    which the comparison is known."""

    def __init__(self) -> None:
        self.cache = ResultCache()
        self.comparisons: dict[CheckKey, Reads] = {}

    def record(
        self, state: State, spec: CheckSpec, key: CheckKey, asked: Asked
    ) -> CheckRecord | None:
        """What the check's answer comes to, None where the check has to be run."""
        record = self.cache.get(key, asked.answer)
        if record is not None:
            is_right = record.outcome is Outcome.PASSED
            return record if is_right else replace(record, output=state.target.output())
        if key not in self.comparisons:
            return None
        record = judged(state, spec, self.comparisons[key], asked)
        if record is not None:
            self.keep(key, asked, record)
        return record

    def keep(self, key: CheckKey, asked: Asked, record: CheckRecord) -> None:
        """Caches what an answer came to."""
        self.cache.put(key, asked.answer, replace(record, output=None))


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
