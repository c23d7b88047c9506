"""What a session holds of its checks: the same bytes give the same record, and no more."""

from __future__ import annotations

import pytest

from grader.held import ENTRY_BYTES
from grader.model import CheckRecord, CheckSpec, Outcome, Plain, Step, Visibility
from grader.result_cache import (
    AskAheadTarget,
    Asked,
    AskedOtherwise,
    CachedResult,
    CheckKey,
    ReferenceTarget,
    ResultCache,
)
from grader.target import Program, TargetFailure, load_in_process

SPEC = CheckSpec("add/one", "add", "one", 1, Visibility.VISIBLE)
STEPS = (Step("new", "Value", (1.0,)),)
PROGRAM = Program.of(STEPS)
KEY = CheckKey(SPEC.id)
RESULT = CachedResult(CheckRecord(SPEC, Outcome.PASSED, ""), {"call": {}})


class Scripted:
    """A target whose answers say themselves."""

    def read(self, answer, steps, first=0):
        return [Plain(answer.decode())]

    def output(self):
        return None


def test_a_result_is_known_by_check_seed_and_answer():
    cache = ResultCache()
    cache.put(CheckKey(SPEC.id, 7), b"1", RESULT)
    assert cache.get(CheckKey(SPEC.id, 7), b"1") is RESULT
    others = [(CheckKey(SPEC.id, 7), b"2"), (CheckKey(SPEC.id, 8), b"1"), (CheckKey("x", 7), b"1")]
    assert [cache.get(*other) for other in others] == [None] * 3


def test_what_was_used_longest_ago_goes_first():
    cache = ResultCache(held_bytes=2 * (ENTRY_BYTES + 1))
    cache.put(KEY, b"1", RESULT)
    cache.put(KEY, b"2", RESULT)
    assert cache.get(KEY, b"1") is RESULT
    cache.put(KEY, b"3", RESULT)
    assert cache.get(KEY, b"2") is None
    assert cache.get(KEY, b"1") is RESULT


def test_what_was_asked_ahead_is_not_asked_again():
    ahead = AskAheadTarget(Scripted(), Asked(PROGRAM, b"yes"))
    assert ahead.run(list(STEPS)) == [Plain("yes")]
    assert not ahead.differs


@pytest.mark.parametrize(
    ("steps", "first"), [((Step("new", "Value", (2.0,)),), 0), (STEPS, 1)], ids=["other", "later"]
)
def test_a_check_that_asks_something_else_is_told_from_others(steps, first):
    ahead = AskAheadTarget(Scripted(), Asked(PROGRAM, b"yes"))
    with pytest.raises(AskedOtherwise):
        ahead.run(steps, first)
    assert ahead.differs


def test_a_check_that_asks_on_is_told_from_others():
    ahead = AskAheadTarget(Scripted(), Asked(PROGRAM, b"yes"))
    ahead.run(STEPS)
    with pytest.raises(AskedOtherwise):
        ahead.run(STEPS)
    assert ahead.differs


def test_a_failure_is_met_by_the_check_that_asked():
    failure = TargetFailure("gone")
    ahead = AskAheadTarget(Scripted(), Asked(PROGRAM, failure=failure))
    with pytest.raises(TargetFailure) as caught:
        ahead.run(STEPS)
    assert caught.value is failure
    assert not ahead.differs


def test_the_reference_answers_as_a_worker_does():
    source = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
    target = ReferenceTarget(load_in_process(source, "value", "value.py"), ["value.py"])
    target.begin_check()
    target.run(STEPS)
    assert target.asked == [Asked(PROGRAM, b'[["h", 0, "Value"]]')]
