"""What the gradebook keeps of a report beside the report."""

from __future__ import annotations

from msgspec import Struct

from grader.model.check import Outcome

LETTERS = {
    Outcome.PASSED: "p",
    Outcome.FAILED: "f",
    Outcome.ERROR: "e",
    Outcome.UNWRITTEN: "u",
    Outcome.TIMEOUT: "t",
    Outcome.MEMORY: "m",
    Outcome.CRASHED: "c",
    Outcome.ABORTED: "a",
    Outcome.BLOCKED: "b",
    Outcome.MISSING: "x",
}
OUTCOMES = {letter: outcome for outcome, letter in LETTERS.items()}


class NamedDiagnosis(Struct, frozen=True, array_like=True):
    """A known mistake that was found in a task."""

    task: str
    id: str
    title: str


class CheckFacts(Struct, frozen=True, array_like=True):
    """What a check is, the same in every report of a batch."""

    id: str
    task: str
    title: str
    max_score: float
    visibility: str


class TaskFacts(Struct, frozen=True, array_like=True):
    """What a task is, the same in every report of a batch."""

    id: str
    title: str
    max_score: float


class Facts(Struct, frozen=True):
    """All that the class page counts of a report.

    `outcomes` has one letter a check, in the order of `checks`; `scores` one number a task.
    """

    score: float
    max_score: float
    outcomes: str
    scores: dict[str, float]
    diagnoses: tuple[NamedDiagnosis, ...]
    message: str
    isolation: str
    duration_s: float
    checks: tuple[CheckFacts, ...] = ()
    tasks: tuple[TaskFacts, ...] = ()
