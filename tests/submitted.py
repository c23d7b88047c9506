"""The reference with changes, and what a source is graded with in this process."""

from __future__ import annotations

from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.report import Report

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
    taken = intake.take_source("value.py", source.encode(), EXERCISE.module_file)
    return grading.grade(EXERCISE, taken, grading.Options(isolation="none", seed=seed))
