"""The gradebook: marks that are kept, in one SQLite file beside the outputs of a batch.

Theory of operation. A mark belongs to a submission's digest and to the `Conditions` it was earned
under, never to a learner: learners point at marks. So nothing is graded twice under the same
conditions, equal submissions share a mark, and going back to an older battery finds its marks
again. Every mark is committed as it comes: after kill -9 only what was being graded is missing.
The sources still to be graded wait in the file too, so a class of any size needs little memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import sys
import zlib
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from grader.gradebook_schema import FORMAT, TABLES, journal_for
from grader.model.errors import Fault, GraderError, UsageProblem
from grader.model.exercise import Limits, Submission
from grader.text.words import said

FILE = "gradebook.sqlite"
LOCK = "gradebook.lock"


class Conditions(Struct, frozen=True):
    """What a mark depends on beside the submission.

    The level of isolation is one of them: code that is refused something in the box may earn
    another mark without it, and a mark earned unguarded must not pass for one earned in the box.
    So is the version of Python: the same source may behave differently.
    """

    exercise: str
    exercise_digest: str
    grader: str
    python: str
    seed: str
    limits: Limits
    isolation: str

    @property
    def digest(self) -> str:
        """Equal for equal conditions."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    def differences(self, before: Conditions) -> list[str]:
        """What is not as it was before, in words."""
        words: list[str] = []
        if self.exercise_digest != before.exercise_digest:
            words.append(said("the exercise was changed"))
        for name in ("grader", "python", "isolation"):
            old, new = getattr(before, name), getattr(self, name)
            if old != new:
                words.append(f"{name} {old} became {new}")
        if self.seed != before.seed:
            words.append(said("the seeds of the random checks were changed"))
        for name in self.limits.__struct_fields__:
            old, new = getattr(before.limits, name), getattr(self.limits, name)
            if old != new:
                words.append(
                    said("limit {name} {old:g} became {new:g}", name=name, old=old, new=new)
                )
        return words


class Gradebook:
    """An open gradebook. Every method raises Fault when the disk does not let it go on."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.name = "main"
        if readonly and not path.is_file():
            raise UsageProblem(said("there is no gradebook at {path}", path=path))
        try:
            self.db = _connect(path, readonly=readonly)
        except sqlite3.Error as error:
            raise UsageProblem(
                said("{path} cannot be opened as a gradebook: {error}", path=path, error=error),
                next_move=said("Name another folder with --out, or mend the permissions."),
            ) from None

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with storage(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
                raise

    def rows(self, question: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """The answer to a question in SQL."""
        with storage(self.path):
            return self.db.execute(question, values).fetchall()

    def stream(
        self, question: str, values: dict[str, Any] | None = None
    ) -> Generator[Any, None, None]:
        """The answer, row by row."""
        with storage(self.path):
            yield from self.db.execute(question, values or {})

    def one(self, question: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first row of the answer, or None."""
        with storage(self.path):
            return self.db.execute(question, values).fetchone()

    def do(self, command: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Carries a command out; the rowid it made, where it made one."""
        with storage(self.path):
            return self.db.execute(command, values).lastrowid or 0

    # --- conditions and marks --------------------------------------------------------------

    def conditions_id(self, conditions: Conditions) -> int:
        """The number of these conditions, new or known."""
        values = (conditions.digest, msgspec.json.encode(conditions).decode())
        self.do("INSERT OR IGNORE INTO conditions(digest, detail) VALUES (?, ?)", values)
        return int(self.one("SELECT id FROM conditions WHERE digest = ?", values[:1])[0])

    def conditions(self, number: int) -> Conditions:
        """The conditions of that number."""
        detail = self.one("SELECT detail FROM conditions WHERE id = ?", (number,))[0]
        return msgspec.json.decode(detail, type=Conditions)

    def mark_id(self, digest: str, conditions: int, not_before: int = 0) -> int | None:
        """The mark of a submission under these conditions, where it was earned since that run."""
        found = self.one(
            "SELECT id FROM marks WHERE submission = ? AND conditions = ? AND run >= ?",
            (digest, conditions, not_before),
        )
        return int(found[0]) if found else None

    def report(self, mark: int) -> bytes:
        """A mark's report as one line of JSON, with nobody's name in it."""
        return zlib.decompress(self.one("SELECT report FROM marks WHERE id = ?", (mark,))[0])

    # --- what waits to be graded -----------------------------------------------------------

    def enqueue(self, place: int, submission: Submission) -> None:
        """Lets a submission wait; one that waits already keeps its place."""
        source = zlib.compress(msgspec.msgpack.encode(submission), 1)
        self.do(
            "INSERT OR IGNORE INTO queue(submission, place, source) VALUES (?, ?, ?)",
            (submission.digest, place, source),
        )

    def queued(self) -> Iterator[Submission]:
        """What waits, in order. Rows may be removed while this goes on."""
        place = -1
        while True:
            row = self.one(
                "SELECT place, source FROM queue WHERE place > ? ORDER BY place LIMIT 1", (place,)
            )
            if row is None:
                return
            place = row[0]
            yield msgspec.msgpack.decode(zlib.decompress(row[1]), type=Submission)


@contextlib.contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns what a disk may do to us into one clear sentence."""
    try:
        yield
    except GraderError:
        raise
    except (sqlite3.Error, OSError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise Fault(
            said("cannot write to {parent}: {words}", parent=path.parent, words=words),
            next_move=said(
                "What was graded is kept. Free some space, or mend the folder, and run the "
                "same command again: it goes on where it stopped."
            ),
        ) from error


def _connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    if readonly:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        db = sqlite3.connect(uri, uri=True, isolation_level=None)
    else:
        db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        if readonly:
            _check_format(db, path)
            return db
        fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not fresh:
            _check_format(db, path)
        set_journal(db, path)
        db.execute("PRAGMA synchronous = NORMAL")
        if fresh:
            db.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


def set_journal(db: sqlite3.Connection, path: Path) -> str:
    """WAL, or where that cannot be trusted another mode; the one in force."""
    wanted = journal_for(path)
    try:
        mode = str(db.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0])
    except sqlite3.OperationalError:
        mode = "unknown"
    if mode not in {wanted, "truncate"}:
        mode = str(db.execute("PRAGMA journal_mode = truncate").fetchone()[0])
    return mode


def _check_format(db: sqlite3.Connection, path: Path) -> None:
    known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'marks'").fetchone()
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if known is None or version != FORMAT:
        db.close()
        raise UsageProblem(
            said("{path} is not a gradebook of format {format}", path=path, format=FORMAT),
            next_move=said("Name another folder with --out."),
        )


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Holds the folder for this process. UsageProblem when another one has it, or it is closed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # never removed: a second batch must find the very file that the first one holds
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise UsageProblem(
            said(
                "cannot write into {folder}: {error}", folder=folder, error=error.strerror or error
            ),
            next_move=said("Nothing was graded. Name another folder with --out."),
        ) from None
    try:
        if not _locked(handle):
            raise UsageProblem(
                said("another batch is writing into {folder}", folder=folder),
                next_move=said("Wait for it, or name another folder with --out."),
            )
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    if sys.platform == "win32":
        return True  # no such locks here: SQLite's own still keep the file sound
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True
