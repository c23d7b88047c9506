"""`--log-json`: what happened, a JSON object a line on standard error, for machines that watch."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from grader.model.errors import Fault, GraderError
from grader.model.report import Report
from grader.text.words import _, said, translated

if TYPE_CHECKING:
    from grader.batch.reports import Names
    from grader.batch.told import Settled
    from grader.gradebook.store import Gradebook

log_option = click.option(
    "--log-json", is_flag=True, help=_("Log events as JSON lines on standard error.")
)


class Log:
    """Writes lines when it is on, and nothing when it is off.

    `aloud` where standard output is for people: it says there that the log cannot be written.
    """

    def __init__(self, on: bool, *, aloud: bool = False) -> None:
        self.on = on
        self.aloud = aloud
        # as it is now: a progress bar takes standard error over for as long as it is shown
        self.stream = sys.stderr

    def line(self, event: str, **facts: Any) -> None:
        """One event with its facts. Fault when it cannot be written: a log has no silent gaps."""
        if not self.on:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        record = {"time": now, "event": event, **{key: _text(of) for key, of in facts.items()}}
        # ASCII alone: whatever a reader takes for the end of a line is not in a name
        text = json.dumps(record, separators=(",", ":"))
        try:
            self.stream.write(f"{text}\n")
            self.stream.flush()
        except OSError as error:
            self.on = False
            problem = said("cannot write the log to standard error: {error}", error=error.strerror)
            if self.aloud:
                with contextlib.suppress(OSError):
                    print(f"grader: {translated(problem)}", flush=True)
            raise Fault(problem) from None

    def remark(self, kind: str, message: str) -> None:
        """What a grader should know of a class: an event, or without a log a sentence."""
        if self.on:
            self.line("remark", kind=kind, message=message)
            return
        with contextlib.suppress(OSError, ValueError):
            print(f"grader: {translated(message)}", file=self.stream)

    @contextlib.contextmanager
    def faults(self) -> Iterator[None]:
        """A line for the fault of ours that ends what is inside."""
        try:
            yield
        except BrokenPipeError:
            raise  # the reader has what it wanted
        except Exception as error:
            if not isinstance(error, GraderError):
                self.line("fault", message=f"{type(error).__name__}: {error}")
            elif isinstance(error, Fault):
                self.line("fault", message=error.message)
            raise

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
                    duration_s=report.timing.checks.get(check.id),
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


class ClassLog:
    """A line for each learner of a class, once it is known what becomes of the submission."""

    def __init__(self, log: Log, book: Gradebook, names: Names) -> None:
        self.log = log
        self.book = book
        self.names = names

    def settled(self, what: Settled) -> None:
        """The learner's line, under the name that the outputs use."""
        if not self.log.on:
            return
        from grader.gradebook.queries import message_and_duration

        message, duration_s = message_and_duration(self.book, what.learner)
        self.log.line(
            "submission",
            id=self.names.id(what.learner),
            outcome=what.state,
            score=what.score,
            max_score=what.max_score,
            message=self.names.message(what.state, message),
            cached=what.cached,
            duration_s=duration_s,
        )


def _text(value: Any) -> Any:
    """A name from a disk may hold bytes that are no text; no reader of JSON would take those."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
