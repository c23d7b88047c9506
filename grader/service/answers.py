"""What the service answers, as records: the description of it is made from these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct
from starlette.responses import Response

from grader.model.encoding import encoded
from grader.model.exercise import Exercise
from grader.service.store import State

Kind = Literal["usage", "refused", "unauthorized", "missing", "limit", "busy", "fault"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """What was wrong, for programs and for people."""

    kind: Kind
    message: str


class Refused(Struct, frozen=True):
    """The body of every answer that is an error."""

    error: Problem


class JobState(Struct, frozen=True, omit_defaults=True):
    """A job: `waiting` with how many are before it, `done` with its report, or `replaced`.

    `id` is what the request called itself, `export` the report in the format it asked for, or
    `error` why there is none.
    """

    job: str
    state: State
    id: str | int | None = None
    before: int | None = None
    replaced_by: str | None = None
    report: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    export: str | None = None
    error: Problem | None = None


class Status(Struct, frozen=True, omit_defaults=True):
    """Whether the service is well, and if not, why."""

    status: Literal["ok", "not ready"]
    reasons: list[str] = []


class TaskInfo(Struct, frozen=True):
    """A task, as the learner is told it: Markdown with mathematics between dollar signs."""

    id: str
    title: str
    points: float
    needs: tuple[str, ...]
    statement: str
    example: str


class ExerciseFacts(Struct, frozen=True):
    """What a platform may show of an exercise: nothing of its battery."""

    id: str
    title: str
    digest: str
    module: str
    max_score: float
    tasks: tuple[TaskInfo, ...]


def about(exercise: Exercise) -> ExerciseFacts:
    """The facts of an exercise."""
    return ExerciseFacts(
        exercise.id,
        exercise.title,
        exercise.digest,
        exercise.module_file,
        exercise.points,
        tuple(
            TaskInfo(one.id, one.title, one.points, one.needs, one.statement, one.example)
            for one in exercise.tasks
        ),
    )


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The value as an answer."""
    return Response(encoded(value), status, headers, "application/json")
