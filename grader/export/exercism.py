"""Exercism: `results.json` of a test runner, version 3.

Exercism has no points: a test passes, fails or has an error, and the learner is shown the first
that did not pass, so the order is the report's. `error` at the top says that no test ran: a
fault, a refusal, or a submission that cannot be imported. Hidden checks are folded into one test
a task. The code of a test is known for failing checks only; elsewhere `test_code` is empty.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import json_text, shorten, visible
from grader.export.facts import mark, not_loaded
from grader.export.rows import Row, check_rows
from grader.export.words import feedback
from grader.model.check import Outcome
from grader.model.report import Report

LONGEST_MESSAGE = 65_535
LONGEST_OUTPUT = 500
_CUT = "\nOutput was truncated. Please limit to 500 chars"


def export(report: Report) -> str:
    """The results file."""
    if mark(report) is None:
        return _error(feedback(report))
    if not_loaded(report):
        return _error(visible(report.message))
    task_ids = {task.id: place for place, task in enumerate(report.tasks, start=1)}
    tests = [_test(row, task_ids.get(row.task_id)) for row in check_rows(report)]
    if not tests:
        return _error("No check was run.")
    passed = all(test["status"] == "pass" for test in tests)
    status = "pass" if passed else "fail"
    return json_text({"version": 3, "status": status, "message": None, "tests": tests})


def _error(message: str) -> str:
    short = shorten(message, LONGEST_MESSAGE) or "Not graded."
    return json_text({"version": 3, "status": "error", "message": short, "tests": []})


def _test(row: Row, task_id: int | None) -> dict[str, Any]:
    status = {Outcome.PASSED: "pass", Outcome.FAILED: "fail"}.get(row.outcome, "error")
    return {
        "name": f"{row.task} > {row.title}",
        "status": status,
        "message": None if row.passed else shorten(row.message, LONGEST_MESSAGE),
        "output": shorten(row.output, LONGEST_OUTPUT, ending=_CUT) or None,
        "test_code": row.code,
        **({} if task_id is None else {"task_id": task_id}),
    }
