"""`grader serve --stdio`: resident; one JSON line in, one JSON line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import click
import msgspec
from msgspec import Meta, Struct

from grader.cli.common import load_exercise, verb
from grader.cli.logs import Log, log_option
from grader.cli.options import exercise_option, isolation_option, secret_option
from grader.model.check import Audience
from grader.model.encoding import encoded
from grader.model.errors import GraderError, SubmissionRefused
from grader.model.exercise import Exercise, Submission, known_task
from grader.model.report import Report, Verdict
from grader.text.words import _, said

LONGEST_LINE = 16 << 20


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """A line in. One of `path` and `source`; `id` comes back with the answer.

    `export` names a platform's format, which then comes back as text beside the report.
    """

    id: str | int
    path: str | None = None
    source: str | None = None
    name: str | None = None
    seed: Annotated[int, Meta(ge=0, lt=2**48)] | None = None
    task: str | None = None
    audience: Audience = Audience.GRADER
    export: str | None = None
    learner_id: str | None = None
    learner_name: str | None = None
    progress: bool = False


@verb()
@click.option("--stdio", is_flag=True, required=True, help=_("Serve standard input and output."))
@exercise_option
@isolation_option
@secret_option
@log_option
def serve(
    stdio: bool,
    exercise_folder: Path | None,
    isolation: str,
    secret: str | None,
    log_json: bool,
) -> int:
    """Grade one submission a line until the input ends.

    A line in: {"id": 1, "path": "value.py"} or {"id": 2, "source": "class Value: ..."}.
    A line out: {"id": 1, "report": {...}} or {"id": 2, "error": {"kind": ..., "message": ...}}.

    Example: echo '{"id": 1, "path": "value.py"}' | grader serve --stdio
    """
    from grader.grading.pipeline import Options, grade_each

    exercise = load_exercise(exercise_folder)
    log = Log(log_json)
    server = Server(exercise, sys.stdin.buffer, sys.stdout.buffer, log)
    options = Options(isolation=isolation, secret=secret)
    with log.faults():
        log.line("started", exercise=exercise.id, digest=exercise.digest)
        while not server.ended:
            grade_each(exercise, server.jobs(), server.answer, options)
        log.line("finished")
    return 0


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
        self.exporters: dict[str, Callable[[Report], str]] = {}

    def jobs(self) -> Iterator[Any]:
        """A job for every good line. A bad one is answered here and ends nothing.

        They stop after a fault, so that a new box is made before the next one.
        """
        from msgspec.structs import replace

        from grader.grading.pipeline import Job

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
                taken = self._take(request)
            except GraderError as error:
                kind = "refused" if isinstance(error, SubmissionRefused) else "usage"
                self._say({"id": request.id, "error": {"kind": kind, "message": str(error)}})
                continue
            self.current = request
            if request.progress:
                self._say({"id": request.id, "event": "started"})
            taken = replace(taken, learner_id=request.learner_id, learner_name=request.learner_name)
            yield Job(taken, request.seed, request.task)

    def _read(self, line: bytes) -> Request | None:
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = self.lines.readline(LONGEST_LINE)
            message = said("a line may have at most {size} MiB", size=LONGEST_LINE >> 20)
            self._say({"id": None, "error": {"kind": "usage", "message": message}})
            return None
        try:
            return msgspec.json.decode(line, type=Request)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            found = _leniently(line)
            message = said("not a request: {error}", error=error)
            if not _is_text(found):
                message = said(
                    "not a request: it holds half a surrogate pair, which is no character; send "
                    "the whole pair, or \\ufffd"
                )
            self._say({"id": _id_of(found), "error": {"kind": "usage", "message": message}})
            return None

    def _take(self, request: Request) -> Submission:
        from grader.intake.take import take, take_source
        from grader.model.errors import UsageProblem

        known_task(self.exercise, request.task)
        if request.export is not None and request.export not in self.exporters:
            from grader import export

            self.exporters[request.export] = export.exporter(request.export)
        if (request.path is None) == (request.source is None):
            raise UsageProblem(said("a request has either a path or a source"))
        module_file = self.exercise.module_file
        if request.path is not None:
            return take(Path(request.path), module_file)
        name = request.name or module_file
        return take_source(name, (request.source or "").encode(), module_file)

    def answer(self, _: Submission, report: Report) -> None:
        """The line for a graded submission; a fault of ours is told, and the loop goes on."""
        from grader.report import wire
        from grader.report.audience import for_audience

        request = self.current
        assert request is not None
        self.faulty = report.outcome is Verdict.FAULT
        shown = for_audience(report, request.audience)
        body = wire.encode(shown, indent=0).strip()
        answer: dict[str, Any] = {"id": request.id, "report": msgspec.Raw(body)}
        if request.export is not None:
            try:
                answer["export"] = self.exporters[request.export](shown)
            except GraderError as error:
                answer["error"] = {"kind": "usage", "message": str(error)}
        self._say(answer)
        self.log.line(
            "submission",
            id=request.id,
            outcome=shown.outcome.value,
            score=shown.score,
            max_score=shown.max_score,
            message=shown.message,
            duration_s=shown.timing.duration_s,
        )

    def _say(self, answer: dict[str, Any]) -> None:
        if _is_text(answer["id"]):
            line = encoded(answer)
        else:  # only the answer to what is no request: it comes back as it was escaped
            line = json.dumps(answer, separators=(",", ":")).encode()
        self.out.write(line + b"\n")
        self.out.flush()
        if "error" in answer:
            self.log.line("error", id=answer["id"], **answer["error"])


def _leniently(line: bytes) -> Any:
    """What a line holds to a reader that takes more than JSON allows; None for no JSON at all."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_text(found: Any) -> bool:
    """Whether all text in it can be written: half a surrogate pair cannot."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _id_of(found: Any) -> Any:
    """The id of what is no request, where it has one."""
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str | int) else None
