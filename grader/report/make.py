"""The parts of a report that say what was graded and by what, and reports without a mark."""

from __future__ import annotations

import functools
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata

from grader.model.errors import SubmissionRefused
from grader.model.exercise import Exercise, Submission
from grader.model.report import (
    SCHEMA_VERSION,
    Environment,
    ExerciseInfo,
    FileInfo,
    Isolation,
    Learner,
    Report,
    SubmissionInfo,
    Timing,
    Verdict,
)


def exercise_info(exercise: Exercise) -> ExerciseInfo:
    """Which exercise was graded."""
    return ExerciseInfo(exercise.id, exercise.title, exercise.digest)


def submission_info(submission: Submission) -> SubmissionInfo:
    """Which submission was graded."""
    files = tuple(FileInfo(file.path, file.sha256, file.bytes) for file in submission.files)
    return SubmissionInfo(submission.name, files, submission.digest)


def learner_of(submission: Submission) -> Learner | None:
    """Whose it is, where that is known."""
    if submission.learner_id is None:
        return None
    return Learner(submission.learner_id, submission.learner_name)


@functools.cache
def environment() -> Environment:
    """The versions that graded."""
    return Environment(
        grader=metadata.version("autograd-grader"),
        python=platform.python_version(),
        pytest=metadata.version("pytest"),
        platform=f"{sys.platform} {platform.machine()}",
    )


def unmarked_report(
    exercise: Exercise, verdict: Verdict, message: str, info: SubmissionInfo
) -> Report:
    """A report without a score: a refusal or a fault."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Report(
        schema_version=SCHEMA_VERSION,
        outcome=verdict,
        message=message,
        exercise=exercise_info(exercise),
        submission=info,
        tasks=(),
        isolation=Isolation("none"),
        limits=exercise.limits,
        seed=0,
        environment=environment(),
        timing=Timing(now, 0.0),
    )


def fault_report(exercise: Exercise, submission: Submission, message: str) -> Report:
    """Our own failure: no mark."""
    return unmarked_report(exercise, Verdict.FAULT, message, submission_info(submission))


def refused_report(exercise: Exercise, name: str, refusal: SubmissionRefused) -> Report:
    """A submission that cannot be taken in: no mark."""
    info = SubmissionInfo(name, (), "")
    return unmarked_report(exercise, Verdict.REFUSED, str(refusal), info)
