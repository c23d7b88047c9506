"""A gradebook filled with reports that nobody had to grade."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.batch.helper import facts_of
from grader.batch.outputs import Outcome, write_outputs
from grader.batch.reports import Names
from grader.gradebook import learners, marks, runs
from grader.gradebook.conditions import Conditions, conditions_id
from grader.gradebook.learners import LearnerRow
from grader.gradebook.store import FILE, Gradebook
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.report import wire


def fill(
    out: Path, reports: Mapping[str, Report], overrides: Mapping[str, tuple[float, str]] | None
) -> None:
    """A gradebook in `out` of one finished run that gave these learners these reports."""
    out.mkdir(parents=True, exist_ok=True)
    any_report = next(iter(reports.values()))
    limits, level = any_report.limits, any_report.isolation.level
    conditions = Conditions("autograd-operations", "5d", "0.1.0", "3.11", "any", limits, level)
    with Gradebook(out / FILE) as book, book.transaction():
        number = conditions_id(book, conditions)
        run = runs.begin(book, number, "class")
        for place, (name, report) in enumerate(reports.items()):
            row = LearnerRow(
                name, None, place, run, "waiting", name, "value.py", None, "", None, 1, "[]", "", 0
            )
            learners.put_learner(book, row)
            facts = facts_of(report, with_names=place == 0)
            encoded = wire.encode(report, indent=0)
            mark = marks.keep_mark(book, name, number, run, facts, encoded)
            learners.set_graded(book, row, mark, marks.mark_of(book, mark))
            learners.set_report(book, name, "", f"reports/{name}.json")
        learners.set_overrides(book, overrides or {})
        runs.finish(book, run)


def outputs(out: Path, exercise: Exercise, pages: Mapping[str, str] | None = None) -> Outcome:
    """What the gradebook in `out` gives for people and programs."""
    with Gradebook(out / FILE) as book:
        names = Names(book, anonymous=False)
        return write_outputs(book, out, exercise, 1, 1, names, pages=pages or {})
