"""Open edX XQueue: the answer to a submission, one JSON object on one line.

It is both the `xqueue_body` of `put_result`, which is `correct`, `score` and `msg`, and what a
container of xqueue-watcher prints last, which is `correct`, `score`, `tests` and `errors`; each
reader passes over the other's keys. `msg` is HTML that is well-formed XML, since the LMS parses it.
Hidden checks are folded into one test a task.

Not graded: neither `correct` nor `score`. The watcher then sends nothing, and the LMS calls such a
body an invalid reply; neither of them makes a mark of it.
"""

from __future__ import annotations

from html import escape
from typing import Any

from grader.export.common import json_text
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback, not_graded
from grader.model.report import Report


def export(report: Report) -> str:
    """The line."""
    found = mark(report)
    if found is None:
        told = not_graded(report)
        return _line({"errors": [told], "tests": [], "msg": _html(told, [])})
    made = check_rows(report)
    correct = found.share == 1 and all(row.passed for row in made)
    answer = {"errors": [], "tests": [_test(row) for row in made], "correct": correct}
    return _line(answer | {"score": found.share, "msg": _html(feedback(report), made)})


def _line(answer: dict[str, Any]) -> str:
    return json_text(answer, indent=None)


def _test(row: Row) -> list[str | bool]:
    """Short and long description, whether it is right, what was expected and what came."""
    title = f"{row.task}: {row.title}"
    return [title, "" if row.passed else row.details(), row.passed, row.expected, row.got]


def _html(told: str, made: list[Row]) -> str:
    wrong = "".join(
        f"<li>{escape(row.task)}: {escape(row.title)}<pre>{escape(row.details())}</pre></li>"
        for row in made
        if not row.passed and not row.skipped
    )
    listed = f"<ul>{wrong}</ul>" if wrong else ""
    return f"<div><pre>{escape(told)}</pre>{listed}</div>"
