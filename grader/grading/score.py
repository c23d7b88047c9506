"""Check results + exercise → tasks and totals. Pure; points are exact fractions inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import asdict
from msgspec.structs import replace as structs_replace

from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility, task_outcome
from grader.model.exercise import Exercise, Task
from grader.model.program import value_sentence
from grader.model.report import CheckResult, Diagnosis, Evidence, TaskResult
from grader.program.evidence import Oracle, first_wrong, graph, program_lines
from grader.program.listing import Listing, number_text

SHOWN_PROGRAMS = 3
"""How many failing checks of a task carry program and graph, of visible ones and of all others:
reports stay small."""


def exact_points(task: Task) -> Fraction:
    """A task's points as written: 0.1 means one tenth."""
    return Fraction(str(task.points))


def graded_part(exercise: Exercise, task: str | None) -> Exercise:
    """The exercise as far as it is graded: one task, where one was asked for, and of a handout what
    the visible checks are worth."""
    tasks = exercise.tasks if task is None else (exercise.task(task),)
    if exercise.public is not None:
        points = exercise.public.points
        tasks = tuple(
            [structs_replace(one, points=points[one.id]) for one in tasks if one.id in points]
        )
    return structs_replace(exercise, tasks=tasks)


def task_results(
    exercise: Exercise,
    records: Sequence[CheckRecord],
    *,
    evidence: Mapping[str, Evidence] | None = None,
    diagnoses: Mapping[str, tuple[Diagnosis, ...]] | None = None,
    same_as: Mapping[str, str] | None = None,
    oracle: Oracle | None = None,
) -> tuple[tuple[TaskResult, ...], Fraction]:
    """Every task's result in the exercise's order, and the exact sum of points."""
    total = Fraction(0)
    results = []
    for task in exercise.tasks:
        mine = [record for record in records if record.spec.task == task.id]
        points = check_points([record.spec for record in mine], exact_points(task))
        earned = sum((points[r.spec.id] for r in mine if r.outcome is Outcome.PASSED), Fraction(0))
        total += earned
        results.append(
            _task_result(
                task,
                mine,
                points,
                earned,
                (evidence or {}).get(task.id),
                (diagnoses or {}).get(task.id, ()),
                same_as or {},
                oracle,
            )
        )
    return tuple(results), total


def _task_result(
    task: Task,
    records: Sequence[CheckRecord],
    points: Mapping[str, Fraction],
    earned: Fraction,
    evidence: Evidence | None,
    diagnoses: tuple[Diagnosis, ...],
    same_as: Mapping[str, str],
    oracle: Oracle | None,
) -> TaskResult:
    checks, shown = [], Counter[bool]()
    for record in records:
        is_visible = record.spec.visibility is Visibility.VISIBLE
        show = shown[is_visible] < SHOWN_PROGRAMS
        check = check_result(record, points[record.spec.id], show=show, oracle=oracle)
        if check.program is not None:
            shown[is_visible] += 1
        if record.spec.id in same_as:
            check = structs_replace(check, same_as=same_as[record.spec.id])
        checks.append(check)
    return TaskResult(
        id=task.id,
        title=task.title,
        outcome=task_outcome(record.outcome for record in records),
        score=round(float(earned), 4),
        max_score=round(float(exact_points(task)), 4),
        needs=task.needs,
        diagnoses=diagnoses,
        checks=tuple(checks),
        evidence=evidence,
    )


def every_check(specs: Sequence[CheckSpec], outcome: Outcome, message: str) -> list[CheckRecord]:
    """The same outcome for all checks: blocked when the submission could not be imported."""
    return [CheckRecord(spec, outcome, message) for spec in specs]


def message_of(record: CheckRecord) -> str:
    """The sentence for a failing check: the first wrong value, or what the record says."""
    wrong = first_wrong(record.comparisons)
    if record.outcome is Outcome.FAILED and wrong is not None:
        name = Listing(record.steps, record.results).names.get(wrong.step, "it")
        expected, got = number_text(wrong.expected), number_text(wrong.got)
        return value_sentence(name, wrong.field, expected, got)
    return record.message


def check_result(
    record: CheckRecord, points: Fraction, *, show: bool, oracle: Oracle | None = None
) -> CheckResult:
    """The result of one check worth `points`; with `show`, its program and graph."""
    spec = record.spec
    passed = record.outcome is Outcome.PASSED
    show = show and not passed and bool(record.steps)
    seen = record.steps, record.results, record.comparisons
    return CheckResult(
        id=spec.id,
        title=spec.title,
        outcome=record.outcome,
        score=round(float(points), 4) if passed else 0.0,
        max_score=round(float(points), 4),
        visibility=spec.visibility,
        message="" if passed else message_of(record),
        program=program_lines(*seen, record.difference) if show else None,
        graph=graph(*seen, oracle) if show else None,
        output=None if passed else record.output,
        notes=record.notes,
        **(asdict(record.source) if record.source else {}),
    )


def check_points(specs: Sequence[CheckSpec], task_points: Fraction) -> dict[str, Fraction]:
    """Points of each check of one task: task points × weight / sum of weights."""
    total = sum(spec.weight for spec in specs)
    return {spec.id: task_points * spec.weight / total for spec in specs}
