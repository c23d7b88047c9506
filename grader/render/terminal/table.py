"""The table of tasks: sign, name, bar, points, checks; and the total below."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from grader.model.check import Outcome
from grader.model.report import Report, TaskResult
from grader.render.outcomes import NOT_DONE, not_done
from grader.render.terminal.lines import BAD, GOOD, QUIET, Line, Page
from grader.render.text import duration, exact, passed_of, points
from grader.text.words import _

GAP = "  "
WIDEST_ID = 16
BAR = range(10, 25)  # a shorter bar says nothing, a longer one says no more
NARROW = 60  # below this the bar makes way for the names


class Row(NamedTuple):
    """A line of the table before it is laid out."""

    sign: str
    style: str
    id: str
    title: str
    score: float
    max_score: float
    note: str


class Columns(NamedTuple):
    """The widths of the table's columns, in cells."""

    sign: int
    id: int
    title: int
    bar: int
    score: int
    max_score: int
    note: int


def table(page: Page, report: Report) -> list[Line]:
    """One line a task and one for the score."""
    rows = [_row(page, task) for task in report.tasks]
    total = Row(
        "",
        "bold",
        _("Score"),
        "",
        report.score or 0.0,
        report.max_score or 0.0,
        duration(report.timing.duration_s),
    )
    columns = _columns(page, [*rows, total])
    return [*(_line(page, row, columns) for row in rows), _line(page, total, columns)]


def _row(page: Page, task: TaskResult) -> Row:
    passed = sum(check.outcome is Outcome.PASSED for check in task.checks)
    note = passed_of(passed, len(task.checks))
    sign, style = page.signs.bad, BAD
    if task.outcome is Outcome.PASSED:
        sign, style = page.signs.good, GOOD
    elif task.outcome in NOT_DONE:
        sign, style = page.signs.todo, QUIET
    if not passed:
        note = not_done(task.outcome) or note
    return Row(sign, style, task.id, task.title, task.score, task.max_score, note)


def _columns(page: Page, rows: list[Row]) -> Columns:
    """Widths that fit the page: titles give way first, then the bar, then the notes."""
    sign = max(cell_len(page.signs.good), cell_len(page.signs.todo))
    ids = min(WIDEST_ID, max(cell_len(page.safe(row.id)) for row in rows))
    titles = max(cell_len(page.safe(row.title)) for row in rows)
    score = max(len(points(row.score, row.max_score)) for row in rows)
    most = max(len(exact(row.max_score)) for row in rows)
    note = max(cell_len(row.note) for row in rows)
    taken = sign + ids + score + len(" / ") + most + len(GAP) * 3
    if taken + len(GAP) + note > page.width:
        note = 0
    left = page.width - taken - len(GAP) - note
    bar = min(BAR[-1], max(BAR[0], left - titles - len(GAP))) if page.width >= NARROW else 0
    title = max(0, min(titles, left - bar - (len(GAP) if bar else 0)))
    return Columns(sign, ids, title, bar, score, most, note)


def _line(page: Page, row: Row, columns: Columns) -> Line:
    total = not row.sign
    strong = "bold" if total else ""
    return page.line(
        page.cell(row.sign, columns.sign, row.style),
        GAP,
        page.cell(row.id, columns.id, "bold"),
        GAP,
        page.cell(row.title, columns.title),
        GAP if columns.title else "",
        *_bar(page, row, columns.bar),
        GAP if columns.bar else "",
        page.cell(points(row.score, row.max_score), columns.score, strong, right=True),
        (" / ", strong or QUIET),
        page.cell(exact(row.max_score), columns.max_score, strong or QUIET),
        GAP,
        page.cell(row.note, columns.note, QUIET),
    )


def _bar(page: Page, row: Row, width: int) -> list[tuple[str, str]]:
    """The share of the points; full only at full marks, empty only at nothing."""
    share = row.score / row.max_score if row.max_score else 0.0
    earned = round(share * width)
    if share < 1:
        earned = min(earned, width - 1)
    if share > 0:
        earned = max(earned, 1)
    earned = max(0, min(earned, width))
    return [(page.signs.earned * earned, GOOD), (page.signs.open * (width - earned), QUIET)]
