"""One file has one report: however it is graded, and whoever was graded before it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from grader.diagnosis.reruns import SET_ORDER
from grader.exercise import load as exercises
from grader.grading import pipeline as grading
from grader.intake import take as intake
from grader.model.exercise import Limits
from grader.model.report import Report, SubmissionInfo
from tests.hostile.cases import LEVELS

REFERENCE = Path("reference/value.py").read_text("utf-8")
SET = REFERENCE.replace("tuple(_children)", "set(_children)")
WALK = SET[SET.index("        # Put every node") :]
UNGUARDED = """        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
            for child in node._prev:
                visit(child)
            order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            node._backward()
"""
FIRST_MEETING = """        self.grad = 1
        waiting, seen = [self], {self}
        while waiting:
            node = waiting.pop()
            node._backward()
            for child in node._prev:
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
"""
BY_ID = FIRST_MEETING.replace("in node._prev", "in sorted(node._prev, key=id)")
COUNTS = SET.replace("self.data * other.data", "self.data * other.data + len(MADE) * 1e-3").replace(
    "        self.data = data\n", "        self.data = data\n        MADE.append(self)\n"
)
KINDS = {
    "right": SET,
    "unguarded": SET.replace(WALK, UNGUARDED),
    "first meeting": SET.replace(WALK, FIRST_MEETING),
    "by id": SET.replace(WALK, BY_ID),
    "keeps count": COUNTS + "\nMADE = []\n",
    "prints": SET.replace(
        "out = Value(self.data * other", "print(1); out = Value(self.data + other"
    ),
    "hangs": SET.replace("if self.data > 0:\n", "while self.data < 0: pass\n            if 1:\n"),
}


TASKS = {"unguarded": "add", "by id": "add", "hangs": "relu"}
"""Graded on one task: what shows the first two is looked for in thousands of programs, in eight
orders, and each check that hangs is waited for."""


@pytest.fixture(scope="module")
def exercise():
    return exercises.load()


@pytest.fixture(scope="module")
def expected(exercise):
    """Every kind's report, all of one session where nothing isolates."""
    return graded(exercise, KINDS, "none")


def job(exercise, kind) -> grading.Job:
    assert KINDS[kind] != SET or kind == "right"
    taken = intake.take_source("value.py", KINDS[kind].encode(), exercise.module_file)
    return grading.Job(taken, task=TASKS.get(kind))


def graded(exercise, kinds, level) -> dict[str, Report]:
    """Reports by kind, all of one session, without what may differ."""
    jobs = [job(exercise, kind) for kind in kinds]
    reports: list[Report] = []
    options = grading.Options(isolation=level, limits=Limits(check_cpu_s=0.2))
    grading.grade_each(exercise, jobs, lambda _, report: reports.append(report), options)
    return {kind: told(report) for kind, report in zip(kinds, reports, strict=True)}


def told(report: Report) -> Report:
    info = SubmissionInfo("", (), report.submission.digest)
    return replace(report, timing=None, isolation=None, submission=info)


@pytest.mark.parametrize("level", [pytest.param("kernel", marks=pytest.mark.slow), "strict"])
def test_a_report_is_the_same_at_every_level_and_in_any_place(exercise, expected, level):
    order = list(KINDS)
    random.Random(LEVELS.index(level)).shuffle(order)
    assert graded(exercise, order, level) == expected


@pytest.mark.parametrize("kind", ["unguarded", "first meeting", "keeps count"])
def test_a_report_is_the_same_alone(exercise, expected, kind):
    assert graded(exercise, [kind], "auto")[kind] == expected[kind]


def notes(report: Report) -> set[str]:
    return {note for task in report.tasks for check in task.checks for note in check.notes}


@pytest.mark.parametrize("kind", ["first meeting", "by id"])
def test_a_result_that_depends_on_the_order_of_a_set_is_told(expected, kind):
    assert expected[kind].score < expected[kind].max_score
    assert SET_ORDER in notes(expected[kind])


def test_a_wrong_value_that_depends_on_no_order_has_no_such_note(expected):
    for kind in ("right", "keeps count", "prints"):
        assert SET_ORDER not in notes(expected[kind])


def test_code_that_looks_at_its_frames_sees_the_same_in_a_session_of_many(exercise):
    """Right only where many checks come in one message."""
    sly = REFERENCE + (
        "\nimport sys\nright = Value.__mul__\n\n\n"
        "def __mul__(self, other):\n"
        "    frame = sys._getframe(1)\n"
        "    while frame is not None:\n"
        "        asked = frame.f_locals.get('frame')\n"
        "        if isinstance(asked, dict) and len(asked.get('programs', ())) > 1:\n"
        "            return right(self, other)\n"
        "        frame = frame.f_back\n"
        "    return right(self, other) + 1000\n\n\nValue.__mul__ = __mul__\n"
    )
    one = intake.take_source("value.py", sly.encode(), exercise.module_file)
    scores: list[float | None] = []
    options = grading.Options(isolation="none")
    grading.grade_each(exercise, [one] * 3, lambda _, told: scores.append(told.score), options)
    assert len(set(scores)) == 1
