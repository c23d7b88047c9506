"""Failing checks are run again where that can tell something, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import exercise as exercises
from grader import grading, intake
from grader.explaining import EXPLAINED, VARIES
from grader.model import Report
from grader.remote.boxed import BoxedTarget

REFERENCE = Path("reference/value.py").read_text("utf-8")
OVERWRITING = Path("tests/examples/overwriting_mul.py").read_text("utf-8")
PRODUCT = "self.data * other.data"
AFTER_MANY = f"{PRODUCT} + (len(MADE) > 90)"
NO_KNOWN_MISTAKE = f"{PRODUCT} + (self.data == 3.0) * 0.125"
CONSTRUCTOR = "        self.data = data\n"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """An item for each worker."""
    workers: list[None] = []
    start = BoxedTarget.start

    def counted(self: BoxedTarget) -> None:
        workers.append(None)
        start(self)

    monkeypatch.setattr(BoxedTarget, "start", counted)
    return workers


def graded(source: str) -> Report:
    exercise = exercises.load()
    taken = intake.take_source("value.py", source.encode(), exercise.module_file)
    return grading.grade(exercise, taken, grading.Options(isolation="none"))


def notes(report: Report) -> set[str]:
    return {note for task in report.tasks for check in task.checks for note in check.notes}


def test_a_named_mistake_is_not_run_again(started):
    report = graded(OVERWRITING)
    assert any(task.diagnoses for task in report.tasks)
    assert len(started) == 1
    assert notes(report) == set()


def test_a_mistake_without_a_name_is_run_again_in_a_fresh_worker_for_each_task(started):
    assert PRODUCT in REFERENCE
    report = graded(REFERENCE.replace(PRODUCT, NO_KNOWN_MISTAKE))
    failing = {
        task.id for task in report.tasks for check in task.checks if check.outcome in EXPLAINED
    }
    assert not any(task.diagnoses for task in report.tasks)
    assert len(started) == 1 + len(failing)
    assert notes(report) == set()


def test_what_fails_only_after_other_graphs_is_told():
    assert CONSTRUCTOR in REFERENCE
    kept = REFERENCE.replace(CONSTRUCTOR, f"{CONSTRUCTOR}        MADE.append(1)\n")
    report = graded(kept.replace(PRODUCT, AFTER_MANY) + "\n\nMADE = []\n")
    assert report.score < 10
    assert VARIES in notes(report)
