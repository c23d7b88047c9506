"""A gradebook as a file: opened, checked, locked, and asked in SQL by the rest of this room."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.gradebook.journal import set_journal
from grader.gradebook.tables import ADDED, FORMAT, TABLES
from grader.model.errors import Fault, GraderError, UsageProblem
from grader.text.words import said

FILE = "gradebook.sqlite"
LOCK = "gradebook.lock"

Values = Sequence[Any] | Mapping[str, Any]


class Gradebook:
    """An open gradebook. Every method raises Fault when the disk does not let it go on."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        if readonly and not path.is_file():
            raise UsageProblem(said("there is no gradebook at {path}", path=path))
        try:
            self.db = _connect(path, readonly=readonly)
        except sqlite3.Error as error:
            if _is_damage(error):
                raise damaged(path, error) from None
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

    def rows(self, question: str, values: Values = ()) -> list[Any]:
        """The answer to a question in SQL."""
        with storage(self.path):
            return self.db.execute(question, values).fetchall()

    def stream(self, question: str, values: Values = ()) -> Generator[Any, None, None]:
        """The answer, row by row."""
        with storage(self.path):
            yield from self.db.execute(question, values)

    def one(self, question: str, values: Values = ()) -> Any:
        """The first row of the answer, or None."""
        with storage(self.path):
            return self.db.execute(question, values).fetchone()

    def has_table(self, name: str) -> bool:
        """Whether there is such a table: a shard of an earlier release, read only, may lack it."""
        found = self.one("SELECT 1 FROM sqlite_master WHERE name = ?", (name,))
        return found is not None

    def do(self, command: str, values: Values = ()) -> int:
        """Carries a command out; the rowid it made, where it made one."""
        with storage(self.path):
            return self.db.execute(command, values).lastrowid or 0

    def put(self, table: str, key: str, values: Mapping[str, Any]) -> None:
        """A row of these values, new or in place of the one with the same key."""
        names = ", ".join(values)
        kept = ", ".join(f"{name} = excluded.{name}" for name in values)
        self.do(
            f"INSERT INTO {table}({names}) VALUES ({', '.join(f':{name}' for name in values)}) "
            f"ON CONFLICT({key}) DO UPDATE SET {kept}",
            values,
        )

    def do_each(self, command: str, values: Iterable[Values]) -> None:
        """Carries a command out for each of the values."""
        with storage(self.path):
            self.db.executemany(command, values)


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what cannot be read of a gradebook's content into the sentence that it is damaged."""
    try:
        yield
    except (msgspec.MsgspecError, zlib.error) as error:
        raise damaged(path, error) from None


def damaged(path: Path, error: Exception) -> UsageProblem:
    """The sentence that the gradebook is no sound one, and what to do."""
    return UsageProblem(
        said("the gradebook {path} is damaged: {error}", path=path, error=error),
        next_move=said(
            "Restore it from a copy, or grade anew with another folder for --out. The reports of "
            "those who were graded are still in {folder}.",
            folder=path.parent / "reports",
        ),
    )


def _is_damage(error: Exception) -> bool:
    """Whether SQLite complains about what is in the file, and not about the disk."""
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # a text that is no UTF-8
        return isinstance(error, sqlite3.OperationalError)
    return code & 0xFF in {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_NOTADB,
    }


@contextlib.contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns what a disk may do to us into one clear sentence.

    Fault, or UsageProblem for a gradebook that is damaged.
    """
    try:
        yield
    except GraderError:
        raise
    except (sqlite3.Error, OSError) as error:
        if _is_damage(error):
            raise damaged(path, error) from error
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
        fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if readonly or not fresh:
            _check_format(db, path)
            (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise damaged(path, sqlite3.DatabaseError(found))
        if readonly:
            return db
        set_journal(db, path)
        db.execute("PRAGMA synchronous = NORMAL")
        if fresh:
            db.executescript(f"BEGIN; {TABLES} {ADDED} PRAGMA user_version = {FORMAT}; COMMIT;")
        else:
            db.executescript(ADDED)
    except BaseException:
        db.close()
        raise
    return db


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
            next_move=said("Nothing was written. Name another folder, or mend the permissions."),
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
