"""Where a wrong value comes from: the line of the submission that wrote it last, or that raised.

It is said to be that and no more: the mistake may be elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from grader.model.report import CheckResult, Evidence, Report
from grader.render.text import one_line
from grader.text.clean import spell_out
from grader.text.words import _

MARK = "^"
"""Stands under the first character of the line."""

LONGEST = 200


class ShownOrigin(NamedTuple):
    """What is said above the line, its file and number, and the line itself; the words alone where
    no line wrote the value."""

    words: str
    where: str = ""
    code: str = ""


def origin_of(report: Report, told: Evidence | CheckResult | None) -> ShownOrigin | None:
    """What there is to say of where a wrong value or an exception comes from."""
    if told is None:
        return None
    written = told.written if isinstance(told, Evidence) else ""
    if not told.source_line:
        words = _("Nothing in your file wrote `{value}`.")
        return ShownOrigin(words.format(value=one_line(written))) if written else None
    files = report.submission.files
    file = told.path or (files[0].path if files else report.submission.id)
    where = _("{file}, line {line}") if told.line else "{file}"
    if told.cell:
        where = _("Cell {cell}, line {line}")
    words = _("The last line that wrote `{value}`") if written else _("The line that raised it")
    return ShownOrigin(
        words.format(value=one_line(written)),
        where.format(file=one_line(file), line=told.line, cell=told.cell),
        spell_out(told.source_line, limit=LONGEST).replace("\n", " ").strip(),
    )
