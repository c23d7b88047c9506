"""Why the checks of a mark fail, as its report tells it: kept beside the mark for the class page.

A report tells of a mistake in the first task that shows it, and of later checks that it is the same
mistake. Here every task has what explains it, so that nothing passes for unexplained that was
recognised elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.gradebook.store import Gradebook, readable
from grader.model.check import Outcome, Visibility
from grader.model.report import CheckResult, Report, TaskResult

UNEXPLAINED = ""
"""Stands for the mistake of a task that has a failing check which nothing explains."""

_WRONG = frozenset({Outcome.FAILED, Outcome.ERROR})
_SAYS_NOTHING = frozenset({Outcome.PASSED, Outcome.BLOCKED, Outcome.ABORTED, Outcome.UNWRITTEN})

_report = msgspec.json.Decoder(Report)


def keep_reasons(book: Gradebook, mark: int, report: bytes) -> None:
    """Keeps what a report tells of its mark, in place of what was kept before."""
    with readable(book.path):
        tasks = _report.decode(report).tasks
    book.do("DELETE FROM reasons WHERE mark = ?", (mark,))
    book.do_each(
        "INSERT INTO reasons(mark, place, task, mistake, rule) VALUES (?, ?, ?, ?, ?)",
        ((mark, place, *reason) for place, reason in enumerate(_reasons(tasks))),
    )
    book.do("INSERT OR REPLACE INTO first_failures VALUES (?, ?)", (mark, _first_failure(tasks)))


def _reasons(tasks: tuple[TaskResult, ...]) -> Iterator[tuple[str, str, str]]:
    """Task, id of a mistake and inferred rule; a mistake in every task that has a check of it."""
    task_of = {check.id: task.id for task in tasks for check in task.checks}
    for task in tasks:
        for found in task.diagnoses:
            shown = (task_of[check] for check in found.checks if check in task_of)
            for name in dict.fromkeys((task.id, *shown)):
                yield name, found.id, found.rule
        if not task.diagnoses and any(map(_is_unexplained, task.checks)):
            yield task.id, UNEXPLAINED, ""


def _is_unexplained(check: CheckResult) -> bool:
    return check.outcome in _WRONG and check.same_as is None


def _first_failure(tasks: tuple[TaskResult, ...]) -> str:
    """What the first check says that fails by itself. Hidden checks stay out: the sentence may be
    passed on to the learner."""
    failing = (
        check.message
        for task in tasks
        for check in task.checks
        if check.outcome not in _SAYS_NOTHING and check.visibility is Visibility.VISIBLE
    )
    return next(filter(None, failing), "")
