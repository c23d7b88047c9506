"""Grades what waits in the store: a thread and a pool of resident helpers for each exercise.

Theory of operation. The thread takes jobs in the order they came, as many as the helpers hold, and
writes each report to the store before anybody is told. What stops the helpers for good (isolation
that is gone, an exercise that was edited) loses no job: all that waits stays in the store, the
reason is shown as `trouble`, and it tries again after a pause.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from grader.batch.messages import Done, Job, Setup
from grader.batch.pool import Pool
from grader.intake.take import take_files
from grader.model.errors import GraderError
from grader.model.exercise import Exercise, Submission
from grader.report import wire
from grader.report.make import fault_report
from grader.service.store import Entry, Store

PAUSE_S = 5.0
IDLE_S = 60.0
BRIEF_S = 0.05
"""How long a new job may have to wait for a helper that is free while another one is busy."""

Log = Callable[..., None]


class Engine(threading.Thread):
    """The grading of one exercise. `done` is told the id of every job that has its report."""

    def __init__(
        self,
        exercise: Exercise,
        setup: Setup,
        jobs: int,
        store: Store,
        courses: Sequence[str],
        done: Callable[[str], None],
        log: Log,
        *,
        pool: Callable[[Setup, int], Pool] = Pool,
    ) -> None:
        super().__init__(name="engine", daemon=True)
        self.exercise = exercise
        self.setup = setup
        self.jobs = jobs
        self.store = store
        self.courses = courses
        self.done = done
        self.log = log
        self.make_pool = pool
        self.trouble: str | None = None
        self.ended = threading.Event()
        self.news = threading.Event()
        self.inside: dict[str, Entry] = {}
        self.last = 0
        self.interval_s = 1.0
        self.last_end = 0.0

    def wake(self) -> None:
        """Says that there may be work."""
        self.news.set()

    def end(self) -> None:
        """Stops grading; what waits stays in the store."""
        self.ended.set()
        self.news.set()
        self.join()

    def run(self) -> None:
        """Grades until `end`."""
        while not self.ended.is_set():
            self.inside, self.last = {}, 0
            pool = self.make_pool(self.setup, self.jobs)
            try:
                # what all submissions share is not to make the first learners wait
                pool.warm(self.jobs, starter_of(self.exercise))
                self.trouble = None
                self._grade(pool)
            except GraderError as error:
                self._stumble(error.message)
            except Exception as error:
                self._stumble(type(error).__name__)
            finally:
                pool.close()

    def _stumble(self, message: str) -> None:
        self.trouble = message
        self.log("fault", message=message)
        self.ended.wait(PAUSE_S)

    def _grade(self, pool: Pool) -> None:
        while not self.ended.is_set():
            self.news.clear()
            self._fill(pool)
            if pool.load == 0:
                self.news.wait(IDLE_S)
                continue
            for answer in pool.wait(BRIEF_S if pool.room else 1.0):
                self._settle(answer)

    def _fill(self, pool: Pool) -> None:
        while pool.room:
            entry = self.store.next_after(self.last, self.courses)
            if entry is None:
                return
            self.last = entry.place
            self.inside[entry.id] = entry
            handed = entry.handed
            pool.send(Job(entry.id, handed.submission, handed.seed, handed.task))

    def _settle(self, answer: Done) -> None:
        entry = self.inside.pop(answer.digest)
        if answer.fault:
            submission = entry.handed.submission
            report = wire.encode(fault_report(self.exercise, submission, answer.fault), indent=0)
            self.log("fault", job=entry.id, course=entry.course, message=answer.fault)
        else:
            report = bytes(answer.report) + b"\n"
        self.store.finish(entry.id, report)
        self._measure()
        facts = answer.facts
        if facts is not None:
            self.log(
                "submission",
                id=entry.id,
                course=entry.course,
                outcome="graded",
                score=facts.score,
                max_score=facts.max_score,
                message=facts.message,
                duration_s=facts.duration_s,
            )
        self.done(entry.id)

    def _measure(self) -> None:
        """Keeps a moving mean of the time between two reports, as long as there is work."""
        now = time.monotonic()
        if self.inside and self.last_end:
            self.interval_s += 0.1 * (now - self.last_end - self.interval_s)
        self.last_end = now


def starter_of(exercise: Exercise) -> Submission:
    """The starter as a learner would hand it in."""
    files = {path.name: path.read_bytes() for path in exercise.starter_files}
    return take_files("starter", files, exercise.module_file)
