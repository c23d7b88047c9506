"""Moodle CodeRunner: what a combinator template grader prints.

Only keys that CodeRunner knows, since an unknown one is an error. Cells are `%s`: CodeRunner
escapes them; the HTML around the table is escaped here. Hidden checks have `ishidden` set, and
only staff is sent such rows.

Not graded: CodeRunner has no word for it. `fraction` is left out, which CodeRunner takes for a
broken grader: it says so, quotes the reason and keeps the best mark so far. In its source that
attempt then counts as nothing earned if there was none before (`showoutputonly` would give full
marks), so staff has to regrade; no text a grader prints can change that.
"""

from __future__ import annotations

from html import escape
from typing import Any

from grader.export.common import json_text, one_line
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback, not_graded, summary
from grader.model.check import Visibility
from grader.model.report import Report

HEADER = ("iscorrect", "Task", "Check", "What happened", "iscorrect", "ishidden")


def export(report: Report) -> str:
    """The one JSON object."""
    found = mark(report)
    if found is None:
        return json_text({"prologuehtml": escape(not_graded(report))}, indent=None)
    isolation = f"isolation {one_line(report.isolation.level)}, seed {report.seed}"
    data: dict[str, Any] = {
        "fraction": found.share,
        "prologuehtml": f"<p>{escape(summary(report))}</p>",
        "testresults": [list(HEADER), *(_cells(row) for row in check_rows(report, hidden=True))],
        "columnformats": ["%s", "%s", "%s"],
        "epiloguehtml": f"<pre>{escape(feedback(report))}</pre>",
        "instructorhtml": f"<pre>{escape(isolation)}</pre>",
        "showdifferences": False,
    }
    return json_text(data, indent=None)


def _cells(row: Row) -> list[int | str]:
    told = "" if row.passed else row.details()
    correct, hidden = int(row.passed), int(row.visibility is not Visibility.VISIBLE)
    return [correct, row.task, row.title, told, correct, hidden]
