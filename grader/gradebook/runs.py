"""The runs of a gradebook, and what still waits to be graded in the present one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from grader.gradebook.store import Gradebook
from grader.model.exercise import Submission


class Run(Struct, frozen=True):
    """A run of a batch or a merge; `conditions` is the number of what it graded under."""

    id: int
    conditions: int
    finished: bool
    source: str
    shard: str


def begin(
    book: Gradebook, conditions: int, source: str, *, partial: bool = False, shard: str = ""
) -> int:
    """The number of a run that begins now."""
    return book.do(
        "INSERT INTO runs(conditions, started_at, partial, source, shard) VALUES (?, ?, ?, ?, ?)",
        (conditions, datetime.now(UTC).isoformat(timespec="seconds"), partial, source, shard),
    )


def finish(book: Gradebook, run: int) -> None:
    """The run came to its end."""
    book.do("UPDATE runs SET finished = 1 WHERE id = ?", (run,))


def last(book: Gradebook) -> Run | None:
    """The newest run."""
    row = book.one(
        "SELECT id, conditions, finished, source, shard FROM runs ORDER BY id DESC LIMIT 1"
    )
    return Run(row[0], row[1], bool(row[2]), *row[3:]) if row else None


def last_whole(book: Gradebook) -> int:
    """The number of the newest run that looked at the whole class; 0 before the first."""
    return int(book.one("SELECT coalesce(max(id), 0) FROM runs WHERE NOT partial")[0])


def started_at(book: Gradebook, run: int) -> str:
    """When the run began."""
    return str(book.one("SELECT started_at FROM runs WHERE id = ?", (run,))[0])


# --- what waits to be graded --------------------------------------------------------------


def enqueue(book: Gradebook, place: int, submission: Submission) -> None:
    """Lets a submission wait; one that waits already keeps its place."""
    source = zlib.compress(msgspec.msgpack.encode(submission), 1)
    book.do(
        "INSERT OR IGNORE INTO queue(submission, place, source) VALUES (?, ?, ?)",
        (submission.digest, place, source),
    )


def dequeue(book: Gradebook, digest: str) -> None:
    """The submission waits no longer."""
    book.do("DELETE FROM queue WHERE submission = ?", (digest,))


def empty_queue(book: Gradebook) -> None:
    """Nothing waits any longer."""
    book.do("DELETE FROM queue")


def queue_length(book: Gradebook) -> int:
    """How many submissions wait."""
    return int(book.one("SELECT count(*) FROM queue")[0])


def queued(book: Gradebook) -> Iterator[Submission]:
    """What waits, in order. Rows may be removed while this goes on."""
    place = -1
    while True:
        row = book.one(
            "SELECT place, source FROM queue WHERE place > ? ORDER BY place LIMIT 1", (place,)
        )
        if row is None:
            return
        place = row[0]
        yield msgspec.msgpack.decode(zlib.decompress(row[1]), type=Submission)
