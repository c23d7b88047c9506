"""A place to grade that knows what it graded before, for tests of all that a batch does around it.

Equal submissions under equal conditions have equal reports; so what was graded once in a run of the
tests is its answer again, without a session. What is not known is graded in this process. Helpers:
`test_pool.py`.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import msgspec
from msgspec.structs import replace

from grader.batch.helper import facts_of
from grader.batch.messages import Done, Job, Setup, line
from grader.batch.pool import DEPTH
from grader.exercise.load import load
from grader.grading import pipeline
from grader.model.exercise import Submission
from grader.model.report import Report, Verdict
from grader.report import wire

MOST = 100
"""So many are graded in one session; they are answered a few at a time, as helpers answer."""
KNOWN: dict[bytes, dict[str, Done]] = {}
"""Answers by the conditions they were made under, and by their submission."""


class Remembering:
    """As `Pool`, without a process."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.known = KNOWN.setdefault(line(replace(setup, exercise_root="", parent_pid=0)), {})
        self.jobs: deque[Job] = deque()

    @property
    def load(self) -> int:
        return len(self.jobs)

    @property
    def room(self) -> bool:
        return self.load < MOST

    def warm(self, count: int) -> None:
        pass

    def send(self, job: Job) -> None:
        self.jobs.append(job)

    def wait(self, timeout_s: float = 1.0) -> list[Done]:
        new = [job for job in self.jobs if job.digest not in self.known]
        if new:
            self._grade(new)
        now = [self.jobs.popleft() for _ in range(min(DEPTH, self.load))]
        return [self.known[job.digest] for job in now]

    def _grade(self, jobs: list[Job]) -> None:
        setup, waiting = self.setup, iter(jobs)

        def keep(_: Submission, report: Report) -> None:
            assert report.outcome is Verdict.GRADED, report.message
            body = msgspec.Raw(wire.encode(report, indent=0).rstrip(b"\n"))
            done = Done(next(waiting).digest, facts_of(report, with_names=True), body)
            self.known[done.digest] = done

        given = [pipeline.Job(job.submission, job.seed, job.task) for job in jobs]
        options = pipeline.Options(setup.isolation, setup.seed, setup.secret, limits=setup.limits)
        pipeline.grade_each(load(Path(setup.exercise_root)), given, keep, options)

    def close(self) -> None:
        pass
