"""What is told of a check that is a plain assertion: what was expected and what came."""

from __future__ import annotations

import pytest

from grader.grading.pipeline import Options, grade
from grader.intake.take import take_source
from grader.model.check import Outcome
from grader.render.story import remark_on
from tests import plain_exercise


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    return plain_exercise.build(tmp_path_factory.mktemp("exercise"))


def checks_of(exercise, source: str):
    taken = take_source("value.py", source.encode(), "value.py")
    report = grade(exercise, taken, Options(isolation="none"))
    return {check.id.partition("/")[2]: check for task in report.tasks for check in task.checks}


@pytest.fixture(scope="module")
def wrong(exercise):
    return checks_of(exercise, plain_exercise.WRONG)


@pytest.fixture(scope="module")
def right(exercise):
    return checks_of(exercise, plain_exercise.REFERENCE)


def test_right_code_passes_every_check(right):
    assert {check.outcome for check in right.values()} == {Outcome.PASSED}


MESSAGES = {
    "equal": "expected [2, 4], got [1, 2, 0]",
    "left_alone": "expected [1, 2], got [1, 2, 0]",
    "count": "expected 2, got 3",
    "words": "expected {'a', 'b', 'c'}, got {'b', 'c', 'x'}",
    "one_of": "the name is that of a table: expected one of ('table', 'desk'), got 'chair'",
    "holds": "expected something that holds 2, got {1: 2}",
    "long": "expected 299 at index 299, got 0",
    "even": "expected False, got True",
    "method": "expected [2, 4], got [2, 3]",
    "attribute": "expected [1], got [2]",
    "items": "expected [1], got [3]",
    "length": "expected 1, got 7",
    "below": "expected less than 1, got 3",
    "raises": "expected LookupError, but nothing was raised",
}


@pytest.mark.parametrize("check", MESSAGES)
def test_a_message_says_what_was_expected_and_what_came(wrong, check: str):
    assert str(wrong[check].message) == MESSAGES[check]
    assert wrong[check].outcome is Outcome.FAILED


def test_approx_is_said_with_its_tolerance(wrong):
    assert str(wrong["close"].message) == "expected 0.0 ± 1.0e-12, got 3"


def shown(exercise, check: str) -> list[str]:
    """The lines of the check's program, graded as the only one of its battery."""
    battery = plain_exercise.BATTERY.split("\n\n")
    body = next(part for part in battery if part.startswith(f"def test_{check}("))
    alone = "\n\n".join([*battery[:2], body]) + "\n"
    made = plain_exercise.build(exercise.root.parent / check, **{"battery/test_rows.py": alone})
    (found,) = checks_of(made, plain_exercise.WRONG).values()
    return [
        f"{line.code}  # {remark_on(line).words}".removesuffix("  # ") for line in found.program
    ]


def test_a_program_ends_with_the_value_that_was_compared(exercise):
    assert shown(exercise, "equal") == ["rows([1, 2])  # expected [2, 4], got [1, 2, 0]"]
    assert shown(exercise, "left_alone") == [
        "a = [1, 2]",
        "rows(a)",
        "a  # expected [1, 2], got [1, 2, 0]",
    ]
    assert shown(exercise, "count") == ["count([0, 0, 0])", "count([0, 0])  # expected 2, got 3"]
    assert shown(exercise, "method") == [
        "a = Table([1, 2])",
        "a.doubled()  # expected [2, 4], got [2, 3]",
    ]


def test_a_loop_shows_no_steps_of_its_own(exercise):
    assert shown(exercise, "items") == [
        "a = Table([1])",
        "b = a.parts()",
        "c = b[0]",
        "c.cells  # expected [1], got [3]",
    ]
