"""The pages of a class: where they lie, and what a learner sees of a report."""

from __future__ import annotations

from msgspec.structs import replace

from grader.model.report import Report
from grader.report import wire
from grader.report.audience import for_learner

FOLDER = "pages"


def report_for_learner(data: bytes, *, remark: str, shared: bool) -> Report:
    """The saved report as its learner sees it, with a remark of the course about the mark.

    With `shared` it is a group's, and names nobody.
    """
    report = for_learner(wire.decode(data))
    notes = (*report.notes, remark) if remark else report.notes
    return replace(report, notes=notes, learner=None if shared else report.learner)
