"""Settles learners: keeps the marks that come in, notes what changed, writes the reports.

A learner is settled once it is known what becomes of the submission: graded, refused, absent, or
a fault of ours. The report is on the disk before the gradebook says so, and both before anybody
is told; so whatever ends the process, the next run finds the two in agreement.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.batch.messages import Done
from grader.batch.reports import ReportWriter
from grader.batch.told import Listener, Settled
from grader.gradebook import learners, marks, runs
from grader.gradebook.conditions import Conditions, conditions_id, conditions_of
from grader.gradebook.learners import LearnerRow
from grader.gradebook.marks import Mark
from grader.gradebook.store import Gradebook
from grader.model.report import SAME
from grader.text.words import said


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
        self.number = conditions_id(book, conditions)
        self.run = run
        self.writer = writer
        self.listener = listener
        self.not_before = run if fresh else 0
        self.differences: dict[int, list[str]] = {}
        self.faults = 0

    def known(self, digest: str) -> int | None:
        """The mark this submission has already, where it counts."""
        return marks.mark_id(self.book, digest, self.number, self.not_before)

    def store(self, answers: Sequence[Done]) -> None:
        """Keeps answers and settles everybody who waited for them, in one transaction."""
        settled: list[Settled] = []
        with self.book.transaction():
            for answer in answers:
                settled += self._store(answer)
        for what in settled:
            self.listener.settled(what)

    def _store(self, answer: Done) -> list[Settled]:
        runs.dequeue(self.book, answer.digest)
        waiting = learners.waiting(self.book, answer.digest, self.run)
        fault = self._fault_of(answer)
        if answer.facts is None or fault:
            self.faults += 1
            return [self._fault(learner, fault) for learner in waiting]
        self.faults = 0
        mark = marks.keep_mark(
            self.book, answer.digest, self.number, self.run, answer.facts, bytes(answer.report)
        )
        return [self._settle(learner, mark, cached=False) for learner in waiting]

    def _fault_of(self, answer: Done) -> str:
        """Why the answer is no mark; empty where it is one."""
        if answer.facts is None:
            return answer.fault or said("no report came")
        if answer.facts.isolation != self.conditions.isolation:
            return said(
                "graded at isolation {isolation}, not {wanted}",
                isolation=answer.facts.isolation,
                wanted=self.conditions.isolation,
            )
        return answer.fault

    # --- learners --------------------------------------------------------------------------

    def settle(self, learner: str, mark: int, *, cached: bool) -> None:
        """The learner has this mark."""
        self.listener.settled(self._settle(learner, mark, cached=cached))

    def _settle(self, learner: str, number: int, *, cached: bool) -> Settled:
        row = learners.known_learner(self.book, learner)
        mark = marks.mark_of(self.book, number)
        if row.mark is not None:
            self._note_change(row, row.mark, mark)
        learners.set_graded(self.book, row, number, mark)
        self.writer.graded(learner, number, mark.run)
        return Settled(learner, "graded", cached, mark.score, mark.max_score)

    def kept(self, row: LearnerRow, number: int, place: int) -> bool:
        """The learner has this mark and its report already; False when that must be looked at."""
        if not self.writer.stands(row):
            return False
        mark = marks.mark_of(self.book, number)
        learners.set_seen(self.book, row.id, self.run, place)
        self.listener.settled(Settled(row.id, "graded", True, mark.score, mark.max_score))
        return True

    def settle_unmarked(self, learner: str) -> None:
        """The learner has nothing that could be graded."""
        row = learners.known_learner(self.book, learner)
        self.writer.unmarked(learner, row.state, row.message)
        self.listener.settled(Settled(learner, row.state))

    def forget_left_over(self) -> None:
        """Takes out who is neither handed in nor in the roster now, and never had a mark."""
        with self.book.transaction():
            for row in learners.left_over(self.book, self.run):
                self.writer.forget(row)
                learners.remove(self.book, row.id)

    def _fault(self, learner: str, message: str) -> Settled:
        learners.set_fault(self.book, learner, message)
        self.writer.unmarked(learner, "fault", message)
        return Settled(learner, "fault")

    def _note_change(self, row: LearnerRow, before: int, mark: Mark) -> None:
        """Notes a mark that is not what it was, and why."""
        attempt = learners.attempt_with(self.book, row.id, before)
        if attempt is None or abs(attempt.score - mark.score) < SAME:
            return
        words: list[str] = []
        if attempt.submission != row.submission:
            words.append(said("another file was handed in"))
        words += self._differences(marks.mark_of(self.book, before).conditions)
        reason = "; ".join(words) or said("graded afresh")
        learners.note_change(self.book, self.run, row.id, attempt.score, mark.score, reason)

    def _differences(self, number: int) -> list[str]:
        """What is not as it was under the conditions of that number."""
        if number not in self.differences:
            before = conditions_of(self.book, number)
            self.differences[number] = self.conditions.differences(before)
        return self.differences[number]
