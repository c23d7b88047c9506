"""Points, outcomes and the accept rule: pure parts, no processes."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from grader.grading.account import accept_json_report
from grader.grading.score import check_points, message_of, task_results
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility, task_outcome
from grader.model.errors import Fault
from grader.model.exercise import Task
from grader.model.program import Comparison, Program, Step


def spec(name="mul/square", weight=1):
    task = name.split("/")[0]
    return CheckSpec(name, task, "A title", weight, Visibility.VISIBLE)


def test_points_follow_weights_and_add_up_exactly():
    specs = [spec("mul/a"), spec("mul/b", 2), spec("mul/c", 4)]
    points = check_points(specs, Fraction(1, 10))
    assert points["mul/c"] == Fraction(4, 70)
    assert sum(points.values()) == Fraction(1, 10)


@pytest.mark.parametrize(
    ("outcomes", "shown"),
    [
        ([Outcome.PASSED, Outcome.PASSED], Outcome.PASSED),
        ([Outcome.BLOCKED, Outcome.FAILED, Outcome.TIMEOUT], Outcome.FAILED),
        ([Outcome.BLOCKED, Outcome.UNWRITTEN], Outcome.UNWRITTEN),
        ([Outcome.MISSING, Outcome.PASSED], Outcome.MISSING),
        ([], Outcome.MISSING),
    ],
)
def test_a_task_shows_the_outcome_that_explains_most(outcomes, shown):
    assert task_outcome(outcomes) is shown


def test_only_passed_checks_earn_points(tiny_exercise):
    outcomes = list(Outcome)
    records = [CheckRecord(spec(f"push/c{i}"), outcome) for i, outcome in enumerate(outcomes)]
    (result,), total = task_results(tiny_exercise, records)
    assert total == Fraction(3) / len(outcomes)
    assert [check.score > 0 for check in result.checks] == [o is Outcome.PASSED for o in outcomes]


def test_three_failing_checks_of_a_task_carry_their_program(tiny_exercise):
    step = Step("new", "Stack")
    records = [
        CheckRecord(spec(f"push/c{i}"), Outcome.FAILED, "no", Program.of([step])) for i in range(5)
    ]
    (result,), _ = task_results(tiny_exercise, records)
    assert [check.program is not None for check in result.checks] == [True] * 3 + [False] * 2


def test_the_message_names_the_first_wrong_value():
    record = CheckRecord(
        spec(),
        Outcome.FAILED,
        "a value differs",
        program=Program.of([Step("new", "Value", (3.0,))]),
        comparisons=(
            Comparison(0, "data", "forward", 3.0, 3.0, True),
            Comparison(0, "grad", "backward", 6.0, 3.0, False),
        ),
    )
    assert message_of(record) == "a.grad should be 6.0, got 3.0"


# --- the accept rule -----------------------------------------------------------------------


NAME = "t.py::test_a"


def recorded(**changes):
    stages = {stage: {"outcome": "passed"} for stage in ("setup", "call", "teardown")}
    return {NAME: {"nodeid": NAME, "outcome": "passed", **stages, **changes}}


def test_a_record_that_agrees_is_accepted():
    accept_json_report(recorded(), {NAME: Outcome.PASSED})


@pytest.mark.parametrize(
    "changes",
    [
        {"teardown": {"outcome": "failed"}},
        {"call": {}},
        {"outcome": "failed"},
        {"outcome": "skipped"},
    ],
)
def test_passed_needs_all_three_stages(changes):
    with pytest.raises(Fault, match="disagree"):
        accept_json_report(recorded(**changes), {NAME: Outcome.PASSED})


@pytest.mark.parametrize(
    "broken",
    [{}, recorded(nodeid="t.py::test_b"), {**recorded(), "t.py::test_b": recorded()[NAME]}],
    ids=["missing", "another", "one more"],
)
def test_a_check_that_is_not_ours_or_missing_or_double_is_a_fault(broken):
    with pytest.raises(Fault):
        accept_json_report(broken, {NAME: Outcome.PASSED})


def test_passed_in_the_account_and_failed_in_the_record_is_a_fault():
    with pytest.raises(Fault, match="disagree"):
        accept_json_report(recorded(), {NAME: Outcome.FAILED})


@pytest.fixture
def tiny_exercise():
    from pathlib import Path

    from grader.model.exercise import Contract, Exercise, Limits, Parts

    return Exercise(
        root=Path("/nowhere"),
        id="stack",
        title="Stack",
        contract=Contract(("stack",), ("Stack",)),
        parts=Parts(),
        limits=Limits(),
        packages=(),
        tasks=(Task("push", "Push", 3, "Write it."),),
        handout=(),
        digest="0" * 64,
    )


def test_a_task_of_a_tenth_of_a_point_is_exact(tiny_exercise):
    (task,) = tiny_exercise.tasks
    exercise = replace(tiny_exercise, tasks=(replace(task, points=0.1),))
    _, total = task_results(exercise, [CheckRecord(spec("push/c"), Outcome.PASSED)])
    assert total == Fraction(1, 10)
