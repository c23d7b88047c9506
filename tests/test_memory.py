"""What a session remembers of its checks: the same bytes give the same record, and no more."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader.memory import Dialogue, Diverged, Drawn, Known, Memory
from grader.model import CheckRecord, CheckSpec, Outcome, Plain, Step, Visibility
from grader.target import TargetFailure

SPEC = CheckSpec("add/one", "add", "one", 1, Visibility.VISIBLE)
STEPS = (Step("new", "Value", (1.0,)),)
MORE = (Step("op", "neg", (1.0,)),)
DRAWN = Drawn(SPEC.id)
KNOWN = Known(CheckRecord(SPEC, Outcome.PASSED, ""), {"call": {}})


class Scripted:
    """A target that gives these answers, and fails when they are used up."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[int, Sequence[Step]]] = []

    def ask(self, steps: Sequence[Step], first: int = 0, stop: bool = True) -> bytes:
        self.asked.append((first, steps))
        if not self.answers:
            raise TargetFailure("gone")
        return self.answers.pop(0)

    def read(self, answer, steps, first=0, stop=True):
        return [Plain(answer.decode())]

    def output(self) -> None:
        return None


def hear(memory: Memory, *answers: bytes, steps: Sequence[Step] = STEPS) -> Dialogue:
    """One whole run of a check that asks once per answer."""
    dialogue = Dialogue(Scripted(*answers))
    for place in range(len(answers)):
        dialogue.run(MORE if place else steps, place)
    memory.learn(DRAWN, dialogue, KNOWN)
    return dialogue


def recall(memory: Memory, *answers: bytes) -> tuple[Known | None, Dialogue]:
    dialogue = Dialogue(Scripted(*answers))
    return memory.ask_ahead(DRAWN, dialogue), dialogue


def test_two_runs_that_agree_make_a_program_known():
    memory = Memory()
    hear(memory, b"1")
    assert recall(memory, b"1")[0] is None
    hear(memory, b"1")
    assert recall(memory, b"1")[0] == KNOWN


def test_another_answer_is_not_known_and_is_not_asked_for_twice():
    memory = Memory()
    hear(memory, b"1")
    hear(memory, b"1")
    known, dialogue = recall(memory, b"2")
    assert known is None
    assert dialogue.run(STEPS) == [Plain("2")]
    assert len(dialogue.target.asked) == 1


def test_a_second_question_is_part_of_what_is_known():
    memory = Memory()
    hear(memory, b"1", b"x")
    hear(memory, b"1", b"x")
    assert recall(memory, b"1", b"x")[0] == KNOWN
    assert recall(memory, b"1", b"y")[0] is None


def test_a_failure_met_ahead_reaches_the_check_and_is_not_remembered():
    memory = Memory()
    hear(memory, b"1")
    hear(memory, b"1")
    known, dialogue = recall(memory)
    assert known is None
    with pytest.raises(TargetFailure, match="gone"):
        dialogue.run(STEPS)
    memory.learn(DRAWN, dialogue, KNOWN)
    assert recall(memory, b"1")[0] == KNOWN


def test_a_check_that_asks_something_else_is_never_remembered():
    memory = Memory()
    hear(memory, b"1")
    hear(memory, b"1", steps=MORE)
    hear(memory, b"1")
    hear(memory, b"1")
    assert recall(memory, b"1")[0] is None


def test_a_check_that_turns_out_not_to_be_fixed_is_told_so():
    memory = Memory()
    hear(memory, b"1")
    hear(memory, b"1")
    _, dialogue = recall(memory, b"2")
    with pytest.raises(Diverged):
        dialogue.run(MORE)
    assert dialogue.diverged


def test_what_is_remembered_is_bounded_and_the_least_used_goes_first():
    memory = Memory(held_bytes=3000)
    hear(memory, b"1")
    hear(memory, b"1")
    for letter in b"abcdefgh":
        hear(memory, bytes([letter]) * 400)
        assert recall(memory, b"1")[0] == KNOWN
    assert recall(memory, b"a" * 400)[0] is None
    assert recall(memory, b"h" * 400)[0] == KNOWN
