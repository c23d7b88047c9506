"""What a program gives on the reference with mistakes put in is the same, however it is found."""

from __future__ import annotations

import sys

import pytest

from grader.diagnosis.observations import Hypothesis, Observations, observed
from grader.diagnosis.replay import Replayer
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.program import Program, Ref, Step
from tests.submitted import EXERCISE

SPEC = CheckSpec("mul/one", "mul", "One", 1, Visibility.VISIBLE)
A, B = (Step("new", "Value", (number,)) for number in (2.0, -3.0))
READS = [Step("read", "data grad", (Ref(at),)) for at in (0, 1, 2)]
PROGRAMS = [
    Program.of((A, B, Step("op", name, operands), Step("method", "backward", (Ref(2),)), *READS))
    for name, operands in (("add", (Ref(0), Ref(1))), ("mul", (Ref(0), Ref(0))))
]


class Counting(Replayer):
    """Counts what is run."""

    ran = 0

    def target(self, hypothesis: Hypothesis):
        self.ran += 1
        return super().target(hypothesis)


def record_of(replayer: Replayer, program: Program) -> CheckRecord:
    results = tuple(replayer.target(()).run(program.steps))
    return CheckRecord(SPEC, Outcome.FAILED, program=program, results=results)


def run_anew(replayer: Replayer, hypothesis: Hypothesis, program: Program) -> Observations:
    return observed(replayer.target(hypothesis).run(program.steps), replayer.methods)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_mistake_in_what_a_program_does_not_call_is_not_replayed(program: Program) -> None:
    """And gives what the reference gives; every mistake gives what it gives when it is run."""
    replayer = Counting(EXERCISE)
    record, ran = record_of(replayer, program), 0
    for mistake in replayer.mistakes:
        before = replayer.ran
        found = replayer.replay((mistake,), record)
        ran += replayer.ran > before
        assert found == run_anew(replayer, (mistake,), program), mistake.id
    assert 0 < ran < len(replayer.mistakes) * 3 / 4


def test_under_a_profiler_all_are_replayed() -> None:
    """There can be one, and it is not taken away."""
    replayer = Counting(EXERCISE)
    record = record_of(replayer, PROGRAMS[0])
    relu = next(one for one in replayer.mistakes if one.task == "relu")
    before, replayer.ran = sys.getprofile(), 0

    def profiler(*_: object) -> None:
        pass

    sys.setprofile(profiler)
    try:
        replayer.replay((relu,), record)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)
    assert replayer.ran == 1
