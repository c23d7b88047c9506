"""The corridor: a submission goes in, a report comes out.

`grade_each` grades any number of submissions in one pytest session and hands each report to
`emit` as soon as it is done (pytest owns the loop, so reports are pushed rather than pulled);
`grade` is the same for one. The box starts while pytest is still being imported. Where earlier
sessions learned all there is to the battery, pytest is not needed before a submission comes whose
answers are out of the ordinary (`grader.grading.lessons`).
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from grader.box import choose
from grader.box.ahead import Ahead
from grader.diagnosis.explained import Explained
from grader.exercise.trusted import load_oracle
from grader.grading.fixed_check import FixedCheck
from grader.grading.fixed_runner import FixedRunner, PytestNeeded
from grader.grading.lessons import Lessons, keep, recalled
from grader.grading.public_runner import PublicRunner
from grader.grading.reporting import Shown, isolation_of, report_of
from grader.grading.result_cache import CheckKey
from grader.grading.score import every_check
from grader.grading.state import State, seed_for, seeds_of
from grader.grading.targets import Targets
from grader.model.check import Outcome
from grader.model.errors import ExerciseProblem, Fault
from grader.model.exercise import Exercise, Limits, Submission
from grader.model.garbage import rarer_collections
from grader.model.report import Report
from grader.report.make import fault_report
from grader.target.base import Asked, LoadFailed
from grader.target.boxed import BoxedTarget
from grader.text.words import said

if TYPE_CHECKING:
    from grader.box.base import Box
    from grader.diagnosis.explain import Explainer
    from grader.grading.caching_runner import CachingRunner

    AnyRunner = CachingRunner | FixedRunner | PublicRunner

SECRET_VARIABLE = "AUTOGRAD_GRADER_SECRET"


class Options(Struct, frozen=True):
    """How to grade. `secret` seeds the random checks (default: the exercise's digest); `ahead` has
    what the next submission needs made while there is none, for somebody who waits for each."""

    isolation: str = "auto"
    seed: int | None = None
    secret: str | None = None
    task: str | None = None
    limits: Limits | None = None
    ahead: bool = False


class Job(Struct, frozen=True):
    """A submission with a seed or a task of its own, beside the session's options."""

    submission: Submission
    seed: int | None = None
    task: str | None = None


Emit = Callable[[Submission, Report], None]


def grade(exercise: Exercise, submission: Submission, options: Options | None = None) -> Report:
    """The report of one submission.

    Raises ExerciseProblem when the exercise is broken and IsolationUnavailable when the asked-for
    isolation is not to be had; any other fault of ours gives a report without a score.
    """
    reports: list[Report] = []
    grade_each(exercise, [submission], lambda _, report: reports.append(report), options)
    return reports[0]


def grade_each(
    exercise: Exercise,
    submissions: Iterable[Submission | Job],
    emit: Emit,
    options: Options | None = None,
) -> None:
    """Grades submissions one after the other; `emit` gets each with its report.

    The iterable is asked for the next one when the last report is out, so it may wait for it.
    """
    options = options or Options()
    if options.limits is not None:
        exercise = replace(exercise, limits=options.limits)
    if options.task is not None and options.task not in {task.id for task in exercise.tasks}:
        raise ExerciseProblem(
            said("the exercise has no task {task}", task=options.task),
            next_move=said(
                "Its tasks are {tasks}.", tasks=", ".join(task.id for task in exercise.tasks)
            ),
        )
    box = choose(options.isolation, exercise)
    if options.ahead:
        box = Ahead(box)
    try:
        with rarer_collections():
            _Corridor(exercise, options, box, emit).walk(submissions)
    finally:
        box.close()


def _nothing_asked(check: str) -> Asked | None:
    return None


class _Corridor:
    """One session's worth of grading."""

    def __init__(self, exercise: Exercise, options: Options, box: Box, emit: Emit) -> None:
        self.exercise = exercise
        self.options = options
        self.box = box
        self.emit = emit
        self.stdout, self.stderr = sys.stdout, sys.stderr
        self.oracle = load_oracle(exercise)

    @cached_property
    def explainer(self) -> Explainer:
        """Made for the first submission that fails something."""
        from grader.diagnosis.explain import Explainer

        return Explainer(self.exercise, self.oracle)

    def walk(self, submissions: Iterable[Submission | Job]) -> None:
        waiting = (one if isinstance(one, Job) else Job(one) for one in submissions)
        first = self._without_pytest(waiting)
        if first is None:
            return
        targets = self._started(first)
        try:
            from grader.grading.session import run_session

            def turn(_: object, runner: CachingRunner) -> None:
                runner.lessons = self.lessons
                started = ((job, self._started(job)) for job in waiting)
                for job, its in chain([(first, targets)], started):
                    self._one(runner, job, its)
                    if self.options.ahead:
                        # at once, for a session that waits is often ended by an interrupt
                        self._keep_lessons(runner)
                self._keep_lessons(runner)

            run_session(self.exercise, turn)
        finally:
            targets.close()

    def _without_pytest(self, waiting: Iterable[Job]) -> Job | None:
        """Grades by what is known of the battery, or was handed out of it, as long as that serves;
        the first that it does not serve."""
        runner: PublicRunner | FixedRunner | None = None
        if self.exercise.public is not None:
            runner = PublicRunner(self.exercise.public)
        elif self.lessons is not None:
            runner = FixedRunner(self.lessons)
        for job in waiting:
            if runner is None:
                return job
            try:
                runner.learn(self.exercise, self._seed(job))
                self._one(runner, job, self._started(job))
            except PytestNeeded:
                return job
        return None

    @cached_property
    def lessons(self) -> Lessons | None:
        """What earlier sessions kept of the battery."""
        return recalled(self.exercise, self._seeds)

    def _keep_lessons(self, runner: CachingRunner) -> None:
        """Keeps for the next start what was learned; of an exercise that is graded again, with more
        of its seeds."""
        if self.lessons is not None or self.options.ahead:
            runner.learn_more(self.exercise, self._unkept)
        checks = dict[CheckKey, FixedCheck]()
        for seed in list(self._unkept):
            found = runner.fixed_checks(seed)
            if found is not None:
                checks |= found
                self._unkept.remove(seed)
        if checks:
            keep(self.exercise, self._seeds, runner.specs, checks)

    @cached_property
    def _unkept(self) -> list[int]:
        """The seeds of which nothing is kept yet."""
        return [one for one in self._seeds if self.lessons is None or not self.lessons.knows(one)]

    def _started(self, job: Job) -> Targets:
        """The job's workers, the first of which boots and imports the submission meanwhile; should
        that fail, it fails again where it becomes this submission's fault report."""
        targets = self._targets(job)
        with contextlib.suppress(Fault):
            targets.visible.start()
        return targets

    def _targets(self, job: Job) -> Targets:
        exercise = self.exercise
        made = BoxedTarget(self.box, job.submission, exercise.contract, exercise.limits)
        return Targets.of(made)

    def _one(self, runner: AnyRunner, job: Job, targets: Targets) -> None:
        submission = job.submission
        started, clock = datetime.now(UTC), time.perf_counter()
        try:
            report = self._graded(runner, job, targets)
        except (Fault, OSError) as error:
            report = fault_report(self.exercise, submission, str(error))
        finally:
            targets.close()
        timing = replace(
            report.timing,
            started_at=started.isoformat(timespec="milliseconds"),
            duration_s=round(time.perf_counter() - clock, 6),
        )
        # the session swallows what pytest prints; a listener's words are for people
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            self.emit(submission, replace(report, timing=timing))
        if isinstance(self.box, Ahead):
            self.box.prepare()

    def _graded(self, runner: AnyRunner, job: Job, targets: Targets) -> Report:
        task = job.task or self.options.task
        seed = self._seed(job)
        message, durations, asked = "", dict[str, float](), _nothing_asked
        # while the worker imports the submission
        runner.learn(self.exercise, seed, task)
        try:
            targets.visible.load()
        except LoadFailed as failure:
            message = failure.message
            specs = runner.specs
            if task is not None:
                specs = [spec for spec in specs if spec.task == task]
            records = every_check(specs, Outcome.BLOCKED, said("waits for the import of the file"))
        else:
            state = State(self.exercise, targets.visible, seed, targets.hidden)
            state.judged = True
            records = runner.run(state, task)
            durations = {check: round(took, 6) for check, took in runner.durations().items()}
            asked = runner.asked
        explained = Explained(records)
        if any(record.outcome is not Outcome.PASSED for record in records):
            explained = self.explainer.explain(targets.explaining, targets.hidden, records, asked)
        shown = Shown(message, seed, task, durations)
        isolation = isolation_of(self.box.protection, targets.visible)
        return report_of(self.exercise, targets.visible, explained, self.oracle, isolation, shown)

    def _seed(self, job: Job) -> int:
        given = job.seed if job.seed is not None else self.options.seed
        if given is not None:
            return given
        if self.exercise.public is not None:
            return self.exercise.public.seed
        return seed_for(self._secret, self.exercise, job.submission)

    @property
    def _secret(self) -> str:
        return self.options.secret or os.environ.get(SECRET_VARIABLE) or self.exercise.digest

    @cached_property
    def _seeds(self) -> tuple[int, ...]:
        return seeds_of(self._secret, self.exercise)
