"""CSV for any spreadsheet: one row a report, with a column for each task.

Everyone has a row, and `outcome` says what became of the submission; where there is no mark the
scores are blank. Cells that a spreadsheet would take for a formula begin with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from grader.export.common import cell, csv_line, points_text
from grader.export.facts import main_file, mark
from grader.model.report import Report

_COLUMNS = (
    *("exercise", "submission", "file", "learner_id", "learner_name"),
    *("outcome", "score", "max_score", "message", "started_at"),
)


def export(report: Report) -> str:
    """A header and one row."""
    return "".join(rows([report]))


def rows(reports: Iterable[Report]) -> Iterator[str]:
    """The lines of a class; the columns of tasks are those of the first report that has any."""
    left = iter(reports)
    waiting: list[Report] = []
    tasks: list[str] = []
    for report in left:
        waiting.append(report)
        if tasks := [task.id for task in report.tasks]:
            break
    yield csv_line([*_COLUMNS, *(cell(f"task {task}") for task in tasks)])
    for report in chain(waiting, left):
        yield csv_line(_cells(report, tasks))


def _cells(report: Report, tasks: list[str]) -> Iterator[str]:
    found, learner = mark(report), report.learner
    yield cell(report.exercise.id)
    yield cell(report.submission.name or report.submission.id)
    yield cell(main_file(report))
    yield cell(learner.id) if learner else ""
    yield cell(learner.name or "") if learner else ""
    yield report.outcome.value
    yield points_text(found.score) if found else ""
    yield points_text(found.maximum) if found else ""
    yield cell(report.message, 500)
    yield cell(report.timing.started_at)
    earned = {task.id: points_text(task.score) for task in report.tasks} if found else {}
    yield from (earned.get(task, "") for task in tasks)
