"""The reference with changes, and what a source is graded with.

One session grades all that the tests of a process hand in, as it would a class: a session of their
own each would be most of their time. It is `grader serve --stdio`, in a process beside them.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import subprocess
from typing import Any

from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.report import Report
from grader.report import wire
from tests.cli.running import COMMAND, ROOT, variables

EXERCISE = exercises.load()
REFERENCE = EXERCISE.reference_file.read_text("utf-8")


def changed(*changes: tuple[str, str], most: int = -1) -> str:
    """The reference with texts replaced, each `most` times; without it wherever it stands."""
    source = REFERENCE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, most)
    return source


def graded(source: str, seed: int | None = None) -> Report:
    """The report of a source, graded as it is where nothing isolates."""
    return asked(source=source) if seed is None else asked(source=source, seed=seed)


def graded_here(source: str) -> Report:
    """The same by a session in this process, which a test may have changed."""
    taken = intake.take_source("value.py", source.encode(), EXERCISE.module_file)
    return grading.grade(EXERCISE, taken, grading.Options(isolation="none"))


def asked(**request: Any) -> Report:
    """What the resident session answers to a request of `grader serve`."""
    line = json.dumps({"id": 0, **request}).encode() + b"\n"
    answer = answered(line)
    if not answer:
        # a test that kills what it finds may have met the process
        resident.cache_clear()
        answer = answered(line)
    return wire.decode(json.dumps(json.loads(answer)["report"]))


def answered(line: bytes) -> bytes:
    """The line that comes back; nothing where the process has ended."""
    serving = resident()
    assert serving.stdin is not None
    assert serving.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        serving.stdin.write(line)
        serving.stdin.flush()
    return serving.stdout.readline()


@functools.cache
def resident() -> subprocess.Popen[bytes]:
    """The process that grades for this one, until it ends."""
    command = [*COMMAND, "serve", "--stdio", "--isolation", "none"]
    pipe = subprocess.PIPE
    serving = subprocess.Popen(
        command, cwd=ROOT, env=variables(), stdin=pipe, stdout=pipe, start_new_session=True
    )
    atexit.register(serving.communicate)
    return serving
