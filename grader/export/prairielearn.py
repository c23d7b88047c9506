"""PrairieLearn: `/grade/results/results.json` of an external grader.

A fault and a refusal are `gradable: false`, which uses up no attempt. Tests all carry points,
since one without them would take them from all. PrairieLearn has no hidden tests: they are folded
into one a task. A file over 1 MiB fails the job, so words are shortened until it fits, and as a
last resort the list of tests is left out; the score stays the same. The container has to exit 0.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import fitting, json_text, shorten
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback, not_graded, summary
from grader.model.report import Report

LARGEST = 1024 * 1024
"""Bytes; a file of exactly that size is still taken."""

_LEFT_OUT = "The list of checks is too long for PrairieLearn and is left out."


def export(report: Report) -> str:
    """The results file."""
    found = mark(report)
    if found is None:
        reasons = not_graded(report).split("\n")
        return json_text({"gradable": False, "format_errors": reasons, "message": reasons[0]})
    data = {
        "gradable": True,
        "succeeded": True,
        "score": found.share,
        "message": summary(report),
        "output": feedback(report),
    }
    made = check_rows(report)
    text = fitting(lambda n: json_text(data | {"tests": [_test(r, n) for r in made]}), LARGEST)
    return text or json_text(data | {"message": f"{summary(report)}\n{_LEFT_OUT}"})


def _test(row: Row, limit: int) -> dict[str, Any]:
    return {
        "name": shorten(f"{row.task}: {row.title}", limit),
        "description": shorten(row.id, limit),
        "points": row.score,
        "max_points": row.maximum,
        "message": "" if row.passed else shorten(row.message, limit),
        "output": "" if row.passed else shorten(row.evidence(), limit),
    }
