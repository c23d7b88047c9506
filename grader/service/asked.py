"""What a service is asked: how a submission that comes with the request is to be graded."""

from __future__ import annotations

import json
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from grader import export
from grader.intake.take import take_source
from grader.model.check import Audience
from grader.model.exercise import Exercise, Submission, known_task
from grader.text.words import said


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every request may say beside its submission; `id` comes back with the answer.

    `export` names a platform's format, which then comes back as text beside the report.
    """

    id: str | int | None = None
    source: str | None = None
    name: str | None = None
    seed: Annotated[int, Meta(ge=0, lt=2**48)] | None = None
    task: str | None = None
    audience: Audience = Audience.GRADER
    export: str | None = None
    learner_id: str | None = None
    learner_name: str | None = None


def refuse_unknown(exercise: Exercise, asked: Asked) -> None:
    """UsageProblem when there is no such task, or no such format."""
    known_task(exercise, asked.task)
    if asked.export is not None:
        export.exporter(asked.export)


def taken(exercise: Exercise, asked: Asked, data: bytes) -> Submission:
    """The submission in `data`, with its learner. SubmissionRefused."""
    module_file = exercise.module_file
    submission = take_source(asked.name or module_file, data, module_file)
    return replace(submission, learner_id=asked.learner_id, learner_name=asked.learner_name)


def not_asked(data: bytes, error: Exception) -> str:
    """The sentence for what is no request."""
    if not is_text(leniently(data)):
        return said(
            "not a request: it holds half a surrogate pair, which is no character; send "
            "the whole pair, or \\ufffd"
        )
    return said("not a request: {error}", error=error)


def leniently(data: bytes) -> Any:
    """What JSON holds to a reader that takes more than JSON allows; None for no JSON at all."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def is_text(found: Any) -> bool:
    """Whether all text in it can be written: half a surrogate pair cannot."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
