"""The programs that are tried for the smallest one that shows a fault."""

from __future__ import annotations

import pytest

from grader.diagnosis.replay import Replayer
from grader.diagnosis.smallest import Candidate, Catalogue, candidates
from grader.exercise import load as exercises
from grader.exercise.trusted import load_oracle
from grader.program.evidence import program_lines
from grader.target.in_process import InProcessTarget

EXERCISE = exercises.load()
REPLAYER = Replayer(EXERCISE)
TASKS = [task.id for task in EXERCISE.tasks]
MOST_PROGRAMS, MOST_STEPS = 2_000, 13_000


def programs(task: str) -> list[Candidate]:
    return list(candidates(load_oracle(EXERCISE), task, "Value"))


def code(one: Candidate) -> str:
    return "; ".join(line.code for line in program_lines(one.program.steps, ()))


@pytest.mark.parametrize(("task", "sign"), [("add", "+"), ("mul", "*")])
def test_two_inputs_come_first_then_one_twice_then_a_plain_number(task, sign):
    assert [code(one) for one in programs(task)[:3]] == [
        f"a = Value(2.0); b = Value(3.0); c = a {sign} b; c.backward()",
        f"a = Value(3.0); b = a {sign} a; b.backward()",
        f"a = Value(3.0); b = a {sign} 4.0; b.backward()",
    ]


@pytest.mark.parametrize("task", TASKS)
def test_there_is_an_end_to_them_and_none_is_tried_twice(task):
    """All of them are tried where none shows what fails."""
    tried = programs(task)
    assert len({one.program for one in tried}) == len(tried) < MOST_PROGRAMS
    assert sum(len(one.program.steps) for one in tried) < MOST_STEPS


ONE, MORE = "a = Value(2.0); b = Value(3.0); ", "c = a * b; c.backward(); d = a * b; d.backward()"


@pytest.mark.parametrize(
    ("mistake", "shown"),
    [
        ("value/NeverStarts", f"{ONE}c = a * b; c.backward()"),
        ("value/AssignsEveryGradient", "a = Value(3.0); b = a * a; b.backward()"),
        ("value/KeepsListBetweenCalls", ONE + MORE),
        ("value/ErasesWholeGraphFirst", ONE + MORE),
        ("value/CountsUsesElsewhere", f"{ONE}c = a * b; c * a; d = c * a; d.backward()"),
        ("mul/ChangesGradientsTooEarly", f"{ONE}a * b"),
        (
            "value/OrdersByValue",
            "a = Value(-2.0); b = Value(3.0); c = a * b; d = b * c; d.backward()",
        ),
    ],
)
def test_what_shows_a_known_mistake_is_small(mistake, shown):
    """Also one that shows only before a pass, between two, or beside a result that nobody needs."""
    (named,) = [one for one in REPLAYER.mistakes if one.id == mistake]
    target = REPLAYER.target((named,))
    found = (code(one) for one in programs("mul") if is_wrong(one, target))
    assert next(found) == shown


def is_wrong(one: Candidate, target: InProcessTarget) -> bool:
    return not one.reads.all_right(target.run(one.program.steps)[-1])


def test_what_is_drawn_up_meanwhile_is_still_tried():
    """Whether it is hopeless to go on is found out by trying all of them on the reference."""
    catalogue = Catalogue(candidates(load_oracle(EXERCISE), "add", "Value"))
    tried = catalogue._all()
    first = next(tried)
    every = list(catalogue._all())
    assert len(every) > 2
    assert [first, *tried] == every
