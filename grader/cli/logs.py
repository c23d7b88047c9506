"""`--log-json`: what happened, a JSON object a line on standard error, for machines that watch."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from grader.model import Report


class Log:
    """Writes lines when it is on, and nothing when it is off."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def line(self, event: str, **facts: Any) -> None:
        """One event with its facts."""
        if self.on:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            record = {"time": now, "event": event, **facts}
            print(msgspec.json.encode(record).decode(), file=sys.stderr, flush=True)

    def report(self, report: Report) -> None:
        """A line for every check, then one for the whole."""
        for task in report.tasks:
            for check in task.checks:
                self.line(
                    "check",
                    check=check.id,
                    outcome=check.outcome.value,
                    score=check.score,
                    max_score=check.max_score,
                    duration_s=report.timing.checks.get(check.id, 0.0),
                )
        self.line(
            "finished",
            outcome=report.outcome.value,
            score=report.score,
            max_score=report.max_score,
            message=report.message,
            isolation=report.isolation.level,
            duration_s=report.timing.duration_s,
        )
