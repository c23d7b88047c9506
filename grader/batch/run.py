"""Grades a class: reads it, grades what has no mark yet, keeps everything, writes the outputs.

    with lock(out), Gradebook(out / FILE) as book:
        Batch(exercise, book, out, options, listener).run(handed)

Theory of operation. Three steps, each of which can be cut off at any moment and run again: the
class is read into the gradebook (`plan`), what waits there is graded by a runner
(`pool` here, `cluster` on a cluster) and settled as it comes (`settle`), and at the
end the tables and the class page are made from the gradebook alone (`outputs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from grader.batch.messages import Done, Job, Setup
from grader.batch.options import BatchOptions, conditions_of, cores, guarded_level, setup_of
from grader.batch.outputs import Outcome, refuse_obstacles, write_outputs
from grader.batch.plan import Handed, Planner
from grader.batch.pool import Pool
from grader.batch.reports import ANONYMOUS, Names, ReportWriter
from grader.batch.settle import Registrar
from grader.batch.told import Listener
from grader.gradebook import learners, runs
from grader.gradebook.checksums import drop_edited, seal_new
from grader.gradebook.conditions import conditions_id
from grader.gradebook.conditions import conditions_of as conditions_of_run
from grader.gradebook.doubts import set_doubts
from grader.gradebook.handed_in import keep_given
from grader.gradebook.store import Gradebook
from grader.model.errors import Fault, UsageProblem
from grader.model.exercise import Exercise, Submission
from grader.text.words import said

EDITED = said(
    "the mark in the gradebook was edited by another hand, and there is no file to grade it anew"
)
MOST_FAULTS = 20
"""Faults in a row after which it is the machine and not the submissions."""


class Runner(Protocol):
    """Where submissions are graded."""

    @property
    def load(self) -> int:
        """How many jobs are inside."""

    @property
    def room(self) -> bool:
        """Whether another job can be taken without piling up."""

    def warm(self, count: int) -> None:
        """Gets ready for that many jobs."""

    def send(self, job: Job) -> None:
        """Takes a job."""

    def wait(self, timeout_s: float = 1.0) -> list[Done]:
        """Answers, as soon as there are any."""

    def close(self) -> None:
        """Ends everything that was started."""


class Batch:
    """One run of `grader batch`; `runner` makes another place to grade than this machine."""

    def __init__(
        self,
        exercise: Exercise,
        book: Gradebook,
        out: Path,
        options: BatchOptions,
        listener: Listener,
        *,
        runner: Callable[[Setup], Runner] | None = None,
        level: str | None = None,
    ) -> None:
        refuse_other_exercise(book, exercise)
        self.out = out / ANONYMOUS if options.anonymous else out
        refuse_obstacles(self.out)
        self.book = book
        self.options = options
        self.listener = listener
        limits = options.limits or exercise.limits
        self.exercise = replace(exercise, limits=limits)
        self.level = level or guarded_level(options.isolation, exercise, options.jobs or cores())
        self.conditions = conditions_of(self.exercise, options, self.level)
        self.edited: frozenset[str] = frozenset()
        self.names = Names(book, anonymous=options.anonymous)
        setup = setup_of(self.exercise, options, self.level)
        self.runner = runner(setup) if runner else Pool(setup, options.jobs or cores())

    def run(self, handed: Iterable[Handed]) -> Outcome:
        """Grades the class. What was done is kept, whatever ends this."""
        try:
            run = self._begin()
            registrar = self._registrar(run)
            self.runner.warm(1)
            Planner(self.book, registrar, self.edited).read(handed)
            if not self.options.only:
                registrar.forget_left_over()
            self._grade(registrar)
        finally:
            self.runner.close()
        with self.book.transaction():
            runs.finish(self.book, run)
        return write_outputs(
            self.book,
            self.out,
            self.exercise,
            registrar.number,
            run,
            self.names,
            self.options.policy,
        )

    def _begin(self) -> int:
        options = self.options
        with self.book.transaction():
            runs.empty_queue(self.book)
            self.edited = drop_edited(self.book)
            seal_new(self.book)
            for learner in self.edited:
                learners.set_fault(self.book, learner, EDITED)
            run = runs.begin(
                self.book,
                conditions_id(self.book, self.conditions),
                options.source,
                partial=bool(options.only),
                shard=str(options.shard or ""),
            )
            set_doubts(self.book, run, options.doubts)
            if not options.only:
                keep_given(self.book, options.given)
            if options.overrides is not None:
                learners.set_overrides(self.book, options.overrides)
        return run

    def _registrar(self, run: int) -> Registrar:
        writer = ReportWriter(self.book, self.out, self.exercise, self.names)
        writer.all_anew = self.options.overrides is not None
        return Registrar(
            self.book, self.conditions, run, writer, self.listener, fresh=self.options.fresh
        )

    def _grade(self, registrar: Registrar) -> None:
        left = runs.queue_length(self.book)
        self.listener.begin(learners.total(self.book, registrar.run), left)
        self.runner.warm(left)
        queue, more = runs.queued(self.book), True
        while True:
            while more and self.runner.room:
                submission = next(queue, None)
                more = submission is not None
                if submission is not None:
                    self.runner.send(Job(submission.digest, self._nobodys(submission)))
            if not more and self.runner.load == 0:
                return
            answers = self.runner.wait()
            if answers:
                registrar.store(answers)
                left -= len(answers)
                _stop_when_hopeless(registrar, answers[-1])
            self.listener.tick(left)

    def _nobodys(self, submission: Submission) -> Submission:
        """The submission without its author: its report is for everybody who handed in the same."""
        name = self.exercise.module_file
        return replace(submission, name=name, learner_id=None, learner_name=None)


def refuse_other_exercise(book: Gradebook, exercise: Exercise) -> None:
    """UsageProblem for a gradebook of another exercise: its marks say nothing of this one."""
    last = runs.last(book)
    theirs = conditions_of_run(book, last.conditions).exercise if last else exercise.id
    if theirs != exercise.id:
        raise UsageProblem(
            said(
                "{folder} holds the gradebook of the exercise {theirs}, and this is {ours}",
                folder=book.path.parent,
                theirs=theirs,
                ours=exercise.id,
            ),
            next_move=said(
                "Nothing was graded. Name another folder with --out, or that exercise with "
                "--exercise."
            ),
        )


def _stop_when_hopeless(registrar: Registrar, last: Done) -> None:
    if registrar.faults >= MOST_FAULTS:
        raise Fault(
            said(
                "{number} submissions in a row could not be graded, the last because: {fault}",
                number=MOST_FAULTS,
                fault=last.fault,
            ),
            next_move=said("What was graded is kept. `grader doctor` says what works here."),
        )
