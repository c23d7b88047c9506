"""What a report says beside its checks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.explained import CUT_SHORT, Explained
from grader.diagnosis.observations import FAILING
from grader.model.exercise import Exercise
from grader.model.report import TaskResult
from grader.text.words import listed, said

SHORTENED = said(
    "Some failing checks are shown without their program, picture or output: there was too much "
    "of it for one report"
)

EXACT_ENOUGH = 1e-3
"""Points of a handout are rounded, task by task."""


def notes_of(
    exercise: Exercise, explained: Explained, tasks: Sequence[TaskResult], *, is_shortened: bool
) -> list[str]:
    """The notes of a report, those of the submission itself left out."""
    notes = _visible_alone(exercise)
    if explained.is_cut_short:
        notes.append(CUT_SHORT)
    if is_shortened:
        notes.append(SHORTENED)
    if explained.rewritten and _is_unexplained(tasks):
        named = [f"`{name.rpartition('.')[2]}`" for name in explained.rewritten]
        notes.append(
            said(
                "You also changed {names}. That is allowed; look there too if the methods seem "
                "right",
                names=listed(named),
            )
        )
    return notes


def _visible_alone(exercise: Exercise) -> list[str]:
    """What is said where learners are given fewer checks than count."""
    given = sum(exercise.public.points.values()) if exercise.public is not None else exercise.points
    if given >= exercise.points - EXACT_ENOUGH:
        return []
    words = said(
        "These are the visible checks, worth {given} of {points} points; the others look at what "
        "is handed in",
        given=f"{given:g}",
        points=f"{exercise.points:g}",
    )
    return [words]


def _is_unexplained(tasks: Sequence[TaskResult]) -> bool:
    """Whether some check fails for no reason that is told."""
    return any(
        check.outcome in FAILING
        and not check.same_as
        and all(check.id not in one.checks for one in task.diagnoses)
        for task in tasks
        for check in task.checks
    )
