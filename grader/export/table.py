"""What the tables share: whose mark it is, which mark is handed over, and who is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from grader.export.common import cell, csv_line, points_text
from grader.export.facts import mark
from grader.model.errors import UsageProblem
from grader.model.report import Report
from grader.text.words import said


class Marked(NamedTuple):
    """A learner's report, and the mark to hand over.

    `score` is the mark after what a grader set by hand and what a course's policy takes away, so
    a refused report may have one; None is no mark. `remark` says in a sentence why it is not the
    report's own, and `maximum` is the most that can be earned, where that is known.
    """

    report: Report
    score: float | None
    remark: str = ""
    maximum: float | None = None

    @classmethod
    def of(cls, report: Report) -> Marked:
        """The report with its own mark."""
        found = mark(report)
        return cls(report, None) if found is None else cls(report, found.score, "", found.maximum)


class Entry(NamedTuple):
    """A line of a gradebook: a learner's id and name and the mark as cells, and the maximum."""

    id: str
    name: str
    score: str
    maximum: float | None

    @property
    def is_number(self) -> bool:
        """Whether the id is of plain digits only, as the ids that platforms give are."""
        return self.id.isascii() and self.id.isdigit()


def entry(marked: Marked) -> Entry | None:
    """The line of a learner; None without a mark or without an id to find the learner by."""
    learner = marked.report.learner
    if marked.score is None or learner is None or not cell(learner.id):
        return None
    score = points_text(marked.score)
    return Entry(cell(learner.id), cell(learner.name or ""), score, marked.maximum)


def gradebook(
    marked: Iterable[Marked],
    header: Callable[[str], Iterable[str]],
    line: Callable[[Marked, Entry], Iterable[str]],
    delimiter: str = ",",
) -> Iterator[str]:
    """The header, made from the title of the marks, and a line for each who has an entry."""
    first = True
    for one in marked:
        if first:
            yield csv_line(header(title(one.report)), delimiter)
            first = False
        known = entry(one)
        if known is not None:
            yield csv_line(line(one, known), delimiter)


def title(report: Report) -> str:
    """What the column of the marks is called, as a cell."""
    return cell(report.exercise.title) or cell(report.exercise.id)


def demand_learner(report: Report, name: str) -> None:
    """UsageProblem when the report does not say whose it is."""
    if report.learner is None or not cell(report.learner.id):
        raise UsageProblem(
            said(
                "{name} needs to know whose submission this is, and this report does not say.",
                name=name,
            ),
            next_move=said("Name the learner with --learner-id, or write another format."),
        )
