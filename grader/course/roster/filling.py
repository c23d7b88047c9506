"""Fills the marks into a table that was downloaded from a platform, ready to be uploaded again.

A platform knows its own file best: its numbers for learners and columns are in it, and its words.
So cells that are not filled stay byte for byte what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from msgspec import Struct

from grader.course.roster.gradebook_tables import blackboard, brightspace, canvas
from grader.course.roster.layout import Layout, Platform, Wanted
from grader.course.roster.learners import Roster, roster_of
from grader.course.roster.records import Record, records
from grader.course.roster.table import Table
from grader.course.roster.worksheet import worksheet
from grader.export.common import points_text
from grader.export.moodle_csv import feedback
from grader.export.table import Marked


class Filled(Struct, frozen=True):
    """A platform's table with the marks in it.

    `name` is a name for the file, `rows` how many learners' marks are in it, and `without_row` are
    the ids that have a mark and no row. `maximum` is the most that the platform gives, where its
    table tells: marks out of another maximum do not fit there.
    """

    platform: Platform
    name: str
    data: bytes
    rows: int
    without_row: tuple[str, ...]
    maximum: float | None


def filled(
    data: bytes, name: str, marks: Mapping[str, Marked], *, column: str | None = None
) -> Filled | None:
    """The table of that name with these marks, by learners' ids; None for a plain roster.

    `column` is the header of the column for the marks, where several could be meant. Raises
    UsageProblem where that is not clear, or for a table that is no roster.
    """
    table = Table(name, data)
    rows = list(table.rows())
    wanted = Wanted(column, next((one.report.exercise.title for one in marks.values()), ""))
    found = (one(table, rows, wanted) for one in (worksheet, canvas, brightspace, blackboard))
    layout = next((one for one in found if one is not None), None)
    if layout is None:
        return None
    by_line, without_row = _by_line(roster_of(table, rows), marks)
    back = _handed_back(table, layout, by_line)
    text = "".join(record.text(table.delimiter) for record in back)
    path = PurePath(name)
    return Filled(
        platform=layout.platform,
        name=f"{path.stem}-filled{path.suffix}",
        data=table.encoded(text),
        rows=len(by_line),
        without_row=without_row,
        maximum=layout.maximum,
    )


def _by_line(
    roster: Roster, marks: Mapping[str, Marked]
) -> tuple[dict[int, Marked], tuple[str, ...]]:
    """The marks by the lines that they go to, and the ids of those that have none."""
    by_line: dict[int, Marked] = {}
    without_row = []
    # the roster's own ids first: of two that lead to one row, it is theirs
    for learner in sorted(marks, key=lambda one: roster.with_id(one) is None):
        if marks[learner].score is None:
            continue
        enrolled = roster.find(learner)
        line = roster.line(enrolled) if enrolled else None
        if line is None or line in by_line:
            without_row.append(learner)
        else:
            by_line[line] = marks[learner]
    return by_line, tuple(without_row)


def _handed_back(table: Table, layout: Layout, by_line: Mapping[int, Marked]) -> Iterator[Record]:
    """The rows that are handed back, the marks filled in."""
    above = True
    for record in records(table.text, table.delimiter):
        one = by_line.get(record.line)
        if one is not None:
            record = record.changed(_cells(layout, one), table.delimiter)
        if layout.columns is None or (above and record.is_empty):
            yield record
        elif above or one is not None or record.line in layout.lines:
            yield record.picked(layout.columns)
        above = above and record.is_empty


def _cells(layout: Layout, one: Marked) -> dict[int, str]:
    score = points_text(one.score or 0.0)
    cells = {layout.grade: score.replace(".", ",") if layout.comma else score}
    if layout.comments is not None:
        cells[layout.comments] = feedback(one)
    return cells
