"""Brightspace (D2L): a gradebook import, one row a learner.

A learner is found by `OrgDefinedId` or by `Username`: an id of digits only goes to the first, any
other to the second. The grade item is what stands before `Points Grade` in the header; give it the
item's name, or Brightspace offers to make a new one. Each line ends with a `#`. Whoever has no mark
has no row. By D2L's help; not verified against the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.export.table import Entry, Marked, demand_learner, gradebook
from grader.model.report import Report


def export(report: Report) -> str:
    """A header and one row. UsageProblem when the report does not say whose it is."""
    demand_learner(report, "brightspace")
    return "".join(rows([Marked.of(report)]))


def rows(marked: Iterable[Marked]) -> Iterator[str]:
    """The lines of a class; learners without an id or without a mark are left out."""
    return gradebook(marked, _header, _line)


def _header(title: str) -> tuple[str, ...]:
    return ("OrgDefinedId", "Username", f"{title} Points Grade", "End-of-Line Indicator")


def _line(_: Marked, known: Entry) -> tuple[str, ...]:
    ids = (known.id, "") if known.is_number else ("", known.id)
    return (*ids, known.score, "#")
