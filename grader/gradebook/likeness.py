"""What a gradebook knows of code that is alike."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from grader.gradebook.queries import HERE, MARKED, PersonRow, people
from grader.gradebook.store import Gradebook

KINDS = {
    "file": ("m.submission", "l.id"),
    "text": ("m.text", "m.submission"),
    "shape": ("m.shape", "m.text"),
}
"""What is the same in a group of that kind, and what must differ, or it would be told twice."""


class SameRow(Struct, frozen=True):
    """So many learners have this in common; `score` is the lowest of theirs."""

    value: str
    learners: int
    score: float


def marked(book: Gradebook, conditions: int) -> int:
    """How many learners have a mark that counts."""
    question = f"SELECT count(*) {MARKED} WHERE {HERE}"
    return int(book.one(question, {"conditions": conditions})[0])


def same(book: Gradebook, conditions: int, kind: str) -> list[SameRow]:
    """The groups of one kind, the largest first."""
    column, other = KINDS[kind]
    rows = book.rows(
        f"SELECT {column}, count(*) AS n, min(m.score) {MARKED} WHERE {HERE} "
        f"AND {column} != '' GROUP BY 1 HAVING count(DISTINCT {other}) > 1 ORDER BY n DESC, 1",
        {"conditions": conditions},
    )
    return [SameRow(*row) for row in rows]


def who_has(
    book: Gradebook, conditions: int, kind: str, value: str, most: int
) -> tuple[PersonRow, ...]:
    """The first learners of a group."""
    who = f"WHERE {HERE} AND {KINDS[kind][0]} = :value"
    return people(book, who, {"conditions": conditions, "value": value}, most)


def fingerprints(book: Gradebook, conditions: int, most: int) -> dict[int, bytes] | None:
    """The fingerprints of one mark of every shape; None where there are more than so many."""
    rows = book.rows(
        f"SELECT min(m.id), m.prints {MARKED} WHERE {HERE} GROUP BY m.shape ORDER BY 1 LIMIT :most",
        {"conditions": conditions, "most": most + 1},
    )
    return dict(rows) if len(rows) <= most else None


def who_is_shaped_like(
    book: Gradebook, conditions: int, marks: Sequence[int], most: int
) -> tuple[PersonRow, ...]:
    """The first learners whose code has the shape of one of these marks."""
    shapes = f"SELECT shape FROM marks WHERE id IN ({', '.join(map(str, marks))})"
    who = f"WHERE {HERE} AND m.shape IN ({shapes})"
    return people(book, who, {"conditions": conditions}, most)
