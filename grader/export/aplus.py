"""A+: the files of a grading container's `/feedback`, as one JSON object from names to contents.

`points` are integers, so they are in hundredths; A+ converts them to the maximum of the exercise.
`out` is HTML. A+ also reads points and tags from lines of it that begin with `TotalPoints:` and
the like, so all of it is one line, in which the ends of quoted lines are written as references.

Not graded: no points, and the submission is set to the error state, which is no mark in A+.
"""

from __future__ import annotations

from html import escape

from grader.export.common import fitting, json_text, shorten
from grader.export.facts import mark
from grader.export.rows import check_rows
from grader.export.words import not_graded, summary
from grader.model.report import Report

LARGEST = 1024 * 1024
"""Bytes; A+ takes nine times as much feedback."""


def export(report: Report) -> str:
    """The JSON object."""
    found = mark(report)
    if found is None:
        told = not_graded(report)
        error = {"grading-script-errors": f"{told}\n", "submission-set-error": "true\n"}
        return json_text({"out": f"{_quoted(told)}\n"} | error)
    score, most = found.hundredths
    points, head = {"points": f"{score}/{most}\n"}, f"<p>{escape(summary(report))}</p>"
    whole = fitting(lambda n: json_text(points | {"out": f"{head}{_wrong(report, n)}\n"}), LARGEST)
    return whole or json_text(points | {"out": f"{head}\n"})


def _wrong(report: Report, limit: int) -> str:
    """A heading and a quote for each check that did not pass."""
    parts = []
    for row in check_rows(report):
        if not row.passed and not row.skipped:
            words = f"{row.place}: {row.details()}" if row.place else row.details()
            title = escape(shorten(f"{row.task}: {row.title}", limit))
            parts.append(f"<h4>{title}</h4>{_quoted(shorten(words, limit))}")
    return "".join(parts)


def _quoted(text: str) -> str:
    return f"<pre>{escape(text).replace(chr(10), '&#10;')}</pre>"
