"""One grading session in a process of its own: submissions come in, comparable reports go out.

python -P -m grader.author.one_session
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from grader.exercise.load import load
from grader.grading.pipeline import Options, grade_each
from grader.model.encoding import encoded
from grader.model.exercise import Submission
from grader.model.report import Report, Timing


class Wanted(Struct, frozen=True):
    """What is read from standard input."""

    exercise: str
    seed: int
    submissions: tuple[Submission, ...]


class Graded(Struct, frozen=True):
    """A submission's report, as far as it may not differ from another one of it."""

    name: str
    report: Any


def main() -> None:
    """Grades what standard input holds, and writes every report at the end."""
    wanted = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Wanted)
    reports: list[Graded] = []

    def keep(submission: Submission, report: Report) -> None:
        reports.append(Graded(submission.name, comparable(report)))

    grade_each(load(Path(wanted.exercise)), wanted.submissions, keep, Options(seed=wanted.seed))
    # not msgpack: a number in a report may have more than 64 bits
    print(json.dumps(msgspec.to_builtins(reports)))


def comparable(report: Report) -> Any:
    """A report as plain data, without what may differ between two gradings of a file."""
    files = tuple(replace(file, path="") for file in report.submission.files)
    same = replace(
        report,
        timing=Timing("", 0.0),
        learner=None,
        submission=replace(report.submission, name="", files=files),
    )
    return msgspec.json.decode(encoded(same))


if __name__ == "__main__":
    main()
