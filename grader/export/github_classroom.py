"""GitHub Classroom: the result line of a grader step, and the annotations of its reporter.

The first line is for `$GITHUB_OUTPUT`; the others are workflow commands for the log, needed only
where the reporter action is not used. It adds up the tests' scores: these give the report's score.
It is handed the result in its environment, where Linux takes no more than 128 KiB: words are
shortened, in the end all tests are one. Hidden checks are folded into one test a task.
Not graded: a maximum of 0, for which no points are reported, and one test that says why; its score
has to be a number, and 0 of 0 counts for nothing. The step then fails.
The reporter prints the words of the tests into the runner's log, which obeys what looks like a
command to it: in what a submission says, the marks of one are set apart.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from grader.export.common import fitting, json_text, number, one_line, shorten
from grader.export.facts import main_file, mark
from grader.export.rows import Row, adding_up, check_rows
from grader.export.words import not_graded, summary
from grader.model.check import Outcome
from grader.model.report import Report

LARGEST = 120_000
_COMMAND = re.compile(r"^[^\S\n]*:(?=:)|#(?=#\[)", re.MULTILINE)


def export(report: Report) -> str:
    """The line `result=...` and one line an annotation."""
    found, made = mark(report), check_rows(report)
    if found is None:
        told = one_line(not_graded(report), 1000)
        line = _result("error", 0, [_bare("Not graded", "error", 0, told)])
        return f"{line}::error title=Not graded::{told.replace('%', '%25')}\n"
    got, most = number(found.score), number(found.maximum)
    status = "pass" if all(row.passed for row in made) else "fail"
    file, scores = main_file(report), adding_up(made, found.score)
    pairs = list(zip(made, scores, strict=True))
    whole = [_bare("All checks", status, got, summary(report)) | {"filename": file}]
    line = fitting(
        lambda n: _result(status, most, [_test(*pair, n, file) for pair in pairs] or whole),
        LARGEST,
    ) or _result(status, most, whole)
    report_text = json_text({"totalPoints": got, "maxPoints": most}, indent=None)
    complete = f"::notice title=Autograding complete::Points {got}/{most}\n"
    return f"{line}{complete}::notice title=Autograding report::{report_text}"


def _result(status: str, most: float, tests: list[dict[str, Any]]) -> str:
    result = {"version": 3, "status": status, "max_score": most, "tests": tests}
    return f"result={base64.b64encode(json_text(result, indent=None).encode()).decode()}\n"


def _bare(name: str, status: str, score: float, message: str) -> dict[str, Any]:
    return {"name": name, "status": status, "score": score, "message": _apart(message)}


def _test(row: Row, score: float, limit: int, file: str) -> dict[str, Any]:
    status = {Outcome.PASSED: "pass", Outcome.FAILED: "fail"}.get(row.outcome, "error")
    name, message = shorten(f"{row.task}: {row.title}", limit), shorten(row.message, limit)
    more = {
        "test_code": _apart(shorten(row.code, limit)),
        "line_no": row.line or 0,  # 0 is not shown
        "duration": number(row.seconds),
        "filename": row.file or file,
    }
    return _bare(name, status, score, message) | more


def _apart(text: str) -> str:
    """`: :` for `::` where a line begins, `# #[` for `##[` anywhere."""
    return _COMMAND.sub(lambda mark: f"{mark[0]} ", text)
