"""What a batch and its helpers say to each other: JSON lines of these records.

The batch sends one `Setup` and then `Job`s over a helper's standard input; the helper answers
with one `Ready`, a `Done` for every job in the order they came, or a `Fatal` that ends the batch.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from grader.gradebook.facts import Facts
from grader.model.encoding import encoded
from grader.model.errors import (
    ExerciseProblem,
    Fault,
    GraderError,
    IsolationUnavailable,
    UsageProblem,
)
from grader.model.exercise import Limits, Submission

FATAL = {
    error.__name__: error for error in (ExerciseProblem, Fault, IsolationUnavailable, UsageProblem)
}


class Setup(Struct, frozen=True):
    """How every submission of a batch is graded, on whatever machine.

    `exercise_files` holds the exercise itself, for a machine that has no folder with that digest.
    """

    exercise_root: str
    exercise_digest: str
    isolation: str
    limits: Limits
    secret: str
    seed: int | None = None
    exercise_files: dict[str, bytes] | None = None
    parent_pid: int = 0


class Job(Struct, frozen=True):
    """One submission to grade; `digest` is its name between batch and helper.

    A seed or a task of its own comes from a service, where every request may have them.
    """

    digest: str
    submission: Submission
    seed: int | None = None
    task: str | None = None


class Ready(Struct, frozen=True, tag="ready"):
    """The helper waits for its first job."""


class Done(Struct, frozen=True, tag="done"):
    """A job's end: facts and report, or neither and the words of our own failure."""

    digest: str
    facts: Facts | None = None
    report: msgspec.Raw = msgspec.Raw(b"null")
    fault: str = ""


class Fatal(Struct, frozen=True, tag="fatal"):
    """What makes it senseless to go on: a broken exercise, isolation that is not to be had."""

    kind: str
    message: str
    next_move: str = ""

    def error(self) -> GraderError:
        """The error it was."""
        return FATAL.get(self.kind, Fault)(self.message, next_move=self.next_move)


Answer = Ready | Done | Fatal

_answer_decoder = msgspec.json.Decoder(Answer)
_job_decoder = msgspec.json.Decoder(Job)
_setup_decoder = msgspec.json.Decoder(Setup)


def line(message: Struct) -> bytes:
    """The message as one line."""
    return encoded(message) + b"\n"


def read_answer(data: bytes) -> Answer:
    """What a helper said. Raises msgspec.ValidationError or DecodeError."""
    answer: Answer = _answer_decoder.decode(data)
    return answer


def read_job(data: bytes) -> Job:
    """A job from its line."""
    return _job_decoder.decode(data)


def read_setup(data: bytes) -> Setup:
    """The setup from its line."""
    return _setup_decoder.decode(data)
