"""The marks of a whole class, each with its learner's report, as tables and feedback want them.

The mark is the one after what a grader set by hand and after the course's policy, and the report is
the file that the batch wrote, so under `--anonymous` there is no name in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from grader.batch.people import People
from grader.export.table import Marked
from grader.gradebook import queries
from grader.gradebook.queries import LineRow
from grader.gradebook.store import Gradebook
from grader.model.class_report import Line, Person
from grader.model.errors import UsageProblem
from grader.model.report import SAME, Learner, Report, SubmissionInfo, Timing, Verdict
from grader.report import wire
from grader.text.words import joined, said


def marked(book: Gradebook, folder: Path, people: People) -> Iterator[Marked]:
    """Everybody with a report or a mark, in the order of the ids that are shown.

    Reports are read one at a time from `folder`, where the batch wrote them. UsageProblem when one
    is not there or cannot be read.
    """
    lines = [_line(people, row) for row in queries.lines(book)]
    # by real ids the order of the pseudonyms would tell who is who
    lines.sort(key=lambda pair: pair[0].person.id)
    reports = (line.person.report for line, _ in lines)
    some = next((_read(folder / report) for report in reports if report), None)
    maximum = next((line.max_score for line, _ in lines if line.max_score), None)
    for line, remark in lines:
        if line.person.report:
            report = _read(folder / line.person.report)
        elif line.score is not None and some is not None:
            report = _without_submission(line.person, some)
        else:
            continue
        score = line.score if line.final_score is None else line.final_score
        yield Marked(report, score, remark, line.max_score or maximum)


def _without_submission(person: Person, some: Report) -> Report:
    """The report of somebody who has a mark, set by hand, and nothing handed in."""
    return replace(
        some,
        outcome=Verdict.REFUSED,
        message=said("nothing handed in"),
        submission=SubmissionInfo("", (), ""),
        tasks=(),
        timing=Timing("", 0.0),
        score=None,
        max_score=None,
        learner=Learner(person.id, person.name),
        notes=(),
    )


def _line(people: People, row: LineRow) -> tuple[Line, str]:
    """A learner's line, and why the mark is not the report's own; empty where it is."""
    line = people.line(row)
    if row.override is not None:
        return line, said("set by a grader: {reason}", reason=row.override_reason)
    if line.score is None or line.final_score is None or not line.rule:
        return line, ""
    return line, line.rule if abs(line.final_score - line.score) >= SAME else ""


def _read(path: Path) -> Report:
    try:
        return wire.decode(path.read_bytes())
    except OSError as error:
        what = error.strerror or str(error)
    except UsageProblem as problem:
        what = problem.message
    raise UsageProblem(
        joined(": ", (str(path), what)),
        next_move=said("Run the batch again: it writes the report anew."),
    )
