"""Reads a class into the gradebook: who handed in what, and what of it is still to be graded.

Theory of operation. The source is read once, entry by entry. What has a mark under the present
conditions is settled at once; what has none waits in the gradebook with its source. So the whole
class is known before the first submission is graded, and nothing of it is held in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from grader.batch_settle import Registrar
from grader.errors import UsageProblem
from grader.gradebook import Gradebook
from grader.model import Submission

PER_TRANSACTION = 200


class Entry(Protocol):
    """One row of a class, as the intake of downloads gives it."""

    @property
    def learner_id(self) -> str:
        """Whose row it is."""

    @property
    def learner_name(self) -> str | None:
        """The learner's name, where it is known."""

    @property
    def submission(self) -> Submission | None:
        """What was handed in; None where nothing was, or where it was refused."""

    @property
    def refusal(self) -> str | None:
        """Why it cannot be taken."""

    @property
    def late(self) -> bool:
        """Whether the platform marked it late."""

    @property
    def submitted_at(self) -> str | None:
        """When it was handed in."""

    @property
    def attempt(self) -> int | None:
        """The platform's number of the attempt."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the intake has to say of it."""

    @property
    def members(self) -> tuple[str, ...]:
        """Everyone who shares it, where it is a group's."""


class Shard(Struct, frozen=True):
    """Part `number` of `count` of a class; learners fall into parts by their id."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`3/8`. UsageProblem when it is anything else."""
        first, slash, second = text.partition("/")
        if slash and first.isascii() and first.isdigit() and second.isascii() and second.isdigit():
            shard = cls(int(first), int(second))
            if 1 <= shard.number <= shard.count <= 100_000:
                return shard
        raise UsageProblem(
            f"{text[:40]!r} is not a shard",
            next_move="Write i/N with i from 1 to N, such as --shard 3/8.",
        )

    def holds(self, learner: str) -> bool:
        """Whether the learner falls into this part, whoever else is in the class."""
        data = hashlib.sha256(learner.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(data[:8], "big") % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def chosen(entries: Iterable[Entry], shard: Shard | None, only: frozenset[str]) -> Iterator[Entry]:
    """The entries of this part of the class. UsageProblem when one asked for is not there."""
    missing = set(only)
    for entry in entries:
        if only and entry.learner_id not in only:
            continue
        missing.discard(entry.learner_id)
        if shard is None or shard.holds(entry.learner_id):
            yield entry
    if missing:
        raise UsageProblem(
            f"nobody in this class has the id {min(missing)}",
            next_move="The ids are in the first column of grades.csv.",
        )


class Planner:
    """Puts entries into the gradebook, one run's worth."""

    def __init__(self, book: Gradebook, registrar: Registrar) -> None:
        self.book = book
        self.registrar = registrar
        self.run = registrar.run

    def read(self, entries: Iterable[Entry]) -> None:
        """Takes every entry; commits as it goes."""
        waiting: list[Entry] = []
        place = 0
        for entry in entries:
            waiting.append(entry)
            if len(waiting) == PER_TRANSACTION:
                place = self._take(waiting, place)
                waiting.clear()
        self._take(waiting, place)

    def _take(self, entries: list[Entry], place: int) -> int:
        with self.book.transaction():
            for entry in entries:
                self._entry(place, entry)
                place += 1
        self.registrar.listener.read(place)
        return place

    def _entry(self, place: int, entry: Entry) -> None:
        before = self.book.one(
            "SELECT run, submission, state, attempt, mark, submitted_at FROM learners WHERE id = ?",
            (entry.learner_id,),
        )
        if before is not None and before[2] == "graded" and _absent(entry):
            return  # what came with an earlier download still counts
        number = self._attempt(entry)
        notes = list(entry.notes)
        if before is not None and before[0] == self.run:
            if not _newer(entry, before):
                return
            notes.append("handed in more than once: the newest counts")
        self._row(place, entry, number, notes, before[4] if before else None)
        self._state(place, entry)

    def _attempt(self, entry: Entry) -> int:
        """The number of this attempt: as the platform counts, else as files come in."""
        if entry.submission is None:
            return 0
        learner, digest = entry.learner_id, entry.submission.digest
        known = self.book.one(
            "SELECT number FROM attempts WHERE learner = ? AND submission = ?", (learner, digest)
        )
        if known is not None:
            return int(known[0])
        number = entry.attempt
        if number is None:
            question = "SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE learner = ?"
            number = int(self.book.one(question, (learner,))[0])
        self.book.do(
            "INSERT INTO attempts(learner, submission, number, file, submitted_at, late) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (learner, digest, number, entry.submission.name, entry.submitted_at, entry.late),
        )
        return number

    def _row(
        self, place: int, entry: Entry, number: int, notes: list[str], mark: int | None
    ) -> None:
        submission = entry.submission
        values: dict[str, Any] = {
            "id": entry.learner_id,
            "name": entry.learner_name,
            "place": place,
            "run": self.run,
            "submission": submission.digest if submission else "",
            "file": submission.name if submission else "",
            "mark": mark,
            "message": entry.refusal or "",
            "late": bool(entry.late),
            "submitted_at": entry.submitted_at,
            "attempt": number,
            "notes": msgspec.json.encode(notes).decode(),
            "members": msgspec.json.encode(list(entry.members)).decode(),
            "state": _state_of(entry),
        }
        names = ", ".join(values)
        kept = ", ".join(f"{name} = excluded.{name}" for name in values if name != "id")
        self.book.do(
            f"INSERT INTO learners({names}) VALUES ({', '.join(f':{name}' for name in values)}) "
            f"ON CONFLICT(id) DO UPDATE SET {kept}",
            values,
        )

    def _state(self, place: int, entry: Entry) -> None:
        submission = entry.submission
        if submission is None:
            self.registrar.settle_unmarked(entry.learner_id)
            return
        mark = self.registrar.known(submission.digest)
        if mark is not None:
            self.registrar.settle(entry.learner_id, mark, cached=True)
        else:
            self.book.enqueue(place, submission)


def _state_of(entry: Entry) -> str:
    if entry.submission is not None:
        return "waiting"
    return "refused" if entry.refusal else "absent"


def _absent(entry: Entry) -> bool:
    return entry.submission is None and not entry.refusal


def _newer(entry: Entry, before: Any) -> bool:
    """Whether a second entry of one learner in one run counts: refused ones never replace."""
    if entry.submission is None:
        return False
    _, _, state, attempt, _, submitted_at = before
    if state in {"absent", "refused"}:
        return True
    mine = (entry.attempt or attempt, entry.submitted_at or submitted_at or "")
    return mine >= (attempt, submitted_at or "")
