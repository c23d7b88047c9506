"""Submitty: `results.json`, one test case a task.

Submitty matches test cases with those of the assignment's configuration by their place and wants
as many, so that has one for each task, in the same order and with the same points. Checks are the
autochecks of their task; hidden ones are folded into a count. A task of hidden checks only has
`view_testcase` false and must be `hidden` in the configuration.

Not graded: one test case with a message and without `points_awarded`. In Submitty's source a
missing number stops the script that stores points, and the version stays ungraded; an empty list
would be stored as nothing earned. This was not tried on Submitty itself.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import json_text, number, one_line
from grader.export.shown import Row, feedback, main_file, mark, not_loaded, rows
from grader.model import Report, TaskResult, Visibility


def export(report: Report) -> str:
    """The results file."""
    found = mark(report)
    if found is None:
        told = {"test_name": "Not graded", "view_testcase": True}
        return json_text({"testcases": [told | {"testcase_message": feedback(report)}]})
    made = rows(report)
    open_points = sum(task.score for task in report.tasks if _open(task))
    covered = all(_open(task) for task in report.tasks)
    total = {
        "automatic_grading_total": number(found.score),
        "nonhidden_automatic_grading_total": (
            number(found.score) if covered else number(round(open_points, 4))
        ),
    }
    return json_text({"testcases": [_case(report, t, made) for t in report.tasks]} | total)


def _open(task: TaskResult) -> bool:
    """Whether a learner may see any check of the task."""
    return any(check.visibility is Visibility.VISIBLE for check in task.checks) or not task.checks


def _case(report: Report, task: TaskResult, made: list[Row]) -> dict[str, Any]:
    mine = [row for row in made if row.task_id == one_line(task.id)]
    unloaded = f"{main_file(report)} cannot be imported" if not_loaded(report) else ""
    return {
        "test_name": one_line(task.title) or one_line(task.id),
        "view_testcase": _open(task),
        "testcase_message": unloaded,
        "points_awarded": number(task.score),
        "autochecks": [_check(row) for row in mine],
    }


def _check(row: Row) -> dict[str, Any]:
    kind = "success" if row.passed else "warning" if row.skipped else "failure"
    words = "Passed." if row.passed else row.details()
    return {"description": row.title, "messages": [{"message": words, "type": kind}]}
