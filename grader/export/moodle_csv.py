"""Moodle: a gradebook import, one row a learner.

Which column means what is chosen while importing: map `ID number` to what the ids are, the
exercise's title to the grade item, `Feedback` to its feedback. Moodle reads a row with a blank id
as one more row of the learner above it, and a blank score as no grade at all, so whoever has no id
or no mark has no row: a fault or a refusal alone gives the header. One id that Moodle does not
know stops the whole import, and so does a score over 100 unless the site allows it. Moodle takes
the feedback for HTML, so it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from grader.export.common import MESSAGE, cell
from grader.export.table import Marked, demand_learner, gradebook
from grader.export.words import comment
from grader.model.report import Report


def export(report: Report) -> str:
    """A header and one row. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "moodle-csv")
    return "".join(rows([Marked.of(report)]))


def rows(marked: Iterable[Marked]) -> Iterator[str]:
    """The lines of a class; learners without an id or without a mark are left out."""
    return gradebook(
        marked,
        lambda title: ("ID number", "Full name", title, "Feedback"),
        lambda one, known: (known.id, known.name, known.score, feedback(one)),
    )


def feedback(marked: Marked) -> str:
    """The words for a learner as a cell of HTML."""
    return cell(escape(comment(marked), quote=False), limit=5 * MESSAGE)  # an & becomes 5
