"""Grading over standard input and output: one JSON line in, one JSON line out.

Server(exercise, lines, out, log).serve(options)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec.structs import replace

from grader.export import exporter
from grader.grading.pipeline import Job, Options, grade_each
from grader.intake.take import take
from grader.model.encoding import encoded
from grader.model.errors import GraderError, SubmissionRefused, UsageProblem
from grader.model.exercise import Exercise, Submission
from grader.model.report import Report, Verdict
from grader.report import wire
from grader.report.audience import for_audience
from grader.service.asked import (
    Asked,
    is_text,
    leniently,
    not_asked,
    refuse_unknown,
    taken,
)
from grader.text.words import said

LONGEST_LINE = 16 << 20

Log = Callable[..., None]
"""Writes an event with its facts, where somebody keeps a log."""


class Request(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line in. One of `path` and `source`; `id` comes back with the answer."""

    id: str | int
    path: str | None = None
    progress: bool = False


class Server:
    """Reads requests, answers those that cannot be graded, and hands on the rest."""

    def __init__(self, exercise: Exercise, lines: BinaryIO, out: BinaryIO, log: Log) -> None:
        self.exercise = exercise
        self.lines = lines
        self.out = out
        self.log = log
        self.current: Request | None = None
        self.ended = False
        self.faulty = False

    def serve(self, options: Options) -> None:
        """Answers until the input ends."""
        while not self.ended:
            grade_each(self.exercise, self._jobs(), self._answer, options)

    def _jobs(self) -> Iterator[Job]:
        """A job for every good line. A bad one is answered here and ends nothing.

        They stop after a fault, so that a new box is made before the next one.
        """
        self.faulty = False
        while not self.faulty:
            line = self.lines.readline(LONGEST_LINE + 1)
            if not line:
                self.ended = True
                return
            if not line.strip():
                continue
            request = self._read(line)
            if request is None:
                continue
            try:
                submission = self._take(request)
            except GraderError as error:
                kind = "refused" if isinstance(error, SubmissionRefused) else "usage"
                self._say({"id": request.id, "error": {"kind": kind, "message": str(error)}})
                continue
            self.current = request
            if request.progress:
                self._say({"id": request.id, "event": "started"})
            yield Job(submission, request.seed, request.task)

    def _read(self, line: bytes) -> Request | None:
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = self.lines.readline(LONGEST_LINE)
            message: str = said("a line may have at most {size} MiB", size=LONGEST_LINE >> 20)
            self._say({"id": None, "error": {"kind": "usage", "message": message}})
            return None
        try:
            return msgspec.json.decode(line, type=Request)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            message = not_asked(line, error)
            self._say({"id": _id_in(line), "error": {"kind": "usage", "message": message}})
            return None

    def _take(self, request: Request) -> Submission:
        refuse_unknown(self.exercise, request)
        if (request.path is None) == (request.source is None):
            raise UsageProblem(said("a request has either a path or a source"))
        if request.path is None:
            return taken(self.exercise, request, (request.source or "").encode())
        submission = take(Path(request.path), self.exercise.module_file)
        return replace(submission, learner_id=request.learner_id, learner_name=request.learner_name)

    def _answer(self, _: Submission, report: Report) -> None:
        """The line for a graded submission; a fault of ours is told, and the loop goes on."""
        request = self.current
        assert request is not None
        self.faulty = report.outcome is Verdict.FAULT
        shown = for_audience(report, request.audience)
        body = wire.encode(shown, indent=0).strip()
        answer: dict[str, Any] = {"id": request.id, "report": msgspec.Raw(body)}
        if request.export is not None:
            try:
                answer["export"] = exporter(request.export)(shown)
            except GraderError as error:
                answer["error"] = {"kind": "usage", "message": str(error)}
        self._say(answer)
        self.log(
            "submission",
            id=request.id,
            outcome=shown.outcome.value,
            score=shown.score,
            max_score=shown.max_score,
            message=shown.message,
            duration_s=shown.timing.duration_s,
        )

    def _say(self, answer: dict[str, Any]) -> None:
        if is_text(answer["id"]):
            line = encoded(answer)
        else:  # only the answer to what is no request: it comes back as it was escaped
            line = json.dumps(answer, separators=(",", ":")).encode()
        self.out.write(line + b"\n")
        self.out.flush()
        if "error" in answer:
            self.log("error", id=answer["id"], **answer["error"])


def _id_in(line: bytes) -> Any:
    """The id of what is no request, where it has one."""
    found = leniently(line)
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str | int) else None
