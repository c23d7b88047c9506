"""Reads a class into the gradebook: who handed in what, and what of it is still to be graded.

Theory of operation. The source is read once, entry by entry. What has a mark under the present
conditions is settled at once; what has none waits in the gradebook with its source. So the whole
class is known before the first submission is graded, and nothing of it is held in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from grader.batch.settle import Registrar
from grader.gradebook import learners, marks, runs
from grader.gradebook.handed_in import keep_paths
from grader.gradebook.learners import LearnerRow
from grader.gradebook.store import Gradebook
from grader.model.encoding import encoded
from grader.model.errors import UsageProblem
from grader.model.exercise import Submission
from grader.text.words import said

PER_TRANSACTION = 200


class Handed(Struct, frozen=True):
    """What one learner handed in, alone or in a group; in neither, what is known of them.

    `paths` are its names in the download.
    """

    learner: str
    name: str | None = None
    submission: Submission | None = None
    refusal: str | None = None
    late: bool = False
    submitted_at: str | None = None
    attempt: int | None = None
    notes: tuple[str, ...] = ()
    group: str = ""
    paths: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """What is known before grading: waiting, refused or absent."""
        if self.submission is not None:
            return "waiting"
        return "refused" if self.refusal else "absent"


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
            said("{text!r} is not a shard", text=text[:40]),
            next_move=said("Write i/N with i from 1 to N, such as --shard 3/8."),
        )

    def holds(self, learner: str) -> bool:
        """Whether the learner falls into this part, whoever else is in the class."""
        data = hashlib.sha256(learner.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(data[:8], "big") % self.count == self.number - 1

    @property
    def folder(self) -> str:
        """The folder of its own in which a part writes."""
        return f"shard-{self.number}-of-{self.count}"

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


class Planner:
    """Puts entries into the gradebook, one run's worth.

    `edited` are the learners whose mark was found to be edited, and is gone.
    """

    def __init__(
        self, book: Gradebook, registrar: Registrar, edited: frozenset[str] = frozenset()
    ) -> None:
        self.edited = edited
        self.book = book
        self.registrar = registrar
        self.run = registrar.run

    def read(self, handed: Iterable[Handed]) -> None:
        """Takes every entry; commits as it goes."""
        waiting: list[Handed] = []
        place = 0
        for one in handed:
            waiting.append(one)
            if len(waiting) == PER_TRANSACTION:
                place = self._take(waiting, place)
                waiting.clear()
        self._take(waiting, place)

    def _take(self, handed: list[Handed], place: int) -> int:
        with self.book.transaction():
            for one in handed:
                self._one(place, one)
                place += 1
        self.registrar.listener.read(place)
        return place

    def _one(self, place: int, one: Handed) -> None:
        before = learners.learner(self.book, one.learner)
        had_mark = before is not None and (before.state == "graded" or one.learner in self.edited)
        if had_mark and one.state == "absent":
            return  # what came with an earlier download still counts
        if before is not None and self._unchanged(place, one, before):
            keep_paths(self.book, one.learner, one.paths)
            return
        notes = [*one.notes, *self._found_edited(one, before)]
        if before is not None and before.run == self.run:
            if not _newer(one, before):
                return
            notes.append(said("handed in more than once: the newest counts"))
        learners.put_learner(self.book, self._row(place, one, notes, before))
        keep_paths(self.book, one.learner, one.paths)
        self._state(place, one)

    def _unchanged(self, place: int, one: Handed, before: LearnerRow) -> bool:
        """The quick way for who has the mark already, and the report, with nothing new in it."""
        submission = one.submission
        if submission is None or before.state != "graded" or before.run == self.run:
            return False
        told = (one.name, submission.digest, submission.name, one.late, one.submitted_at)
        was = (before.name, before.submission, before.file, before.late, before.submitted_at)
        if told != was or (one.group, _json(one.notes)) != (before.team, before.notes):
            return False
        if before.mark is None or self.registrar.known(submission.digest) != before.mark:
            return False
        return self.registrar.kept(before, before.mark, place)

    def _row(
        self, place: int, one: Handed, notes: Sequence[str], before: LearnerRow | None
    ) -> LearnerRow:
        submission = one.submission
        attempt = 0
        if submission is not None:
            if before is not None and self._handed_in_before(submission, before):
                learners.rename_attempt(
                    self.book, one.learner, before.submission, submission.digest
                )
            attempt = learners.number_attempt(
                self.book, one.learner, submission, one.attempt, one.submitted_at, late=one.late
            )
        return LearnerRow(
            id=one.learner,
            name=one.name,
            place=place,
            run=self.run,
            state=one.state,
            submission=submission.digest if submission else "",
            file=submission.name if submission else "",
            mark=before.mark if before else None,
            message=one.refusal or "",
            submitted_at=one.submitted_at,
            attempt=attempt,
            notes=_json(notes),
            team=one.group,
            late=one.late,
        )

    def _found_edited(self, one: Handed, before: LearnerRow | None) -> Iterator[str]:
        """What was not as it was left: the mark, or the report."""
        if one.learner in self.edited:
            yield said("the mark in the gradebook was edited by another hand: it was graded anew")
        if before is not None and self.registrar.writer.replaced(before):
            yield said("the report was edited by another hand: it was written anew")

    def _handed_in_before(self, submission: Submission, before: LearnerRow) -> bool:
        """Whether only the exercise's name for the module, and so the digest, is another one."""
        if before.mark is None or before.submission in {"", submission.digest}:
            return False
        now = {(file.path, file.sha256) for file in submission.files}
        was = marks.files_of(self.book, before.mark)
        new, old = now - was, was - now
        if not len(new) == len(old) == 1:
            return False
        (path, content), (_, earlier) = *new, *old
        return path == submission.main and content == earlier

    def _state(self, place: int, one: Handed) -> None:
        submission = one.submission
        if submission is None:
            self.registrar.settle_unmarked(one.learner)
            return
        mark = self.registrar.known(submission.digest)
        if mark is not None:
            self.registrar.settle(one.learner, mark, cached=True)
        else:
            runs.enqueue(self.book, place, submission)


def _json(notes: Sequence[str]) -> str:
    return encoded(notes).decode()


def _newer(one: Handed, before: LearnerRow) -> bool:
    """Whether a second entry of one learner in one run counts: refused ones never replace."""
    if one.submission is None:
        return False
    if before.state in {"absent", "refused"}:
        return True
    mine = (one.attempt or before.attempt, one.submitted_at or before.submitted_at or "")
    return mine >= (before.attempt, before.submitted_at or "")
