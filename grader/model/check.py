"""A check: what the battery declares, what was seen of it, and for whose eyes it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from grader.model.program import NO_PROGRAM, Comparison, Output, Program, Result, SourceLine, Step


class Outcome(StrEnum):
    """How a check ended, best explanation of a failure first.

    A task shows the first of these, after `PASSED`, that any of its checks has.
    """

    PASSED = "passed"
    FAILED = "failed"  # a value differed
    ERROR = "error"  # the learner's code raised
    UNWRITTEN = "unwritten"  # it raised NotImplementedError
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"  # the process died or broke the protocol
    ABORTED = "aborted"  # not run: too many timeouts or deaths before it in the task
    BLOCKED = "blocked"  # not judged: what it needs does not work yet, or is not fully right
    MISSING = "missing"  # promised by the battery, never reported


class Visibility(StrEnum):
    """Who may see a check; the four words are Gradescope's."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


class Audience(StrEnum):
    """For whose eyes a report is rendered."""

    LEARNER = "learner"
    GRADER = "grader"


class CheckSpec(Struct, frozen=True):
    """A check as the battery declares it."""

    id: str
    task: str
    title: str
    weight: int
    visibility: Visibility
    needs: tuple[str, ...] = ()


class Difference(Struct, frozen=True):
    """What a check compared and found otherwise, in words; the step is that which gave the value,
    None where it was worked out."""

    step: int | None
    expected: str
    got: str


class CheckRecord(Struct, frozen=True):
    """Everything that was seen of one check while it ran; the verdict reads it, nobody edits it."""

    spec: CheckSpec
    outcome: Outcome
    message: str = ""
    program: Program = NO_PROGRAM
    results: tuple[Result, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    difference: Difference | None = None
    output: Output | None = None
    notes: tuple[str, ...] = ()
    source: SourceLine | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of its program."""
        return self.program.steps


WAITING = frozenset({Outcome.FAILED, Outcome.ERROR, Outcome.UNWRITTEN})
"""The outcomes of a check that may be due to what it needs."""


def waiting(records: Sequence[CheckRecord]) -> Mapping[str, tuple[str, ...]]:
    """What each failing check waits for, by its id: what it needs itself and is not fully right;
    of several such, those that do not just wait as well."""
    missed = [record for record in records if record.outcome is not Outcome.PASSED]
    found = _unmet(missed, missed)
    at_fault = _unmet(missed, [record for record in missed if record.spec.id not in found])
    return {check: at_fault.get(check, needs) for check, needs in found.items()}


def _unmet(
    missed: Sequence[CheckRecord], unfinished: Sequence[CheckRecord]
) -> dict[str, tuple[str, ...]]:
    """What each check that failed needs and is unfinished, where it needs such."""
    names = {name for record in unfinished for name in (record.spec.id, record.spec.task)}
    found = {
        record.spec.id: tuple(need for need in record.spec.needs if need in names)
        for record in missed
        if record.outcome in WAITING
    }
    return {check: needs for check, needs in found.items() if needs}


def task_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The first outcome in order of explanation that any check has; missing without checks."""
    seen = set(outcomes)
    for outcome in Outcome:
        if outcome is not Outcome.PASSED and outcome in seen:
            return outcome
    return Outcome.PASSED if seen else Outcome.MISSING
