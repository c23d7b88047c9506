"""The marks of a whole class, each with its learner's report, as tables and feedback want them.

The mark is the one after what a grader set by hand and after the course's policy. There is no name
in the report under `--anonymous`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from grader.batch.people import People
from grader.batch.reports import Reports
from grader.export.table import Marked
from grader.gradebook import queries
from grader.gradebook.learners import known_learner
from grader.gradebook.queries import LineRow
from grader.model.class_report import Line, Person
from grader.model.exercise import Exercise
from grader.model.report import Learner, Report, SubmissionInfo, Verdict
from grader.report import wire
from grader.report.make import unmarked_report
from grader.text.words import said


def marked(people: People, reports: Reports) -> Iterator[Marked]:
    """Everybody with a report or a mark, in the order of the ids that are shown."""
    lines = [_line(people, row) for row in queries.lines(people.book)]
    # by real ids the order of the pseudonyms would tell who is who
    lines.sort(key=lambda told: told.line.person.id)
    maximum = next((told.line.max_score for told in lines if told.line.max_score), None)
    for line, remark, learner in lines:
        data = reports.of(known_learner(people.book, learner))
        if data is not None:
            report = wire.decode(data)
        elif line.score is not None:
            report = _without_submission(reports.exercise, line.person)
        else:
            continue
        yield Marked(report, line.score_after_rule, remark, line.max_score or maximum)


class _Told(NamedTuple):
    """A learner's line, why the mark is not the report's own, and the real id."""

    line: Line
    remark: str
    learner: str


def _without_submission(exercise: Exercise, person: Person) -> Report:
    """The report of somebody who has a mark, set by hand, and nothing handed in."""
    nothing = SubmissionInfo("", (), "")
    report = unmarked_report(exercise, Verdict.REFUSED, said("nothing handed in"), nothing)
    return replace(report, learner=Learner(person.id, person.name))


def _line(people: People, row: LineRow) -> _Told:
    line, learner = people.line(row), row.person.id
    if row.override is not None:
        words = said("set by a grader: {reason}", reason=row.override_reason)
        return _Told(line, words, learner)
    return _Told(line, line.rule or "" if line.is_ruled else "", learner)
