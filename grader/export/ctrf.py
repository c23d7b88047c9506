"""CTRF, the Common Test Report Format: working draft of 2025-11-24, spec version 0.0.0.

CTRF knows no points: they stand under `extra`, in our own namespace. Hidden checks are folded
into one test a task. A check that was not judged is `skipped`, provided that a failed one shows
why. A fault or a refusal holds no tests at all, since any test could be counted as a failed one:
its outcome and message stand under `extra`, and the exit code of the grader tells the job.
"""

from __future__ import annotations

import uuid
from typing import Any

from grader.export.common import OURS, began, ended, instant, json_text, number, one_line, seconds
from grader.export.shown import Row, feedback, mark, rows
from grader.model import Report


def export(report: Report) -> str:
    """The CTRF document."""
    found = mark(report)
    tests = [_test(row) for row in rows(report)] if found else []
    start, stop = (round(time.timestamp() * 1000) for time in (began(report), ended(report)))
    counts = {status: 0 for status in ("passed", "failed", "skipped", "pending", "other")}
    for test in tests:
        counts[test["status"]] += 1
    version = one_line(report.environment.grader)
    extra: dict[str, Any] = {"outcome": report.outcome.value, "message": feedback(report)}
    if found:
        extra |= {"points": number(found.score), "max_points": number(found.maximum)}
    identity = f"{report.exercise.digest} {report.submission.digest} {report.timing.started_at}"
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
    points = {"points": row.score, "max_points": row.maximum, "task": row.task_id}
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
        "extra": {OURS: points},
    }
