"""Moodle VPL: what `vpl_execution` prints, comments and then the mark.

VPL takes the last line that begins with `Grade :=>>`, even inside a block of comments, and reads a
title, a block's end or an address from how a line begins. So every line in the block has a
beginning of ours: `-` for titles, `>` for quotes, words for the place that VPL makes a link of. A
title ends in a word, since VPL takes a number in brackets at its end for points.
The mark is in points of the report; the package converts it to the range of the activity.

Not graded: no mark at all, which leaves the submission ungraded.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.export.common import fitting, one_line, points_text, shorten
from grader.export.facts import mark
from grader.export.rows import check_rows
from grader.export.words import not_graded, summary
from grader.model.report import Report

LARGEST = 60_000
"""Characters, all of which a page of Moodle shows."""


def export(report: Report) -> str:
    """The comments as one block, and the line with the mark."""
    found = mark(report)
    if found is None:
        return _block(["-Not graded", *_quoted(not_graded(report))])
    grade = f"Grade :=>>{points_text(found.score)}\n"
    head = ["-Points", *_quoted(summary(report))]
    comments = fitting(lambda n: _block([*head, *_comments(report, n)]), LARGEST)
    return (comments or _block(head)) + grade


def _comments(report: Report, limit: int) -> Iterator[str]:
    """A section for each check that did not pass."""
    for row in check_rows(report):
        if not row.passed and not row.skipped:
            yield f"-{one_line(f'{row.task}: {row.title}', limit)}: {row.outcome.value}"
            if row.place:
                yield f"Look at {row.place}"
            yield from _quoted(shorten(row.details(), limit))


def _quoted(text: str) -> list[str]:
    return [f">{line}" for line in text.split("\n")]


def _block(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in ("<|--", *lines, "--|>"))
