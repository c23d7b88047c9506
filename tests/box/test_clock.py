"""A worker's word about its own time stops it early, and lying about it gains nothing."""

from __future__ import annotations

import contextlib
import hashlib
import math
import socket
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from grader.box.base import settings
from grader.box.loopback import MOST, TICK, Clock
from grader.box.policy import plain_plan
from grader.box.portable import PortableBox
from grader.model.exercise import Contract, Limits, SourceFile, Submission
from grader.model.program import Ref, Step
from grader.target.base import LoadFailed, TargetTimeout
from grader.target.boxed import BoxedTarget

LIMITS = Limits(check_cpu_s=0.2, check_wall_s=60.0, import_s=60.0)
SPINS = """
import time
class Value:
    def spin(self):
        while True:
            pass
"""


@pytest.fixture
def pair() -> Iterator[tuple[Clock, socket.socket]]:
    ours, theirs = socket.socketpair()
    clock = Clock(ours)
    yield clock, theirs
    clock.close()
    theirs.close()


@contextlib.contextmanager
def target_of(text: str, limits: Limits) -> Iterator[BoxedTarget]:
    """A worker with that source."""
    file = SourceFile("value.py", text, hashlib.sha256(text.encode()).hexdigest(), len(text))
    submission = Submission("value.py", "value.py", (file,), "0" * 64)
    box = PortableBox(settings(limits, plain_plan(limits)), "another system")
    target = BoxedTarget(box, submission, Contract(("value",), ("Value",)), limits)
    yield target
    target.close()


def stopped(text: str, limits: Limits = LIMITS) -> str:
    """What runs out for a submission that spins."""
    steps = [Step("new", "Value", ()), Step("method", "spin", (Ref(0),))]
    with target_of(text, limits) as target, pytest.raises(TargetTimeout) as expired:
        target.run(steps)
    return expired.value.kind


def test_endless_work_is_stopped_by_its_own_time_and_not_by_the_wall() -> None:
    assert stopped(SPINS) == "cpu"


def test_an_endless_import_too() -> None:
    limits = replace(LIMITS, import_s=0.2)
    with target_of("while True: pass", limits) as target, pytest.raises(LoadFailed) as failed:
        target.load()
    # of computing, or on a busy machine by the clock
    assert "was stopped after 0." in failed.value.message


def test_a_patched_clock_tells_the_time_all_the_same() -> None:
    assert stopped("import time\ntime.process_time = lambda: 0.0\n" + SPINS) == "cpu"


@pytest.mark.parametrize("silence", ["import os; os.close(4)\n", ""])
def test_a_worker_that_tells_nothing_is_stopped_by_the_wall(silence: str) -> None:
    text = silence + SPINS
    if not silence:
        text = text.replace("while True:\n            pass", "time.sleep(60)")
    assert stopped(text, replace(LIMITS, check_wall_s=0.5)) == "wall"


def test_the_last_word_counts(pair: tuple[Clock, socket.socket]) -> None:
    clock, worker = pair
    assert clock.seconds() == 0.0
    worker.sendall(TICK.pack(0.5) + TICK.pack(0.75))
    assert clock.seconds() == 0.75
    assert clock.seconds() == 0.75
    worker.sendall(TICK.pack(1.5)[:3])
    assert clock.seconds() == 0.75
    worker.sendall(TICK.pack(1.5)[3:])
    assert clock.seconds() == 1.5
    worker.close()
    assert clock.seconds() == 1.5


@pytest.mark.parametrize("lie", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_is_not_heard(lie: float, pair: tuple[Clock, socket.socket]) -> None:
    clock, worker = pair
    worker.sendall(TICK.pack(0.5))
    assert clock.seconds() == 0.5
    worker.sendall(TICK.pack(lie))
    assert clock.seconds() == 0.5


def test_a_flood_is_read_a_piece_at_a_time(pair: tuple[Clock, socket.socket]) -> None:
    clock, worker = pair
    worker.setblocking(False)
    sent = 0
    while sent < 2 * MOST:
        try:
            sent += worker.send(TICK.pack(2.0) * (MOST // TICK.size))
        except BlockingIOError:
            break
    assert clock.seconds() == 2.0
    assert len(clock.rest) < TICK.size
