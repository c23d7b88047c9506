"""What makes the whole class of a run doubtful, beside what became of each learner."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from grader.gradebook.store import Gradebook, readable
from grader.model.class_report import RemarkKind


class Doubt(Struct, frozen=True):
    """A reason to look; `number` is how many submissions or learners it is about, `ids` whose."""

    kind: RemarkKind
    number: int
    ids: tuple[str, ...] = ()


def set_doubts(book: Gradebook, run: int, doubts: Sequence[Doubt]) -> None:
    """These are the doubts about the class of a run."""
    found = msgspec.json.encode(doubts).decode()
    book.do("INSERT OR REPLACE INTO doubts(run, found) VALUES (?, ?)", (run, found))


def doubts_of(book: Gradebook, run: int) -> list[Doubt]:
    """The doubts about the class of a run."""
    if not book.has_table("doubts"):
        return []
    row = book.one("SELECT found FROM doubts WHERE run = ?", (run,))
    with readable(book.path):
        return msgspec.json.decode(row[0], type=list[Doubt]) if row else []
