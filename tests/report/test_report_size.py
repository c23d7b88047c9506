"""What failing checks show is left out once there is enough of it; messages are text there too."""

from __future__ import annotations

from grader.model.check import Outcome, Visibility
from grader.model.report import CheckResult, FieldValue, Graph, GraphNode, TaskResult
from grader.report.size import within_size
from grader.text.words import said


def task(count: int) -> TaskResult:
    """A task with so many failing checks, each with a graph of one node."""
    got = said("not a number: {value!r}", value="x" * 100)
    node = GraphNode("a", "Value", (FieldValue("data", "1.0", got, False),))
    graph = Graph((node,), ())
    checks = tuple(
        CheckResult(
            f"mul/{n}", "t", Outcome.FAILED, 0.0, 1.0, Visibility.VISIBLE, "wrong", graph=graph
        )
        for n in range(count)
    )
    return TaskResult("mul", "Mul", Outcome.FAILED, 0.0, 1.0, (), (), checks)


def test_what_fits_is_kept_as_it_is():
    tasks = (task(2),)
    assert within_size(tasks) == (tasks, False)


def test_the_first_checks_keep_what_they_show():
    (kept,), is_short = within_size([task(5)], most=600)
    assert is_short
    shown = [check.graph is not None for check in kept.checks]
    assert shown == [True, True, False, False, False]
    assert {check.message for check in kept.checks} == {"wrong"}
