"""Blackboard: a gradebook upload, tab-separated UTF-16 as Blackboard's own download is.

Blackboard finds a learner by `Username` alone. A column goes to an existing one by the number at
the end of its header, `Title [Total Pts: 10 Score] |12345`; without it Blackboard makes a new
column, whose points have to be set there. Whoever has no mark has no row. By Blackboard's help and
by files that it wrote; not verified against the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.export.table import Marked, demand_learner, gradebook
from grader.model.report import Report

ENCODING = "utf-16"


def export(report: Report) -> str:
    """A header and one row. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "blackboard")
    return "".join(rows([Marked.of(report)]))


def rows(marked: Iterable[Marked]) -> Iterator[str]:
    """The lines of a class; learners without an id or without a mark are left out."""
    return gradebook(
        marked, lambda title: ("Username", title), lambda _, known: (known.id, known.score), "\t"
    )
