"""Gradescope: `/autograder/results/results.json`.

Checks carry their visibility, in Gradescope's words; while one is hidden, learners see no total.
The score is the report's exact one and overrides the sum of the tests. Formats are `text`
throughout: the default for `output` is HTML.

Not graded: Gradescope has no word for it. A fault writes neither `score` nor `tests`, the only
places a total can come from: by its rules the file is incomplete and the submission ungraded.
A refusal adds a test with a status and no score. Not tried on Gradescope itself.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import OURS, json_text, number, one_line
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback
from grader.model.report import Report, Verdict


def export(report: Report) -> str:
    """The results file."""
    found = mark(report)
    data: dict[str, Any] = {} if found is None else {"score": number(found.score)}
    data |= {
        "execution_time": number(max(0.0, report.timing.duration_s)),
        "output": feedback(report),
        **dict.fromkeys(("output_format", "test_output_format", "test_name_format"), "text"),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            OURS: {
                "outcome": report.outcome.value,
                "schema_version": one_line(report.schema_version),
                "exercise_digest": one_line(report.exercise.digest),
                "submission_digest": one_line(report.submission.digest),
            }
        },
    }
    if found is not None:
        data["tests"] = [_test(row) for row in check_rows(report, hidden=True)]
    elif report.outcome is Verdict.REFUSED:
        told = {"name": "The submission can be taken in", "status": "failed"}
        data["tests"] = [told | {"output": feedback(report), "visibility": "visible"}]
    return json_text(data)


def _test(row: Row) -> dict[str, Any]:
    return {
        "name": f"{row.task}: {row.title}",
        "number": row.number,
        **({"score": row.score, "max_score": row.maximum} if row.maximum else {}),
        "status": "passed" if row.passed else "failed",
        "output": "" if row.passed else row.details(),
        "tags": [row.task_id],
        "visibility": row.visibility.value,
        "extra_data": {OURS: {"id": row.id, "outcome": row.outcome.value}},
    }
