"""Submitty: `results.json`, one test case a task.

Submitty matches test cases with those of the assignment's configuration by their place and wants
as many, so that has one for each task, in the same order and with the same points. Checks are the
autochecks of their task; hidden ones are folded into a count. A task of hidden checks only has
`view_testcase` false and must be `hidden` in the configuration.

Not graded: one test case without `points_awarded`. In Submitty's source that stops the script that
stores points: the version stays ungraded. An empty list would be a zero. Not tried on Submitty.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import MESSAGE, json_text, number, one_line
from grader.export.facts import mark, not_loaded
from grader.export.rows import Row, check_rows
from grader.export.words import feedback
from grader.model.check import Visibility
from grader.model.report import Report, TaskResult


def export(report: Report) -> str:
    """The results file."""
    found = mark(report)
    if found is None:
        told = {"test_name": "Not graded", "view_testcase": True}
        return json_text({"testcases": [told | {"testcase_message": feedback(report)}]})
    made = check_rows(report)
    open_points = sum(task.score for task in report.tasks if _open(task))
    covered = all(map(_open, report.tasks))
    nonhidden = found.score if covered else round(open_points, 4)
    total = {
        "automatic_grading_total": number(found.score),
        "nonhidden_automatic_grading_total": number(nonhidden),
    }
    cases = [_case(task, made) for task in report.tasks]
    if not_loaded(report):
        cases[0]["testcase_message"] = one_line(report.message, MESSAGE)
    return json_text({"testcases": cases} | total)


def _open(task: TaskResult) -> bool:
    """Whether a learner may see any check of the task."""
    return any(check.visibility is Visibility.VISIBLE for check in task.checks) or not task.checks


def _case(task: TaskResult, made: list[Row]) -> dict[str, Any]:
    return {
        "test_name": one_line(task.title) or one_line(task.id),
        "view_testcase": _open(task),
        "points_awarded": number(task.score),
        "autochecks": [_check(row) for row in made if row.task_id == one_line(task.id)],
    }


def _check(row: Row) -> dict[str, Any]:
    kind = "success" if row.passed else "warning" if row.skipped else "failure"
    words = "Passed." if row.passed else row.details()
    return {"description": row.title, "messages": [{"message": words, "type": kind}]}
