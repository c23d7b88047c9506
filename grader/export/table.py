"""What the gradebook files share: whose mark it is, and who is left out."""

from __future__ import annotations

from typing import NamedTuple

from grader.export.common import cell
from grader.export.facts import Mark, mark
from grader.model.errors import UsageProblem
from grader.model.report import Report
from grader.text.words import said


class Entry(NamedTuple):
    """A line of a gradebook: a learner's id and name as cells, and the mark."""

    id: str
    name: str
    mark: Mark


def entry(report: Report) -> Entry | None:
    """The line of a report; None without a mark or without an id to find the learner by."""
    found, learner = mark(report), report.learner
    if found is None or learner is None or not cell(learner.id):
        return None
    return Entry(cell(learner.id), cell(learner.name or ""), found)


def demand_learner(report: Report, name: str) -> None:
    """UsageProblem when the report does not say whose it is."""
    if report.learner is None or not cell(report.learner.id):
        raise UsageProblem(
            said(
                "{name} needs to know whose submission this is, and this report does not say.",
                name=name,
            ),
            next_move=said("Grade it with a roster, or write another format."),
        )
