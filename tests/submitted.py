"""The reference with changes, and what a source is graded with.

One session grades all that the tests of a process hand in, as it would a class: a session of their
own each would be most of their time. It is `grader serve --stdio`, in a process beside them.
"""

from __future__ import annotations

import atexit
import functools
import json
from typing import Any

from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.report import Report
from grader.report import wire
from tests.cli.serving import Service

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
    try:
        answer = resident().ask(id=0, **request)
    except (BrokenPipeError, json.JSONDecodeError):
        # a test that kills what it finds may have met the process
        resident.cache_clear()
        answer = resident().ask(id=0, **request)
    return wire.decode(json.dumps(answer["report"]))


@functools.cache
def resident() -> Service:
    """The process that grades for this one, until it ends."""
    service = Service("--isolation", "none", start_new_session=True)
    atexit.register(service.end)
    return service
