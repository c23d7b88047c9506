"""check50: the JSON that `check50 -o json` prints.

`passed` has three states; null means that a check was skipped, and `dependency` names the one it
waits for. Points stand in each check's `data`, which check50 leaves to checks. Hidden checks are
folded into one a task. A fault or a refusal has `error` in the place of `results`, as check50
itself does when it cannot run.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import json_text, one_line
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import not_graded
from grader.model.report import Report


def export(report: Report) -> str:
    """The JSON document."""
    head = {"slug": one_line(report.exercise.id)}
    version = {"version": one_line(report.environment.grader)}
    if mark(report) is None:
        kind = {"type": report.outcome.value.capitalize(), "value": not_graded(report)}
        return json_text(head | {"error": kind | {"traceback": [], "data": {}}} | version)
    made = check_rows(report)
    results = [_result(row, _dependency(report, row, made)) for row in made]
    return json_text(head | {"results": results} | version)


def _dependency(report: Report, row: Row, made: list[Row]) -> str | None:
    """The first check that did not pass, of the import or of a task this one needs."""
    needs = next((task.needs for task in report.tasks if one_line(task.id) == row.task_id), ())
    if not row.skipped:
        return None
    waits_for = {"submission", row.task_id, *map(one_line, needs)}
    wrong = (one for one in made if not one.passed and not one.skipped)
    return next((one.id for one in wrong if one.task_id in waits_for), None)


def _result(row: Row, dependency: str | None) -> dict[str, Any]:
    cause = {"rationale": row.message, "help": f"It ran:\n{row.code}" if row.code else None}
    return {
        "name": row.id,
        "description": f"{row.task}: {row.title}",
        "passed": True if row.passed else None if row.skipped else False,
        "log": row.output.split("\n") if row.output else [],
        "cause": None if row.passed else cause,
        "data": {"points": row.score, "max_points": row.maximum, "outcome": row.outcome.value},
        "dependency": dependency,
    }
