"""What went wrong in a class: the mistakes that were recognised, what stays unexplained, and who
fails alike, under the conditions of one run."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from grader.gradebook.queries import HERE, MARKED, PersonRow
from grader.gradebook.reasons import UNEXPLAINED
from grader.gradebook.store import Gradebook

EXAMPLES = 5

_REASONS = f"{MARKED} JOIN reasons r ON r.mark = m.id"


class MistakeRow(Struct, frozen=True):
    """A mistake by its id and inferred rule, the tasks that show it, and who made it."""

    examples: tuple[PersonRow, ...]
    id: str
    title: str
    rule: str
    tasks: tuple[str, ...]
    learners: int


class UnexplainedRow(Struct, frozen=True):
    """A task, and who has a failure in it that nothing explains."""

    examples: tuple[PersonRow, ...]
    task: str
    learners: int


class FailureRow(Struct, frozen=True):
    """A pattern of failures, and who has it. Behind the outcomes it names the mistakes found."""

    examples: tuple[PersonRow, ...]
    pattern: str
    outcomes: str
    message: str
    score: float
    learners: int


def mistakes(book: Gradebook, conditions: int) -> tuple[MistakeRow, ...]:
    """The mistakes of the class, the commonest first; inferred ones that are alike by their id are
    told apart by their rules."""
    values = {"conditions": conditions}
    rows = book.rows(
        "SELECT r.mistake, k.title, r.rule, json_group_array(DISTINCT r.task), "
        f"count(DISTINCT l.id) AS n {_REASONS} JOIN mistakes k ON k.id = r.mistake WHERE {HERE} "
        "GROUP BY r.mistake, r.rule ORDER BY n DESC, r.mistake, r.rule",
        values,
    )
    who = f"{_REASONS} WHERE {HERE} AND r.mistake = :mistake AND r.rule = :rule"

    def row_of(name: str, title: str, rule: str, tasks: str, learners: int) -> MistakeRow:
        people = _people(book, who, {**values, "mistake": name, "rule": rule})
        found = msgspec.json.decode(tasks, type=tuple[str, ...])
        return MistakeRow(people, name, title, rule, found, learners)

    return tuple(row_of(*row) for row in rows)


def titles(book: Gradebook) -> dict[str, str]:
    """What each mistake is called, by its id."""
    return dict(book.rows("SELECT id, title FROM mistakes"))


def unexplained(book: Gradebook, conditions: int) -> tuple[UnexplainedRow, ...]:
    """The tasks with a wrong value or an exception that nothing recognised explains, and who."""
    values = {"conditions": conditions, "mistake": UNEXPLAINED}
    rows = book.rows(
        f"SELECT r.task, count(DISTINCT l.id) {_REASONS} WHERE {HERE} AND r.mistake = :mistake "
        "GROUP BY r.task",
        values,
    )
    who = f"{_REASONS} WHERE {HERE} AND r.mistake = :mistake AND r.task = :task"
    return tuple(
        UnexplainedRow(_people(book, who, {**values, "task": row[0]}), *row) for row in rows
    )


def failures(book: Gradebook, conditions: int, most: int) -> tuple[FailureRow, ...]:
    """The patterns of failures that more than one learner has, the commonest first."""
    values = {"conditions": conditions}
    rows = book.rows(
        f"SELECT m.pattern, m.outcomes, m.message, m.score, count(*) AS n {MARKED} "
        f"WHERE {HERE} AND m.outcomes GLOB '*[^p]*' "
        "GROUP BY m.pattern, m.message HAVING n > 1 ORDER BY n DESC, m.pattern LIMIT :most",
        {**values, "most": most},
    )
    who = f"{MARKED} WHERE {HERE} AND m.pattern = :pattern AND m.message = :message"
    return tuple(
        FailureRow(_people(book, who, {**values, "pattern": row[0], "message": row[2]}), *row)
        for row in rows
    )


def _people(book: Gradebook, who: str, values: dict[str, Any]) -> tuple[PersonRow, ...]:
    """The first of the marked learners that the SQL in `who` tells of."""
    rows = book.rows(
        f"SELECT DISTINCT l.id, l.name, l.report {who} ORDER BY l.id LIMIT :limit",
        {**values, "limit": EXAMPLES},
    )
    return tuple(PersonRow(*row) for row in rows)
