"""What a session holds of its checks: the same bytes give the same record, and no more."""

from __future__ import annotations

import pytest

from grader.exercise.trusted import load_in_process
from grader.grading.result_cache import AskAheadTarget, CheckKey, ReferenceTarget, ResultCache
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.lru import answer_bytes
from grader.model.program import Plain, Program, Ref, Step
from grader.target.base import Asked, TargetFailure

SPEC = CheckSpec("add/one", "add", "one", 1, Visibility.VISIBLE)
STEPS = (Step("new", "Value", (1.0,)),)
PROGRAM = Program.of(STEPS)
KEY = CheckKey(SPEC.id)
RESULT = CheckRecord(SPEC, Outcome.PASSED, "")


OTHER = (Step("new", "Value", (2.0,)),)
FURTHER = (Step("get", "data", (Ref(0),)),)


class Scripted:
    """A target whose answers say themselves, and that keeps what it is asked."""

    def __init__(self):
        self.asked = []

    def run(self, steps, first=0, salt=None):
        self.asked.append((tuple(steps), first))
        return [Plain("asked")]

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
    cache = ResultCache(held_bytes=2 * answer_bytes((0, b"1"), None))
    cache.put(KEY, b"1", RESULT)
    cache.put(KEY, b"2", RESULT)
    assert cache.get(KEY, b"1") is RESULT
    cache.put(KEY, b"3", RESULT)
    assert cache.get(KEY, b"2") is None
    assert cache.get(KEY, b"1") is RESULT


def test_what_was_asked_ahead_is_not_asked_again():
    target = Scripted()
    ahead = AskAheadTarget(target, Asked(PROGRAM, b"yes"))
    assert ahead.run(list(STEPS)) == [Plain("yes")]
    assert (ahead.is_answered, ahead.differs, target.asked) == (True, False, [])


def test_a_check_that_asks_another_program_has_it_asked():
    target = Scripted()
    ahead = AskAheadTarget(target, Asked(PROGRAM, b"yes"))
    assert ahead.run(OTHER) == [Plain("asked")]
    ahead.run(FURTHER, 1)
    assert (ahead.is_answered, ahead.differs) == (False, True)
    assert target.asked == [(OTHER, 0), (FURTHER, 1)]


def test_a_check_that_goes_on_goes_on_from_its_own_beginning():
    """The worker has met other programs since: it has to hold what the check began."""
    target = Scripted()
    ahead = AskAheadTarget(target, Asked(PROGRAM, b"yes"))
    ahead.run(STEPS)
    ahead.run(FURTHER, 1)
    ahead.run(FURTHER, 2)
    assert (ahead.is_answered, ahead.differs) == (True, True)
    assert target.asked == [(STEPS, 0), (FURTHER, 1), (FURTHER, 2)]


def test_a_check_that_begins_anew_begins_anew():
    target = Scripted()
    ahead = AskAheadTarget(target, Asked(PROGRAM, b"yes"))
    ahead.run(STEPS)
    assert ahead.run(STEPS) == [Plain("asked")]
    assert ahead.differs
    assert target.asked == [(STEPS, 0)]


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
