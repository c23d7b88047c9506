"""CTRF, the Common Test Report Format: working draft of 2025-11-24, spec version 0.0.0.

It knows no points: they stand under `extra`, in our own namespace. Hidden checks are folded into
one test a task. A check that was not judged is `skipped` where a failed one shows why. A fault or a
refusal holds no tests, since any could be counted as failed: its outcome stands under `extra`.
"""

from __future__ import annotations

import uuid
from typing import Any

from grader.export.common import OURS, began, ended, instant, json_text, one_line, seconds
from grader.export.facts import mark
from grader.export.rows import Row, check_rows
from grader.export.words import feedback
from grader.model.report import Report


def export(report: Report) -> str:
    """The CTRF document."""
    found = mark(report)
    tests = [_test(row) for row in check_rows(report)] if found else []
    start, stop = (round(time.timestamp() * 1000) for time in (began(report), ended(report)))
    ends = [test["status"] for test in tests]
    counts = {end: ends.count(end) for end in ("passed", "failed", "skipped", "pending", "other")}
    version = one_line(report.environment.grader)
    extra: dict[str, Any] = {"outcome": report.outcome.value, "message": feedback(report)}
    extra |= {"points": found.score, "max_points": found.maximum} if found else {}
    identity = one_line(f"{report.exercise.digest} {report.submission.digest} {began(report)}")
    document = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "reportId": str(uuid.uuid5(uuid.NAMESPACE_OID, identity)),
        "timestamp": instant(ended(report)),
        "generatedBy": f"{OURS} {version}",
        "results": {
            "tool": {"name": OURS, "version": version},
            "summary": {"tests": len(tests), **counts, "start": start, "stop": stop},
            "tests": tests,
            "extra": {OURS: extra},
        },
    }
    return json_text(document)


def _test(row: Row) -> dict[str, Any]:
    status = "passed" if row.passed else "skipped" if row.skipped else "failed"
    return {
        "name": row.title,
        "status": status,
        "duration": round(seconds(row.seconds) * 1000),
        "testId": row.id,
        "suite": [row.task],
        **({} if row.passed else {"message": row.message}),
        **({"snippet": row.code} if row.code else {}),
        "rawStatus": row.outcome.value,
        **({"stdout": row.output.split("\n")} if row.output else {}),
        "extra": {OURS: {"points": row.score, "max_points": row.maximum, "task": row.task_id}},
    }
