"""Settles learners: keeps the marks that come in, notes what changed, writes the reports.

A learner is settled once it is known what becomes of the submission: graded, refused, absent, or
a fault of ours. The report is on the disk before the gradebook says so, and both before anybody
is told; so whatever ends the process, the next run finds the two in agreement.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from grader.batch.messages import Done, Facts
from grader.batch.reports import ReportWriter
from grader.gradebook import Conditions, Gradebook
from grader.text.words import said

SAME = 5e-5


class Settled(Struct, frozen=True):
    """What became of one learner's submission."""

    learner: str
    state: str
    cached: bool = False
    score: float | None = None
    max_score: float | None = None


class Listener(Protocol):
    """Who is told how a batch goes on."""

    def read(self, entries: int) -> None:
        """So many entries of the class are read."""

    def begin(self, total: int, waiting: int) -> None:
        """All entries are read; `waiting` distinct submissions are to be graded."""

    def settled(self, what: Settled) -> None:
        """A learner is settled."""

    def in_order(self, what: Settled) -> None:
        """The next learner in the order of the class is settled; under the outputs' names."""

    def tick(self, left: int) -> None:
        """Something happened, or a second passed; `left` submissions are still to be graded."""


class Registrar:
    """Keeps what comes in, for one run under one set of conditions."""

    def __init__(
        self,
        book: Gradebook,
        conditions: Conditions,
        run: int,
        writer: ReportWriter,
        listener: Listener,
        *,
        fresh: bool = False,
    ) -> None:
        self.book = book
        self.conditions = conditions
        self.number = book.conditions_id(conditions)
        self.run = run
        self.writer = writer
        self.listener = listener
        self.not_before = run if fresh else 0
        self.reasons: dict[int, str] = {}
        self.faults = 0

    def known(self, digest: str) -> int | None:
        """The mark this submission has already, where it counts."""
        return self.book.mark_id(digest, self.number, self.not_before)

    def store(self, answers: Sequence[Done]) -> None:
        """Keeps answers and settles everybody who waited for them, in one transaction."""
        settled: list[Settled] = []
        with self.book.transaction():
            for answer in answers:
                settled += self._store(answer)
        for what in settled:
            self.listener.settled(what)

    def _store(self, answer: Done) -> list[Settled]:
        self.book.do("DELETE FROM queue WHERE submission = ?", (answer.digest,))
        facts = answer.facts
        fault = answer.fault
        if facts is not None and facts.isolation != self.conditions.isolation:
            fault = said(
                "graded at isolation {isolation}, not {wanted}",
                isolation=facts.isolation,
                wanted=self.conditions.isolation,
            )
        waiting = self.book.rows(
            "SELECT id FROM learners WHERE submission = ? AND run = ? AND state = 'waiting'",
            (answer.digest, self.run),
        )
        if facts is None or fault:
            self.faults += 1
            return [self._fault(learner, fault or said("no report came")) for (learner,) in waiting]
        self.faults = 0
        mark = self._mark(answer.digest, facts, bytes(answer.report))
        return [self._settle(learner, mark, cached=False) for (learner,) in waiting]

    # --- marks -----------------------------------------------------------------------------

    def _mark(self, digest: str, facts: Facts, report: bytes) -> int:
        values = {
            "submission": digest,
            "conditions": self.number,
            "run": self.run,
            "score": facts.score,
            "max_score": facts.max_score,
            "outcomes": facts.outcomes,
            "scores": msgspec.json.encode(facts.scores).decode(),
            "message": facts.message,
            "pattern": " ".join([facts.outcomes, *sorted(d.id for d in facts.diagnoses)]),
            "text": facts.text,
            "shape": facts.shape,
            "prints": facts.prints,
            "duration_s": facts.duration_s,
            "report": zlib.compress(report, 1),
        }
        names = ", ".join(values)
        kept = ", ".join(f"{name} = excluded.{name}" for name in values)
        self.book.do(
            f"INSERT INTO marks({names}) VALUES ({', '.join(f':{name}' for name in values)}) "
            f"ON CONFLICT(submission, conditions) DO UPDATE SET {kept}",
            values,
        )
        mark = self.book.mark_id(digest, self.number)
        assert mark is not None
        self._diagnoses(mark, facts)
        self._battery(facts)
        return mark

    def _diagnoses(self, mark: int, facts: Facts) -> None:
        self.book.do("DELETE FROM diagnoses WHERE mark = ?", (mark,))
        for found in facts.diagnoses:
            self.book.do(
                "INSERT OR IGNORE INTO diagnoses(mark, task, mistake) VALUES (?, ?, ?)",
                (mark, found.task, found.id),
            )
            self.book.do(
                "INSERT INTO mistakes(id, title) VALUES (?, ?) "
                "ON CONFLICT(id) DO UPDATE SET title = excluded.title",
                (found.id, found.title),
            )

    def _battery(self, facts: Facts) -> None:
        """What the checks and tasks are called, from the first report that says so."""
        for place, check in enumerate(facts.checks):
            self.book.do(
                "INSERT OR IGNORE INTO checks(conditions, place, id, task, title, max_score, "
                "visibility) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.number, place, *msgspec.structs.astuple(check)),
            )
        for place, task in enumerate(facts.tasks):
            self.book.do(
                "INSERT OR IGNORE INTO tasks(conditions, place, id, title, max_score) "
                "VALUES (?, ?, ?, ?, ?)",
                (self.number, place, *msgspec.structs.astuple(task)),
            )

    # --- learners --------------------------------------------------------------------------

    def settle(self, learner: str, mark: int, *, cached: bool) -> None:
        """The learner has this mark."""
        self.listener.settled(self._settle(learner, mark, cached=cached))

    def _settle(self, learner: str, mark: int, *, cached: bool) -> Settled:
        row = self.book.one("SELECT submission, mark FROM learners WHERE id = ?", (learner,))
        score, max_score, run = self.book.one(
            "SELECT score, max_score, run FROM marks WHERE id = ?", (mark,)
        )
        if row[1] is not None:
            self._changed(learner, row[1], mark, row[0])
        self.book.do(
            "UPDATE learners SET state = 'graded', mark = ?, message = '' WHERE id = ?",
            (mark, learner),
        )
        self.book.do(
            "UPDATE attempts SET mark = ?, score = ?, max_score = ? "
            "WHERE learner = ? AND submission = ?",
            (mark, score, max_score, learner, row[0]),
        )
        self.writer.graded(learner, mark, run)
        return Settled(learner, "graded", cached, score, max_score)

    def kept(self, learner: str, mark: int, report: str, place: int) -> bool:
        """The learner has this mark and its report already; False when that must be looked at."""
        if not self.writer.stands(report):
            return False
        score, max_score = self.book.one("SELECT score, max_score FROM marks WHERE id = ?", (mark,))
        self.book.do(
            "UPDATE learners SET run = ?, place = ? WHERE id = ?", (self.run, place, learner)
        )
        self.listener.settled(Settled(learner, "graded", True, score, max_score))
        return True

    def settle_unmarked(self, learner: str) -> None:
        """The learner has nothing that could be graded."""
        state, message = self.book.one(
            "SELECT state, message FROM learners WHERE id = ?", (learner,)
        )
        self.writer.unmarked(learner, state, message)
        self.listener.settled(Settled(learner, state))

    def _fault(self, learner: str, message: str) -> Settled:
        self.book.do(
            "UPDATE learners SET state = 'fault', message = ? WHERE id = ?", (message, learner)
        )
        self.writer.unmarked(learner, "fault", message)
        return Settled(learner, "fault")

    def _changed(self, learner: str, before: int, after: int, submission: str) -> None:
        """Notes a mark that is not what it was, and why."""
        # the attempt remembers the score: grading afresh has written over the mark itself
        attempt = self.book.one(
            "SELECT score, submission FROM attempts WHERE learner = ? AND mark = ?",
            (learner, before),
        )
        score = self.book.one("SELECT score FROM marks WHERE id = ?", (after,))[0]
        if attempt is None or abs(attempt[0] - score) < SAME:
            return
        another = attempt[1] != submission
        reason = said("another file was handed in") if another else self._reason(before)
        self.book.do(
            "INSERT INTO changes(run, learner, before, after, reason) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT(run, learner) DO UPDATE SET after = excluded.after, "
            "reason = excluded.reason",
            (self.run, learner, attempt[0], score, reason),
        )

    def _reason(self, before: int) -> str:
        number = self.book.one("SELECT conditions FROM marks WHERE id = ?", (before,))[0]
        if number not in self.reasons:
            words = self.conditions.differences(self.book.conditions(number))
            self.reasons[number] = "; ".join(words) or said("graded afresh")
        return self.reasons[number]


def standing(what: Settled) -> str:
    """`full`, `partial` or `zero` for a mark, else the state."""
    if what.score is None or what.max_score is None:
        return what.state
    if what.score >= what.max_score - SAME:
        return "full"
    return "partial" if what.score > SAME else "zero"
