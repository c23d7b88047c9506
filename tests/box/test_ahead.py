"""Workers that are ready before they are asked for: fresh, alive, and ended with their box."""

from __future__ import annotations

import json
import select
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import box as boxes
from grader.box.ahead import MOST_READY, Ahead
from grader.exercise import load as exercises
from grader.grading.pipeline import Options, grade_each
from grader.intake.take import take_source
from grader.model.errors import Fault
from grader.report import wire

REFERENCE = Path("reference/value.py").read_text("utf-8")
SOURCES = {
    "right": REFERENCE,
    "wrong": Path("tests/examples/overwriting_mul.py").read_text("utf-8"),
    "prints": REFERENCE.replace("def relu(self):", "def relu(self):\n        print(1)"),
    "keeps": REFERENCE.replace("class Value:", "seen = []\n\n\nclass Value:").replace(
        "self.grad = 0.0",
        "self.grad = 0.0\n        seen.append(1)\n        self.grad += len(seen) > 9",
    ),
}


class Worker:
    """A process that is none."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ended = self.closed = False

    def has_ended(self) -> bool:
        return self.ended

    def close(self) -> None:
        self.closed = True


class Counting:
    """A box that counts its workers, and has only so many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.made: list[Worker] = []

    def spawn(self) -> Worker:
        if len(self.made) == self.most:
            raise Fault("none is left")
        self.made.append(Worker(len(self.made)))
        return self.made[-1]

    def close(self) -> None:
        pass


def ahead_of(most: int) -> tuple[Counting, Ahead]:
    box = Counting(most)
    return box, Ahead(box)  # type: ignore[arg-type]


def test_workers_are_ready_and_each_is_given_once() -> None:
    box, ahead = ahead_of(100)
    ahead.prepare()
    assert len(box.made) == MOST_READY
    given = [ahead.spawn() for _ in range(MOST_READY + 1)]
    assert given == box.made
    ahead.prepare()
    assert ahead.spawn() not in given
    ahead.close()
    assert [one.closed for one in box.made[len(given) :]] == [False] + [True] * (MOST_READY - 1)


def test_a_worker_that_ended_while_it_waited_is_given_to_nobody() -> None:
    box, ahead = ahead_of(MOST_READY + 1)
    ahead.prepare()
    for one in box.made[:-1]:
        one.ended = True
    assert ahead.spawn() is box.made[-1]
    assert all(one.closed for one in box.made[:-1])
    assert ahead.spawn() is box.made[MOST_READY]


def test_that_there_is_none_is_said_when_one_is_asked_for() -> None:
    _, ahead = ahead_of(1)
    ahead.prepare()
    ahead.spawn()
    with pytest.raises(Fault):
        ahead.spawn()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no zygote")
@pytest.mark.parametrize("ends", ["worker", "zygote"])
def test_the_end_of_a_worker_is_heard_of(ends: str) -> None:
    box = boxes.choose("none", exercises.load())
    worker: Any = box.spawn()
    try:
        # it has said that it is there, and has nothing of the zygote's any more
        assert select.select([worker.sock], [], [], 20.0)[0]
        assert not worker.has_ended()
        if ends == "worker":
            worker.kill()
            assert worker.exit_status() is not None
        else:
            worker.zygote.process.kill()
            worker.zygote.process.wait()
        assert worker.has_ended()
    finally:
        worker.close()
        box.close()


def test_reports_are_those_of_workers_made_when_they_are_needed() -> None:
    """Whatever came before: some of these keep things, or are begun again for what they print."""
    exercise = exercises.load()
    submissions = [take_source("value.py", text.encode(), "value.py") for text in SOURCES.values()]

    def reports(ahead: bool) -> list[object]:
        found = []

        def keep(_: object, report: object) -> None:
            told = json.loads(wire.encode(report, indent=0))  # type: ignore[arg-type]
            del told["timing"]
            found.append(told)

        grade_each(exercise, submissions * 2, keep, Options(ahead=ahead))
        return found

    assert reports(ahead=True) == reports(ahead=False)
