"""What explains a failure is asked in workers of its own, and a difference is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.diagnosis.explain import KEPT, VARIES
from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.report import Report
from grader.target.boxed import BoxedTarget

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


def test_a_right_submission_needs_one_worker(started):
    assert graded(REFERENCE).score == 10
    assert len(started) == 1


@pytest.mark.parametrize("wrong", [OVERWRITING, REFERENCE.replace(PRODUCT, NO_KNOWN_MISTAKE)])
def test_a_wrong_one_is_explained_in_a_second_and_shown_as_in_a_third(started, wrong):
    report = graded(wrong)
    assert report.score < 10
    assert any(task.evidence for task in report.tasks)
    assert len(started) == 3
    assert notes(report) == set()


def test_what_is_shown_is_what_a_fresh_worker_gives():
    """A sum over all nodes ever made is another one after other programs."""
    kept = REFERENCE.replace(CONSTRUCTOR, f"{CONSTRUCTOR}        MADE.append(data)\n")
    report = graded(kept.replace(PRODUCT, "sum(MADE)") + "\n\nMADE = []\n")
    mul = next(task for task in report.tasks if task.id == "mul")
    assert mul.evidence is not None
    shown = next(node for node in mul.evidence.graph.nodes if node.first_wrong)
    (data,) = [field for field in shown.fields if field.name == "data"]
    leaves = [node for node in mul.evidence.graph.nodes if node.label.startswith("Value(")]
    made = sum(float(node.label.removeprefix("Value(").removesuffix(")")) for node in leaves)
    assert float(data.got) == made
    assert notes(report) & {VARIES, KEPT}


def test_what_fails_only_after_other_graphs_is_told():
    assert CONSTRUCTOR in REFERENCE
    kept = REFERENCE.replace(CONSTRUCTOR, f"{CONSTRUCTOR}        MADE.append(1)\n")
    report = graded(kept.replace(PRODUCT, AFTER_MANY) + "\n\nMADE = []\n")
    assert report.score < 10
    assert VARIES in notes(report)
