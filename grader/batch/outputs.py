"""Writes what a batch leaves for people and platforms: grades.csv, class.json, class.html."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec
from msgspec import Struct

from grader.batch.glance import ClassReader
from grader.batch.people import People
from grader.batch.reports import FOLDER as REPORTS
from grader.batch.reports import Names, write_whole
from grader.course.policy import Policy
from grader.export.common import cell, csv_line, points_text
from grader.gradebook import learners, marks, queries, runs
from grader.gradebook.queries import LineRow
from grader.gradebook.store import Gradebook, storage
from grader.model.class_report import ClassView
from grader.model.encoding import encoded_sorted
from grader.model.errors import UsageProblem
from grader.model.exercise import Exercise
from grader.model.files import sweep
from grader.render.html.class_page import class_page
from grader.text.words import said

COLUMNS = (
    *("learner_id", "name", "status", "score", "max_score", "graded_score", "best_score"),
    *("late", "submitted_at", "attempt", "attempts", "group", "mistakes", "override_reason"),
    *("message", "notes", "report"),
)
CLASS_PAGE = "class.html"
FILES = ("grades.csv", "class.json", CLASS_PAGE)
RULED = ("rule", "final_score")
"""The columns of a policy, after those of the scores."""

NOT_NOW = said("not in the last download: the mark is from an earlier one")


class Outcome(Struct, frozen=True):
    """How a batch ended.

    With a policy, `untimed` is how many marks it could not rule on, and `strangers` are the ids
    of extensions that nobody has.
    """

    view: ClassView
    folder: Path
    untimed: int = 0
    strangers: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """5 with any fault of ours, else 6 where somebody has to look, else 0."""
        if self.view.counts.fault:
            return 5
        return 6 if self.view.remarks else 0


def refuse_obstacles(folder: Path) -> None:
    """UsageProblem for what stands where an output goes: a folder for a file, or the reverse.

    What a killed batch left half-written is taken away.
    """
    for path in (folder, folder / REPORTS):
        if path.exists() and not path.is_dir():
            _refuse(said("{path} is a file, and a folder is written there", path=path))
    sweep(folder / REPORTS)
    for path in map(folder.joinpath, FILES):
        sweep(folder, path.name)
        if path.is_dir():
            _refuse(said("{path} is a folder, and a file is written there", path=path))


def _refuse(what: str) -> NoReturn:
    raise UsageProblem(
        what, next_move=said("Nothing was graded. Move it, or name another folder with --out.")
    )


def write_outputs(
    book: Gradebook,
    folder: Path,
    exercise: Exercise,
    conditions: int,
    run: int,
    names: Names,
    policy: Policy | None = None,
    *,
    pages: Mapping[str, str] = {},
) -> Outcome:
    """Makes every output from the gradebook. Fault when the disk does not let it.

    `pages` has the path of a learner's feedback page beside `class.html`, by the learner's id.
    """
    table, data, page = map(folder.joinpath, FILES)
    with storage(table):
        folder.mkdir(parents=True, exist_ok=True)
    marks.keep_missing_reasons(book)
    view = ClassReader(book, conditions, run, names, policy, pages).view(
        exercise.title, runs.started_at(book, run)
    )
    people = People(book, names, policy)
    write_whole(table, _csv(people, exercise))
    body = msgspec.json.format(encoded_sorted(view), indent=2)
    write_whole(data, body + b"\n")
    write_whole(page, class_page(view).encode("utf-8"))
    if policy is None:
        return Outcome(view, folder)
    everybody = (one.learner for one in learners.states(book))
    return Outcome(view, folder, people.untimed, policy.strangers(everybody))


def columns(policy: Policy | None) -> list[str]:
    """The columns of grades.csv before those of the tasks."""
    names = list(COLUMNS)
    if policy is not None:
        place = names.index("late")
        names[place:place] = RULED
    return names


def _csv(people: People, exercise: Exercise) -> bytes:
    """Everybody's row, by id. A byte order mark tells spreadsheets that names are UTF-8."""
    text = io.StringIO()
    tasks = [task.id for task in exercise.tasks]
    text.write(csv_line([*columns(people.policy), *(f"task {task}" for task in tasks)]))
    last = runs.last_whole(people.book)
    rows = (_row(people, row, tasks, last) for row in queries.lines(people.book))
    # by real ids the order of the pseudonyms would tell who is who
    for row in sorted(rows) if people.names.anonymous else rows:
        text.write(csv_line(row))
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _row(people: People, row: LineRow, tasks: Sequence[str], last: int) -> list[str]:
    line = people.line(row)
    anonymous = people.names.anonymous
    told = [] if anonymous else msgspec.json.decode(row.notes)
    if row.run < last:
        told = [*told, NOT_NOW]
    earned = msgspec.json.decode(row.scores) if row.scores else {}
    return [
        cell(line.person.id),
        cell(line.person.name or ""),
        line.state,
        *map(_points, (line.score, line.max_score, line.graded_score, line.best_score)),
        *([] if line.rule is None else [cell(line.rule), _points(line.final_score)]),
        "late" if line.late else "",
        cell(row.submitted_at or ""),
        str(row.attempt or ""),
        str(line.attempts or ""),
        cell("" if anonymous else row.team),
        cell("; ".join(line.titles)),
        cell(row.override_reason or ""),
        cell(line.message),
        cell("; ".join(told)),
        cell(line.person.report),
        *(_points(earned.get(task)) for task in tasks),
    ]


def _points(value: float | None) -> str:
    return "" if value is None else points_text(value)
