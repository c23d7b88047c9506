"""The store keeps what it accepted, and one report of each, whatever ends the process."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from grader.model.errors import UsageProblem
from grader.service.store import DONE, REPLACED, WAITING, QueueFull, Store
from tests.service.handed import COURSE, handed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "jobs.sqlite"


@pytest.fixture
def store(path: Path):
    opened = Store(path)
    yield opened
    opened.close()


def test_what_was_accepted_is_there_after_the_file_was_opened_again(path: Path) -> None:
    store = Store(path)
    store.accept("one", COURSE, handed("a = 1"), most=9)
    store.close()
    again = Store(path)
    entry = again.next_after(0, [COURSE])
    assert entry is not None
    assert (entry.id, entry.state, entry.handed) == ("one", WAITING, handed("a = 1"))
    again.close()


def test_a_job_has_one_report(store: Store) -> None:
    """The second one comes too late, and changes nothing."""
    store.accept("one", COURSE, handed(), most=9)
    assert store.finish("one", b"first")
    assert not store.finish("one", b"second")
    entry = store.find("one", COURSE)
    assert entry is not None
    assert (entry.state, entry.report) == (DONE, b"first")
    assert store.next_after(0, [COURSE]) is None


def test_jobs_come_in_order_and_each_course_has_its_own(store: Store) -> None:
    for name, course in (("a", COURSE), ("b", "other"), ("c", COURSE)):
        store.accept(name, course, handed(), most=9)
    first = store.next_after(0, [COURSE])
    assert first is not None
    second = store.next_after(first.place, [COURSE])
    assert second is not None
    assert (first.id, second.id) == ("a", "c")
    assert store.before(second.place, [COURSE]) == 1
    assert store.before(second.place) == 2
    assert store.find("b", COURSE) is None


def test_a_full_queue_takes_nothing_and_lets_nothing_go(store: Store) -> None:
    """Also what would have been replaced stays."""
    store.accept("a", COURSE, handed(), most=2)
    store.accept("b", COURSE, handed(), most=2)
    with pytest.raises(QueueFull):
        store.accept("c", COURSE, handed(), most=2)
    with pytest.raises(QueueFull):
        store.accept("c", COURSE, handed(), most=1, replaces=["a"])
    assert store.find("c", COURSE) is None
    waiting = store.find("a", COURSE)
    assert waiting is not None
    assert waiting.state == WAITING


def test_a_later_one_takes_the_place_of_what_still_waits(store: Store) -> None:
    store.accept("a", COURSE, handed(learner="ada"), most=9)
    store.accept("b", COURSE, handed(learner="ada"), most=9)
    store.finish("a", b"report")
    assert store.waiting_of(COURSE, "ada") == ["b"]
    store.accept("c", COURSE, handed(learner="ada"), most=9, replaces=["a", "b"])
    found = {name: store.find(name, COURSE) for name in "abc"}
    states = {name: (one.state, one.replaced_by) for name, one in found.items() if one}
    assert states == {"a": (DONE, None), "b": (REPLACED, "c"), "c": (WAITING, None)}
    assert not store.finish("b", b"late")


def test_nobody_replaces_what_is_of_another_course(store: Store) -> None:
    store.accept("a", COURSE, handed(), most=9)
    store.accept("b", "other", handed(), most=9, replaces=["a"])
    entry = store.find("a", COURSE)
    assert entry is not None
    assert entry.state == WAITING


def test_old_jobs_are_forgotten_and_those_that_wait_never(store: Store) -> None:
    store.accept("done", COURSE, handed(), most=9)
    store.accept("waits", COURSE, handed(), most=9)
    store.finish("done", b"report")
    assert store.forget(1) == 0
    assert store.forget(-1) == 1
    assert store.find("done", COURSE) is None
    assert store.find("waits", COURSE) is not None


def test_a_second_service_is_refused_the_file(store: Store, path: Path) -> None:
    with pytest.raises(UsageProblem, match="another service uses"):
        Store(path)


@pytest.mark.parametrize("content", ["text", "tables"])
def test_another_file_is_not_taken_for_jobs(path: Path, content: str) -> None:
    path.parent.mkdir()
    if content == "text":
        path.write_text("these are my notes\n" * 99)
    else:
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE marks(a)")
        other.close()
    before = path.read_bytes()
    with pytest.raises(UsageProblem, match="cannot use the jobs"):
        Store(path)
    assert path.read_bytes() == before
