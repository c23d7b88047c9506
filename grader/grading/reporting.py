"""The report of one submission, from what was seen and what there is to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from grader.diagnosis.explained import Explained
from grader.grading.notes import notes_of
from grader.grading.score import exact_points, graded_part, task_results
from grader.grading.waiting import held_back
from grader.model.exercise import Exercise
from grader.model.report import (
    SCHEMA_VERSION,
    Isolation,
    MissingLayer,
    Report,
    Timing,
    Verdict,
)
from grader.report.make import environment, exercise_info, learner_of, submission_info
from grader.report.size import within_size
from grader.target.boxed import BoxedTarget

if TYPE_CHECKING:
    from grader.box.base import Protection


class Shown(Struct, frozen=True):
    """What a report says beside its records."""

    message: str
    seed: int
    task: str | None
    durations: Mapping[str, float]


def report_of(
    exercise: Exercise,
    target: BoxedTarget,
    explained: Explained,
    oracle: Any,
    isolation: Isolation,
    shown: Shown,
) -> Report:
    """The report of the target's submission."""
    whole, exercise = exercise, graded_part(exercise, shown.task)
    tasks, total = task_results(
        exercise,
        held_back(explained.records),
        evidence=explained.smallest,
        diagnoses=explained.found.diagnoses,
        same_as=explained.found.same_as,
        oracle=oracle,
    )
    tasks, is_shortened = within_size(tasks)
    maximum = sum(exact_points(task) for task in exercise.tasks)
    submission = target.submission
    return Report(
        schema_version=SCHEMA_VERSION,
        outcome=Verdict.GRADED,
        message=shown.message,
        exercise=exercise_info(exercise),
        submission=submission_info(submission),
        learner=learner_of(submission),
        tasks=tasks,
        isolation=isolation,
        limits=exercise.limits,
        seed=shown.seed,
        environment=environment(),
        timing=Timing("", 0.0, shown.durations),
        score=round(float(total), 4),
        max_score=round(float(maximum), 4),
        # those of the submission last, as in the reports of a class
        notes=(
            *target.notes,
            *notes_of(whole, explained, tasks, is_shortened=is_shortened),
            *submission.notes,
        ),
    )


def isolation_of(protection: Protection, target: BoxedTarget | None = None) -> Isolation:
    """What the box offers, with the layers that the worker itself had in force."""
    missing = dict(protection.missing)
    for layer, reason in (target.missing if target else {}).items():
        if missing.get(layer) != reason:  # the worker's text is plain, where ours is a message
            missing[layer] = reason
    reasons = tuple(MissingLayer(layer, reason) for layer, reason in missing.items())
    return Isolation(protection.level, protection.layers, reasons)
