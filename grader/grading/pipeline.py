"""The corridor: a submission goes in, a report comes out.

`grade_each` grades any number of submissions in one pytest session and hands each report to
`emit` as soon as it is done (pytest owns the loop, so reports are pushed rather than pulled);
`grade` is the same for one. The box starts while pytest is still being imported.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from grader.box import choose
from grader.diagnosis.explained import Explained
from grader.exercise.trusted import load_oracle
from grader.grading.notes import notes_of
from grader.grading.score import (
    every_check,
    exact_points,
    graded_part,
    task_results,
)
from grader.grading.targets import Targets
from grader.grading.waiting import held_back
from grader.model.check import CheckRecord, Outcome
from grader.model.errors import ExerciseProblem, Fault
from grader.model.exercise import Exercise, Limits, Submission
from grader.model.report import (
    SCHEMA_VERSION,
    Isolation,
    MissingLayer,
    Report,
    Timing,
    Verdict,
)
from grader.report.make import environment, exercise_info, fault_report, learner_of, submission_info
from grader.report.size import within_size
from grader.target.base import Asked, LoadFailed
from grader.target.boxed import BoxedTarget
from grader.text.words import said

if TYPE_CHECKING:
    from grader.box.base import Box, Protection
    from grader.diagnosis.explain import Explainer
    from grader.grading.caching_runner import CachingRunner
    from grader.grading.public_runner import PublicRunner

    CheckRunner = CachingRunner | PublicRunner

SECRET_VARIABLE = "AUTOGRAD_GRADER_SECRET"


class Options(Struct, frozen=True):
    """How to grade. `secret` seeds the random checks (default: the exercise's digest)."""

    isolation: str = "auto"
    seed: int | None = None
    secret: str | None = None
    task: str | None = None
    limits: Limits | None = None


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
    try:
        _Corridor(exercise, options, box, emit).walk(submissions)
    finally:
        box.close()


def _run(exercise: Exercise, turn: Callable[[object, CheckRunner], None]) -> None:
    """Calls `turn` with what runs the exercise's checks: those of a handout need no pytest."""
    if exercise.public is not None:
        from grader.grading.public_runner import run_public

        run_public(exercise, turn)
    else:
        from grader.grading.session import run_session

        run_session(exercise, turn)


class _Shown(Struct, frozen=True):
    """What a report says beside its records."""

    message: str
    seed: int
    task: str | None
    durations: Mapping[str, float]


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
        first = next(waiting, None)
        if first is None:
            return
        targets = self._targets(first)
        try:
            # the worker boots and imports the submission while pytest is being imported; should
            # that fail, it fails again where it becomes this submission's fault report
            with contextlib.suppress(Fault):
                targets.visible.start()

            def turn(_: object, runner: CheckRunner) -> None:
                self._one(runner, first, targets)
                for job in waiting:
                    self._one(runner, job, self._targets(job))

            _run(self.exercise, turn)
        finally:
            targets.close()

    def _targets(self, job: Job) -> Targets:
        exercise = self.exercise
        made = BoxedTarget(self.box, job.submission, exercise.contract, exercise.limits)
        return Targets.of(made)

    def _one(self, runner: CheckRunner, job: Job, targets: Targets) -> None:
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

    def _graded(self, runner: CheckRunner, job: Job, targets: Targets) -> Report:
        from grader.grading.state import State

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
        shown = _Shown(message, seed, task, durations)
        return self._report(job.submission, targets, records, asked, shown)

    def _seed(self, job: Job) -> int:
        from grader.grading.state import seed_for

        given = job.seed if job.seed is not None else self.options.seed
        if given is not None:
            return given
        if self.exercise.public is not None:
            return self.exercise.public.seed
        secret = self.options.secret or os.environ.get(SECRET_VARIABLE) or self.exercise.digest
        return seed_for(secret, self.exercise, job.submission)

    def _report(
        self,
        submission: Submission,
        targets: Targets,
        records: Sequence[CheckRecord],
        asked: Callable[[str], Asked | None],
        shown: _Shown,
    ) -> Report:
        explained = Explained(records)
        if any(record.outcome is not Outcome.PASSED for record in records):
            explained = self.explainer.explain(targets.explaining, targets.hidden, records, asked)
        exercise = graded_part(self.exercise, shown.task)
        tasks, total = task_results(
            exercise,
            held_back(explained.records),
            evidence=explained.smallest,
            diagnoses=explained.found.diagnoses,
            same_as=explained.found.same_as,
            oracle=self.oracle,
        )
        tasks, is_shortened = within_size(tasks)
        maximum = sum(exact_points(task) for task in exercise.tasks)
        return Report(
            schema_version=SCHEMA_VERSION,
            outcome=Verdict.GRADED,
            message=shown.message,
            exercise=exercise_info(exercise),
            submission=submission_info(submission),
            learner=learner_of(submission),
            tasks=tasks,
            isolation=isolation_of(self.box.protection, targets.visible),
            limits=exercise.limits,
            seed=shown.seed,
            environment=environment(),
            timing=Timing("", 0.0, shown.durations),
            score=round(float(total), 4),
            max_score=round(float(maximum), 4),
            # those of the submission last, as in the reports of a class
            notes=(
                *targets.visible.notes,
                *notes_of(self.exercise, explained, tasks, is_shortened=is_shortened),
                *submission.notes,
            ),
        )


def isolation_of(protection: Protection, target: BoxedTarget | None = None) -> Isolation:
    """What the box offers, with the layers that the worker itself had in force."""
    missing = dict(protection.missing)
    for layer, reason in (target.missing if target else {}).items():
        if missing.get(layer) != reason:  # the worker's text is plain, where ours is a message
            missing[layer] = reason
    reasons = tuple(MissingLayer(layer, reason) for layer, reason in missing.items())
    return Isolation(protection.level, protection.layers, reasons)
