"""CodeGrade AutoTest v2: the messages of a Custom Test, one JSON object a line.

They belong on file descriptor 3, which has to be closed before the submission runs: whoever can
write there can write points. One message holds the share of the points; one more for each check
that failed is a comment in the learner's file, small because CodeGrade limits messages (to a size
that its documents do not give). Hidden checks are folded into one comment a task.

Not graded: comments and no points message at all. What CodeGrade then shows was not tried.
"""

from __future__ import annotations

from typing import Any

from grader.export.common import OURS, json_text, one_line
from grader.export.facts import main_file, mark
from grader.export.rows import check_rows
from grader.export.words import not_graded
from grader.model.report import Report

LONGEST = 400
"""Characters of a comment: at most six bytes each in ASCII JSON."""


def export(report: Report) -> str:
    """The messages."""
    found = mark(report)
    if found is None:
        told = not_graded(report)
        comment = _comment(main_file(report), 1, report.outcome.value, "info", told)
        return json_text(comment, indent=None)
    share = f"{found.share:.9f}".rstrip("0").rstrip(".")
    messages: list[dict[str, Any]] = [{"tag": "points", "points": share}]
    messages += [
        _comment(
            row.file or main_file(report),
            row.line or 1,
            row.outcome.value,
            "error",
            f"{row.title}: {row.message}",
        )
        for row in check_rows(report)
        if not row.passed and not row.skipped
    ]
    return "".join(json_text(message, indent=None) for message in messages)


def _comment(file: str, line: int, code: str, severity: str, words: str) -> dict[str, Any]:
    """A comment on a line of a file; the first one where no line is known."""
    place = {"start": {"line": line, "column": 1}, "end": {"line": line}}
    told = one_line(words, LONGEST)
    item = {"code": code, "severity": severity, "msg": told, "loc": place}
    comment = {"filename": file, "origin": OURS, "items": [item]}
    return {"tag": "comments", "comments": [comment]}
