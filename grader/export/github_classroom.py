"""GitHub Classroom: the result line of a grader step, and the annotations of its reporter.

The first line is for `$GITHUB_OUTPUT`; the others are workflow commands for the step's own log,
needed only where the reporter action is not used (it emits the same two notices).
The reporter adds up the scores of the tests, so these add up to the report's exact score; hidden
checks are folded into one test a task, since learners read the log.
Not graded: a maximum of 0, for which no points are reported at all, and one test that says why;
its score has to be a number, and 0 of 0 counts for nothing. The step then fails.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import Any

from grader.export.common import json_text, number, one_line
from grader.export.shown import Mark, Row, main_file, mark, not_graded, rows
from grader.model import Outcome, Report


def export(report: Report) -> str:
    """The line `result=...` and one line an annotation."""
    found = mark(report)
    made = rows(report) if found else []
    if found is None or not made:
        told = one_line(not_graded(report), 1000)
        test = {"name": "Not graded", "status": "error", "score": 0, "message": told}
        notes = [f"::error title=Not graded::{told.replace('%', '%25')}"]
        return _text({"version": 3, "status": "error", "max_score": 0, "tests": [test]}, notes)
    scores = _adding_up([row.score for row in made], found)
    tests = [_test(row, s, main_file(report)) for row, s in zip(made, scores, strict=True)]
    status = "pass" if all(row.passed for row in made) else "fail"
    got, most = number(found.score), number(found.maximum)
    points = json_text({"totalPoints": got, "maxPoints": most}, indent=None).strip()
    notes = [
        f"::notice title=Autograding complete::Points {got}/{most}",
        f"::notice title=Autograding report::{points}",
    ]
    return _text({"version": 3, "status": status, "max_score": most, "tests": tests}, notes)


def _text(result: dict[str, Any], notes: list[str]) -> str:
    encoded = base64.b64encode(json_text(result, indent=None).strip().encode()).decode()
    return "\n".join([f"result={encoded}", *notes]) + "\n"


def _adding_up(scores: list[float], found: Mark) -> list[int | float]:
    """The scores with what rounding to four decimals lost given to the last that earned any."""
    exact = [Fraction(str(score)) for score in scores]
    earned = [place for place, score in enumerate(exact) if score] or [len(exact) - 1]
    exact[earned[-1]] += Fraction(str(found.score)) - sum(exact)
    return [number(float(score)) for score in exact]


def _test(row: Row, score: float, filename: str) -> dict[str, Any]:
    status = {Outcome.PASSED: "pass", Outcome.FAILED: "fail"}.get(row.outcome, "error")
    return {
        "name": f"{row.task}: {row.title}",
        "status": status,
        "score": score,
        "message": row.message,
        "test_code": row.code,
        "filename": filename,
        "line_no": 0,
        "duration": number(row.seconds),
    }
