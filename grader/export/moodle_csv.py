"""Moodle: a gradebook import, one row a learner.

Which column means what is chosen while importing: map `ID number` to what the ids are, the
exercise's title to the grade item, `Feedback` to its feedback. Moodle reads a row with a blank id
as one more row of the learner above it, and a blank score as no grade at all, so whoever has no id
or no mark has no row: a fault or a refusal alone gives the header. One id that Moodle does not
know stops the whole import, and so does a score over 100 unless the site allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.export.common import cell, csv_line, points_text
from grader.export.table import demand_learner, entry
from grader.export.words import summary
from grader.model.report import Report


def export(report: Report) -> str:
    """A header and one row. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "moodle-csv")
    return "".join(rows([report]))


def rows(reports: Iterable[Report]) -> Iterator[str]:
    """The lines of a class; learners without an id or without a mark are left out."""
    header = False
    for report in reports:
        if not header:
            title = cell(report.exercise.title) or cell(report.exercise.id)
            yield csv_line(["ID number", "Full name", title, "Feedback"])
            header = True
        known = entry(report)
        if known is not None:
            score = points_text(known.mark.score)
            yield csv_line([known.id, known.name, score, cell(summary(report))])
