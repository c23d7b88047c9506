"""Checksums of marks: what is in the gradebook is what a grading put there.

They find an accident and an edit by hand. They are no secret: who forges one means to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from grader.gradebook.store import Gradebook

_MARK = (
    "SELECT m.id, k.checksum, c.digest, m.submission, m.score, m.max_score, m.outcomes, m.scores, "
    "m.message, m.pattern, m.duration_s, m.report, (SELECT group_concat(task || ' ' || mistake) "
    "FROM (SELECT * FROM diagnoses d WHERE d.mark = m.id ORDER BY task, mistake)) "
    "FROM marks m LEFT JOIN checksums k ON k.mark = m.id "
    "LEFT JOIN conditions c ON c.id = m.conditions"
)


def seal(book: Gradebook, mark: int) -> None:
    """Keeps the checksum of a mark as it is now."""
    row = book.one(f"{_MARK} WHERE m.id = ?", (mark,))
    _keep(book, mark, _checksum(row))


def seal_new(book: Gradebook) -> None:
    """Keeps the checksums of marks that have none: an earlier release wrote them, or a merge."""
    for row in book.rows(f"{_MARK} WHERE k.checksum IS NULL"):
        _keep(book, row[0], _checksum(row))


def edited_marks(book: Gradebook) -> Iterator[int]:
    """The numbers of the marks that are not as they were kept."""
    if not book.has_table("checksums"):
        return
    for row in book.stream(f"{_MARK} WHERE k.checksum IS NOT NULL"):
        if row[1] != _checksum(row):
            yield row[0]


def drop_edited(book: Gradebook) -> frozenset[str]:
    """Takes such marks out; the learners who had one are without a mark, as by a fault of ours."""
    learners: set[str] = set()
    for mark in list(edited_marks(book)):
        learners |= {
            name for (name,) in book.rows("SELECT id FROM learners WHERE mark = ?", (mark,))
        }
        book.do("UPDATE learners SET mark = NULL WHERE mark = ?", (mark,))
        book.do("UPDATE attempts SET mark = NULL WHERE mark = ?", (mark,))
        book.do("DELETE FROM marks WHERE id = ?", (mark,))
        for table in ("diagnoses", "checksums", "first_failures", "reasons"):
            book.do(f"DELETE FROM {table} WHERE mark = ?", (mark,))
    return frozenset(learners)


def _keep(book: Gradebook, mark: int, checksum: str) -> None:
    book.do("INSERT OR REPLACE INTO checksums(mark, checksum) VALUES (?, ?)", (mark, checksum))


def _checksum(row: tuple[Any, ...]) -> str:
    """Of all but the numbers that each gradebook has of its own; a text is no number here."""
    return hashlib.blake2b(msgspec.msgpack.encode(row[2:]), digest_size=16).hexdigest()
