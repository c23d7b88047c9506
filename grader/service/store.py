"""The jobs of a service, on disk: accepted once, graded once, kept for a while.

Theory of operation. A job is written and synced before it is acknowledged, and it waits until its
report is written; that it is being graded is known to the process alone. So whatever ends the
process, all that waits is graded by the next one, and a report is stored once: only what still
waits takes one. One connection under one lock, and the file is locked for this process.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from grader.gradebook.journal import set_journal
from grader.model.check import Audience
from grader.model.encoding import encoded
from grader.model.errors import Fault, UsageProblem
from grader.model.exercise import Submission
from grader.text.words import said

FORMAT = 1
APPLICATION = 0x67726A62
"""Says in the file's head whose it is."""

TABLES = """
CREATE TABLE jobs (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    course TEXT NOT NULL,
    learner TEXT,
    state TEXT NOT NULL DEFAULT 'waiting',
    accepted REAL NOT NULL,
    ended REAL,
    replaced_by TEXT,
    request BLOB NOT NULL,
    report BLOB
) STRICT;
CREATE INDEX jobs_waiting ON jobs(course, place) WHERE state = 'waiting';
"""

NOT_OURS = said("it holds something else than jobs of this grader")
State = Literal["waiting", "done", "replaced"]

WAITING: Final = "waiting"
DONE: Final = "done"
REPLACED: Final = "replaced"


class Handed(Struct, frozen=True):
    """A submission as it was accepted, with how to grade it and for whom to answer."""

    submission: Submission
    id: str | int | None = None
    seed: int | None = None
    task: str | None = None
    audience: Audience = Audience.GRADER
    export: str | None = None


class Entry(Struct, frozen=True):
    """A job as it is kept. `place` grows with every one that is accepted."""

    place: int
    id: str
    course: str
    state: State
    replaced_by: str | None
    handed: Handed
    report: bytes | None


class QueueFull(Exception):
    """As many wait as may."""


class Store:
    """An open store. Fault when the disk does not let it go on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = _connect(path)
        except (sqlite3.Error, OSError) as error:
            raise _cannot_open(path, error) from None

    def close(self) -> None:
        """Gives the file free."""
        with self.lock, contextlib.suppress(sqlite3.Error):
            self.db.close()

    def accept(
        self, id_: str, course: str, handed: Handed, *, most: int, replaces: Sequence[str] = ()
    ) -> None:
        """Keeps a job, and lets those of `replaces` that still wait go. QueueFull."""
        learner, request = handed.submission.learner_id, zlib.compress(encoded(handed), 1)
        with self._transaction() as db:
            db.executemany(
                "UPDATE jobs SET state = 'replaced', replaced_by = ?, ended = ? "
                "WHERE id = ? AND course = ? AND state = 'waiting'",
                [(id_, time.time(), old, course) for old in replaces],
            )
            (count,) = db.execute("SELECT count(*) FROM jobs WHERE state = 'waiting'").fetchone()
            if count >= most:
                raise QueueFull
            db.execute(
                "INSERT INTO jobs(id, course, learner, accepted, request) VALUES (?, ?, ?, ?, ?)",
                (id_, course, learner, time.time(), request),
            )

    def finish(self, id_: str, report: bytes) -> bool:
        """Keeps the report of a job; whether it still waited for one."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE jobs SET state = 'done', ended = ?, report = ? "
                "WHERE id = ? AND state = 'waiting'",
                (time.time(), zlib.compress(report, 1), id_),
            )
            return changed.rowcount == 1

    def find(self, id_: str, course: str) -> Entry | None:
        """A job of this course."""
        return self._entry("id = ? AND course = ?", (id_, course))

    def next_after(self, place: int, courses: Sequence[str]) -> Entry | None:
        """The first job of these courses that waits behind that place."""
        marks = ", ".join("?" * len(courses))
        where = f"place > ? AND state = 'waiting' AND course IN ({marks}) ORDER BY place LIMIT 1"
        return self._entry(where, (place, *courses))

    def waiting_of(self, course: str, learner: str) -> list[str]:
        """The jobs of a learner that wait."""
        return [
            row[0]
            for row in self._rows(
                "SELECT id FROM jobs WHERE state = 'waiting' AND course = ? AND learner = ?",
                (course, learner),
            )
        ]

    def before(self, place: int, courses: Sequence[str] | None = None) -> int:
        """How many jobs wait before that place."""
        question = "SELECT count(*) FROM jobs WHERE state = 'waiting' AND place < ?"
        if courses is None:
            return int(self._rows(question, (place,))[0][0])
        marks = ", ".join("?" * len(courses))
        return int(self._rows(f"{question} AND course IN ({marks})", (place, *courses))[0][0])

    def forget(self, days: float) -> int:
        """Deletes what ended more than that many days ago; how many jobs that were."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM jobs WHERE ended < ?", (time.time() - 86400 * days,))
            return gone.rowcount

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.lock, self._on_disk():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
                raise

    def _rows(self, question: str, values: Sequence[Any]) -> list[Any]:
        with self.lock, self._on_disk():
            return self.db.execute(question, values).fetchall()

    def _entry(self, where: str, values: Sequence[Any]) -> Entry | None:
        columns = "place, id, course, state, replaced_by, request, report"
        rows = self._rows(f"SELECT {columns} FROM jobs WHERE {where}", values)
        if not rows:
            return None
        place, name, whose, state, newer, request, report = rows[0]
        handed = msgspec.json.decode(zlib.decompress(request), type=Handed)
        whole = None if report is None else zlib.decompress(report)
        return Entry(place, name, whose, state, newer, handed, whole)

    @contextlib.contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Fault(
                said("cannot use the jobs in {path}: {error}", path=self.path, error=error)
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=2, check_same_thread=False)
    try:
        # the lock is this process's for as long as it runs, and gone with it
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not fresh:
            ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if not ours or version != FORMAT:
                raise sqlite3.DatabaseError(NOT_OURS)
        set_journal(db, path)
        # what was acknowledged must be there after a power failure too
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        if fresh:
            head = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};"
            db.executescript(f"BEGIN; {TABLES} {head} COMMIT;")
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _cannot_open(path: Path, error: Exception) -> UsageProblem:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UsageProblem(
            said("another service uses the jobs in {path}", path=path),
            next_move=said("Stop it, or name another file with --store."),
        )
    return UsageProblem(
        said("cannot use the jobs in {path}: {error}", path=path, error=error),
        next_move=said("Name another file with --store, or mend the permissions."),
    )
