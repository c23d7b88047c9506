"""A check that had to be stopped says in which step."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader.diagnosis.stopped import ENDED_NOW, with_step
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.exercise import Limits
from grader.model.program import Handle, Plain, Program, Raised, Ref, Result, Step
from grader.target.base import TargetDied, TargetTimeout

SPEC = CheckSpec("add/one", "add", "one", 1, Visibility.VISIBLE)
STEPS = (
    Step("new", "Value", (2.0,)),
    Step("op", "add", (Ref(0), Ref(0))),
    Step("method", "backward", (Ref(1),)),
    Step("read", "data grad", (Ref(0), Ref(1))),
)
RECORD = CheckRecord(SPEC, Outcome.TIMEOUT, "stopped", program=Program.of(STEPS))
ANSWERS = (Handle(0, "Value"), Handle(1, "Value"), Plain(None), Plain(0))


class Scripted:
    """A target that answers so many steps of the program, then fails."""

    def __init__(self, answers: Sequence[Result | Exception]) -> None:
        self.answers = answers
        self.limits = Limits()
        self.seen_limits: list[Limits] = []
        self.is_fresh = False

    def discard(self) -> None:
        self.is_fresh = True

    def run(self, steps: Sequence[Step], first: int = 0, stop: bool = True) -> list[Result]:
        assert self.is_fresh
        assert list(steps) == [STEPS[first]]
        self.seen_limits.append(self.limits)
        answer = self.answers[first]
        if isinstance(answer, Exception):
            raise answer
        return [answer]


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        (0, "stopped, in `a = Value(2.0)`"),
        (2, "stopped, in `b.backward()`"),
        (3, "stopped, while its values were read"),
    ],
)
@pytest.mark.parametrize("failure", [TargetTimeout("", "cpu"), TargetDied("")])
def test_the_step_that_fails_again_is_named(answered, words, failure):
    target = Scripted([*ANSWERS[:answered], failure])
    told = with_step(target, RECORD)
    assert told.message == words
    assert told.results == ANSWERS[:answered]
    assert told.outcome is Outcome.TIMEOUT


def test_a_second_run_has_part_of_the_time_and_leaves_the_limits_as_they_were():
    target = Scripted([TargetDied("")])
    with_step(target, RECORD)
    assert target.seen_limits[0].check_cpu_s < Limits().check_cpu_s
    assert target.limits == Limits()


def test_a_program_that_ends_this_time_is_said_to():
    assert with_step(Scripted(ANSWERS), RECORD).notes == (ENDED_NOW,)
    raised = Raised("ValueError")
    assert with_step(Scripted([ANSWERS[0], raised]), RECORD).notes == (ENDED_NOW,)


def test_nothing_is_said_where_the_time_is_up():
    assert with_step(Scripted([TargetTimeout("", "total")]), RECORD) == RECORD
