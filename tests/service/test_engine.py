"""The engine grades what waits, in order, and loses nothing when its helpers fail."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from grader.batch.messages import Done, Job, Setup
from grader.model.errors import Fault
from grader.service import engine as engines
from grader.service.engine import Engine
from grader.service.store import Store
from tests.service.handed import COURSE, exercise, graded, handed


class Helpers:
    """A pool without processes: answers each job when it is asked for answers."""

    def __init__(self, _: Setup | None = None, jobs: int = 1) -> None:
        self.inside: deque[Job] = deque()
        self.taken: list[str] = []
        self.fails: list[Exception] = []

    def __call__(self, _: Setup, jobs: int) -> Helpers:
        self.inside.clear()
        return self

    @property
    def load(self) -> int:
        return len(self.inside)

    @property
    def room(self) -> bool:
        return self.load < 2

    def warm(self, count: int, first: object = None) -> None:
        pass

    def send(self, job: Job) -> None:
        self.inside.append(job)
        self.taken.append(job.digest)

    def wait(self, timeout_s: float) -> list[Done]:
        if self.fails:
            raise self.fails.pop()
        return [graded(self.inside.popleft())] if self.inside else []

    def close(self) -> None:
        self.inside.clear()


class Graded:
    """Waits for jobs to be done."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.changed = threading.Condition()

    def __call__(self, name: str) -> None:
        with self.changed:
            self.names.append(name)
            self.changed.notify_all()

    def are(self, number: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.names) >= number, 10)
            return self.names


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An engine over a store, with helpers to play with."""
    monkeypatch.setattr(engines, "PAUSE_S", 0.01)
    store, helpers, done, log = Store(tmp_path / "jobs"), Helpers(), Graded(), list[Any]()

    def say(event: str, **facts: Any) -> None:
        log.append((event, facts))

    setup: Any = None
    made = Engine(exercise(), setup, 1, store, [COURSE], done, say, pool=helpers)  # type: ignore[arg-type]
    yield store, helpers, done, made, log
    made.end()
    store.close()


def test_what_waited_before_and_what_comes_later_is_graded_in_order(started: Any) -> None:
    store, _, done, engine, log = started
    for name in "abc":
        store.accept(name, COURSE, handed(), most=9)
    engine.start()
    done.are(3)
    store.accept("d", COURSE, handed(), most=9)
    engine.wake()
    assert done.are(4) == ["a", "b", "c", "d"]
    entry = store.find("d", COURSE)
    assert entry.report == b'{"of":"d"}\n'
    assert [event for event, _ in log] == ["submission"] * 4


def test_when_helpers_fail_all_that_waits_is_graded_by_the_next_ones(started: Any) -> None:
    store, helpers, done, engine, log = started
    helpers.fails = [Fault("the grading processes do not start")]
    for name in "ab":
        store.accept(name, COURSE, handed(), most=9)
    engine.start()
    assert done.are(2) == ["a", "b"]
    assert helpers.taken == ["a", "b", "a", "b"]
    assert log[0] == ("fault", {"message": "the grading processes do not start"})


def test_an_error_that_nobody_expects_does_not_end_it(started: Any) -> None:
    store, helpers, done, engine, log = started
    helpers.fails = [ValueError("what a learner wrote")]
    store.accept("a", COURSE, handed(), most=9)
    engine.start()
    assert done.are(1) == ["a"]
    assert log[0] == ("fault", {"message": "ValueError"})


def test_a_fault_is_a_report_without_a_mark(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store, helpers, done, engine, _ = started
    helpers.wait = lambda _: [Done(helpers.inside.popleft().digest, fault="it died twice")]
    store.accept("a", COURSE, handed(), most=9)
    engine.start()
    done.are(1)
    report = store.find("a", COURSE).report
    assert b'"outcome":"fault"' in report
    assert b"it died twice" in report
    assert b'"score"' not in report
