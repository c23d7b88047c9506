"""What explains a failure is asked in workers of its own, and a difference is told."""

from __future__ import annotations

import json
import tracemalloc
from functools import partial
from pathlib import Path

import pytest

from grader.diagnosis import explain
from grader.diagnosis.alone import KEPT
from grader.diagnosis.explained import CUT_SHORT
from grader.diagnosis.reruns import SET_ORDER, VARIES
from grader.diagnosis.smallest import Catalogue, candidates
from grader.diagnosis.work import Work
from grader.exercise.trusted import load_oracle
from grader.grading import pipeline as grading
from grader.grading.notes import SHORTENED
from grader.intake import take as intake
from grader.model.report import Report
from grader.report import wire
from grader.target.base import TargetTimeout
from grader.target.boxed import BoxedTarget
from tests.submitted import EXERCISE, REFERENCE, graded, graded_here

OVERWRITING = Path("tests/examples/overwriting_mul.py").read_text("utf-8")
PRODUCT = "self.data * other.data"
AFTER_MANY = f"{PRODUCT} + (len(MADE) > 90)"
NO_KNOWN_MISTAKE = f"{PRODUCT} + (self.data == 2.0) * 0.125"
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


def notes(report: Report) -> set[str]:
    return {note for task in report.tasks for check in task.checks for note in check.notes}


def test_a_right_submission_needs_one_worker(started):
    assert graded_here(REFERENCE).score == 10
    assert len(started) == 1


@pytest.mark.parametrize("wrong", [OVERWRITING, REFERENCE.replace(PRODUCT, NO_KNOWN_MISTAKE)])
def test_a_wrong_one_is_asked_again_and_searched_and_each_program_shown_and_traced(started, wrong):
    """All of these in new workers."""
    report = graded_here(wrong)
    assert report.score < 10
    shown = [task for task in report.tasks if task.evidence is not None]
    assert shown
    assert len(started) == 3 + len(shown)
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
    # and so is the trace, from which the line comes
    assert "sum(MADE)" in mul.evidence.source_line


def test_what_fails_only_after_other_graphs_is_told():
    assert CONSTRUCTOR in REFERENCE
    kept = REFERENCE.replace(CONSTRUCTOR, f"{CONSTRUCTOR}        MADE.append(1)\n")
    report = graded(kept.replace(PRODUCT, AFTER_MANY) + "\n\nMADE = []\n")
    assert report.score < 10
    assert VARIES in notes(report)


def walked_in_another_order_where_longer_than(nodes: int) -> str:
    walk = "        for node in reversed(order):\n"
    assert walk in REFERENCE
    mixed = f"        if len(order) > {nodes}:\n            order = list(set(order))\n"
    return REFERENCE.replace(walk, mixed + walk)


def test_what_explaining_may_cost_is_counted_and_its_end_is_told(monkeypatch):
    """Thousands of programs in eight orders, and none of them shows what fails in long ones."""
    steps = []
    ask_all = BoxedTarget.ask_all

    def counted(self, programs, variant=0):
        steps.append(sum(len(program.steps) for program in programs))
        return ask_all(self, programs, variant)

    monkeypatch.setattr(BoxedTarget, "ask_all", counted)
    whole = graded_here(walked_in_another_order_where_longer_than(8))
    spent = sum(steps)
    steps.clear()
    monkeypatch.setattr(explain, "Work", partial(Work, spent // 4))
    short = graded_here(walked_in_another_order_where_longer_than(8))
    assert sum(steps) < spent // 2
    assert CUT_SHORT in short.notes
    assert SET_ORDER in notes(short)
    assert 0 < short.score == whole.score < 10


def explained(report: Report) -> list[object]:
    return [(task.diagnoses, task.evidence) for task in report.tasks]


def test_a_clock_that_runs_out_over_the_reasons_is_never_silent(monkeypatch):
    """It may be the machine's load: what is missing then is not missing because of the file.

    In one session, at one request for whole programs after the other.
    """
    wrong = REFERENCE.replace(PRODUCT, NO_KNOWN_MISTAKE)
    taken = intake.take_source("value.py", wrong.encode(), EXERCISE.module_file)
    ask_all, asked, late = BoxedTarget.ask_all, 0, 0

    def counted(self, *programs, **how):
        nonlocal asked
        asked += 1
        if asked == late:
            self.discard()
            raise TargetTimeout("was stopped", "wall")
        return ask_all(self, *programs, **how)

    def handed_in():
        nonlocal asked, late
        yield taken
        for number in range(1, asked + 1):
            asked, late = 0, number
            yield taken

    monkeypatch.setattr(BoxedTarget, "ask_all", counted)
    reports: list[Report] = []
    options = grading.Options(isolation="none")
    grading.grade_each(EXERCISE, handed_in(), lambda _, one: reports.append(one), options)
    whole, *others = reports
    lost = 0
    for report in others:
        assert report.score == whole.score
        assert explained(report) == explained(whole) or CUT_SHORT in report.notes
        lost += CUT_SHORT in report.notes
    assert lost > 3


def test_programs_that_are_tried_in_bulk_meet_fresh_workers(started):
    """So one that keeps all it ever made does not take longer with every program."""
    report = graded_here(REFERENCE.replace(PRODUCT, f"{PRODUCT} + (len(str({PRODUCT})) > 14)"))
    assert report.score < 10
    assert all(task.evidence is None for task in report.tasks)
    assert len(started) > 4


def test_a_report_stays_small_whatever_is_printed_and_drawn():
    printing = REFERENCE.replace(CONSTRUCTOR, f"{CONSTRUCTOR}        print('é' * 30_000)\n")
    report = graded(printing.replace(PRODUCT, f"{PRODUCT} + 1"))
    quiet = graded(REFERENCE.replace(PRODUCT, f"{PRODUCT} + 1"))
    assert report.score == quiet.score
    assert len(wire.encode(report, indent=0)) < 500_000
    assert SHORTENED in report.notes


def test_what_is_remembered_of_answers_is_bounded_by_their_bytes():
    """A few answers may be as long as thousands of others."""
    catalogue = Catalogue(candidates(load_oracle(EXERCISE), "add", "Value"))
    one = next(catalogue._source)
    count = len(one.reads.nodes) * len(one.reads.fields)
    tracemalloc.start()
    for number in range(200):
        text = f"{number} ".ljust(4000, "x")
        many = [["v", "s", text]] * count
        steps = [["h", at, "Value"] for at in range(len(one.program.steps) - 1)]
        answer = json.dumps([*steps, ["m", many]]).encode() + b" " * 100_000
        catalogue.shown(one, answer)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 10_000_000
