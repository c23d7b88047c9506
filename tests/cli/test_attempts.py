"""What a learner is told to have changed since the last attempt."""

from __future__ import annotations

from grader.cli.attempts import Progress, attempt, change_at_a_glance, change_lines, solved
from grader.model.check import Outcome
from grader.model.report import Report
from tests.render import reports
from tests.render.building import CHECKS, report, task

PASSED, FAILED, ERROR, BLOCKED = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.BLOCKED,
)
ADD = CHECKS["add"][1]


def told(*seen: Report) -> list[str]:
    """What is said after the last of these attempts."""
    memory, lines = Progress("exercise"), list[str]()
    for one in seen:
        memory, change = attempt(memory, one)
        lines = change_lines(change, memory.attempts)
    return lines


def add(*outcomes: Outcome) -> Report:
    """A report of the task `add` alone."""
    return report([task("add", outcomes)])


def test_a_first_attempt_changes_nothing() -> None:
    assert told(add(FAILED, FAILED)) == []


def test_each_check_that_passes_or_fails_anew_is_named() -> None:
    assert told(add(FAILED, PASSED), add(PASSED, ERROR)) == [
        f"better: 1 check now passes ({ADD[0]})",
        f"worse: 1 check no longer passes ({ADD[1]})",
        "1 check does not pass yet",
    ]


def test_a_check_that_passed_and_now_waits_is_worse() -> None:
    assert told(add(PASSED, PASSED), add(FAILED, BLOCKED))[0].startswith("worse: 2 checks")
    assert told(add(PASSED, BLOCKED), add(PASSED, FAILED))[0].startswith("the same checks pass")


def test_the_same_checks_pass() -> None:
    assert told(add(PASSED, FAILED), add(PASSED, ERROR)) == [
        "the same checks pass as at the last attempt",
        "1 check does not pass yet",
    ]
    assert told(reports.full(), reports.full()) == []


def test_better_and_worse_at_a_glance() -> None:
    def glance(before: Report, after: Report) -> str:
        memory, _change = attempt(Progress("exercise"), before)
        return change_at_a_glance(attempt(memory, after)[1])

    assert glance(add(FAILED, PASSED), add(PASSED, FAILED)) == "1 better, 1 worse"
    assert glance(add(PASSED, FAILED), add(PASSED, FAILED)) == ""
    assert glance(add(PASSED, PASSED), add(BLOCKED, BLOCKED)) == "2 worse"


def test_a_syntax_error_after_full_marks_is_worse_and_said_once() -> None:
    full, broken = reports.full(), reports.unimportable()
    number = sum(len(one.checks) for one in full.tasks)
    assert told(full, broken) == [f"worse: {number} checks that passed wait for the import"]
    assert told(full, broken, broken) == []


def test_after_a_syntax_error_is_mended_the_attempt_before_it_counts() -> None:
    full, broken = reports.full(), reports.unimportable()
    assert told(full, broken, full) == ["better: the file can be imported again"]
    assert told(add(PASSED, PASSED), broken, add(PASSED, FAILED))[:2] == [
        "better: the file can be imported again",
        f"worse: 1 check no longer passes ({ADD[1]})",
    ]
    assert is_add_solved(full, broken)


def is_add_solved(*seen: Report) -> bool:
    """Whether `add` counts as done after these attempts."""
    memory = Progress("exercise")
    for one in seen:
        memory, _change = attempt(memory, one)
    return solved(memory, "add")


def test_of_many_titles_the_first_are_named() -> None:
    broken = told(reports.full(), reports.zero())[0]
    assert broken.startswith(f"worse: 10 checks no longer pass ({ADD[0]}; {ADD[1]}; ")
    assert broken.endswith(" and more)")
