"""Canvas: a gradebook import, one row a learner.

A blank cell over an existing score is a change, so whoever has no mark has no row: a fault or a
refusal alone gives the header. Canvas finds a learner by its own ID, then by login, then by name;
an id of digits only goes to ID, any other to SIS Login ID. The score's column is the exercise's
title: give it the assignment's name and number, `Title (12345)`, or Canvas makes a new assignment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.export.common import csv_line, points_text
from grader.export.table import Marked, demand_learner, entry, title
from grader.model.report import Report

_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MAXIMUM = "Points Possible"


def export(report: Report) -> str:
    """A header and one row. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "canvas-csv")
    return "".join(rows([Marked.of(report)]))


def rows(marked: Iterable[Marked]) -> Iterator[str]:
    """The lines of a class; learners without an id or without a mark are left out."""
    header = first = True
    for one in marked:
        if header:
            yield csv_line([*_COLUMNS, title(one.report)])
            header = False
        known = entry(one)
        if known is None:
            continue
        if first and known.maximum is not None:
            yield csv_line([f"    {_MAXIMUM}", "", "", "", "", points_text(known.maximum)])
        first = False
        # Canvas takes a row with these words in its name for the row of maxima
        name = "" if _MAXIMUM in known.name else known.name
        ids = (known.id, "", "") if known.is_number else ("", "", known.id)
        yield csv_line([name, *ids, "", known.score])
