"""CSV for any spreadsheet: one row a report, with a column for each task.

Everyone has a row, and `outcome` says what became of the submission; where there is no mark the
scores are blank, and `remark` says why a score is not the grading's own. Cells that a spreadsheet
would take for a formula begin with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from grader.export.common import cell, csv_line, points_text
from grader.export.facts import main_file, mark
from grader.export.table import Marked
from grader.model.report import Report

_COLUMNS = (
    *("exercise", "submission", "file", "learner_id", "learner_name"),
    *("outcome", "score", "max_score", "message", "remark", "started_at"),
)


def export(report: Report) -> str:
    """A header and one row."""
    return "".join(rows([Marked.of(report)]))


def rows(marked: Iterable[Marked]) -> Iterator[str]:
    """The lines of a class; the columns of tasks are those of the first report that has any."""
    left = iter(marked)
    waiting: list[Marked] = []
    tasks: list[str] = []
    for one in left:
        waiting.append(one)
        if tasks := [task.id for task in one.report.tasks]:
            break
    yield csv_line([*_COLUMNS, *(cell(f"task {task}") for task in tasks)])
    for one in chain(waiting, left):
        yield csv_line(_cells(one, tasks))


def _cells(marked: Marked, tasks: list[str]) -> Iterator[str]:
    report, learner = marked.report, marked.report.learner
    yield cell(report.exercise.id)
    yield cell(report.submission.name or report.submission.id)
    yield cell(main_file(report))
    yield cell(learner.id) if learner else ""
    yield cell(learner.name or "") if learner else ""
    yield report.outcome.value
    yield "" if marked.score is None else points_text(marked.score)
    yield "" if marked.maximum is None else points_text(marked.maximum)
    yield cell(report.message, 500)
    yield cell(marked.remark, 500)
    yield cell(report.timing.started_at)
    earned = {task.id: points_text(task.score) for task in report.tasks} if mark(report) else {}
    yield from (earned.get(task, "") for task in tasks)
