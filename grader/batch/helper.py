"""A resident grading process: jobs come over standard input, answers go over standard output.

    python -P -m grader.batch.helper

Theory of operation. The helper grades with one pytest session (`grading.grade_each` over a
generator that reads its standard input) and ends when that input ends. Its real standard output
is set aside for answers at once, so nothing that is printed can get between them. It dies with
the process that started it, by end of input and, on Linux, by a signal of the kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from grader.batch.messages import (
    FATAL,
    Done,
    Fatal,
    Job,
    Ready,
    Setup,
    line,
    read_job,
    read_setup,
)
from grader.exercise.load import load as load_exercise
from grader.gradebook.facts import LETTERS, CheckFacts, Facts, NamedDiagnosis, TaskFacts
from grader.grading import pipeline
from grader.model.errors import ExerciseProblem, GraderError
from grader.model.exercise import Exercise, Submission
from grader.model.files import TemporaryFolder
from grader.model.report import Report, Verdict
from grader.report import wire
from grader.text.words import said

PR_SET_PDEATHSIG = 1


def main() -> int:
    """Serves until standard input ends; 0, or 1 after what was told as Fatal."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = sys.stdin.buffer
    try:
        setup = read_setup(jobs.readline())
        _die_with_parent(setup.parent_pid)
        with _exercise(setup) as exercise:
            _Service(setup, exercise, jobs, answers).serve()
    except GraderError as error:
        kind = next((name for name, known in FATAL.items() if type(error) is known), "Fault")
        answers.write(line(Fatal(kind, error.message, error.next_move)))
        answers.flush()
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    return 0


def _die_with_parent(parent: int) -> None:
    """End of input says it too, but only once the submission in hand is graded."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if parent and os.getppid() != parent:
        raise KeyboardInterrupt


@contextlib.contextmanager
def _exercise(setup: Setup) -> Iterator[Exercise]:
    """The exercise of that digest: in its folder, else the bundled one, else as it was sent."""
    found = _found(setup)
    if found is not None:
        yield found
        return
    if setup.exercise_files is None:
        raise ExerciseProblem(
            said("the exercise changed while the batch was running"),
            next_move=said("Run the command again; what is graded is kept."),
        )
    with contextlib.closing(TemporaryFolder("exercise")) as folder:
        for name, data in setup.exercise_files.items():
            path = folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        found = load_exercise(folder.path)
        if found.digest != setup.exercise_digest:
            raise ExerciseProblem(said("the exercise did not arrive whole at the worker"))
        yield found


def _found(setup: Setup) -> Exercise | None:
    for root in (Path(setup.exercise_root), None):
        with contextlib.suppress(ExerciseProblem):
            found = load_exercise(root)
            if found.digest == setup.exercise_digest:
                return found
    return None


def facts_of(report: Report, *, with_names: bool) -> Facts:
    """What the gradebook keeps of a report beside it; what checks and tasks are called only where
    that is asked for, as it is the same in every report."""
    checks = [(task, check) for task in report.tasks for check in task.checks]
    facts = Facts(
        score=report.score or 0.0,
        max_score=report.max_score or 0.0,
        outcomes="".join(LETTERS[check.outcome] for _, check in checks),
        scores={task.id: task.score for task in report.tasks},
        diagnoses=tuple(
            NamedDiagnosis(task.id, found.id, found.title)
            for task in report.tasks
            for found in task.diagnoses
        ),
        message=report.message,
        isolation=report.isolation.level,
        duration_s=report.timing.duration_s,
    )
    if not with_names:
        return facts
    return replace(
        facts,
        checks=tuple(
            CheckFacts(check.id, task.id, check.title, check.max_score, check.visibility.value)
            for task, check in checks
        ),
        tasks=tuple(TaskFacts(one.id, one.title, one.max_score) for one in report.tasks),
    )


class _Service:
    """Reads jobs, grades them, answers."""

    def __init__(self, setup: Setup, exercise: Exercise, jobs: BinaryIO, answers: BinaryIO) -> None:
        self.setup = setup
        self.exercise = exercise
        self.jobs = jobs
        self.answers = answers
        self.taken: deque[Job] = deque()
        self.told_checks = False

    def serve(self) -> None:
        """Grades until there is nothing more to read."""
        options = pipeline.Options(
            isolation=self.setup.isolation,
            seed=self.setup.seed,
            secret=self.setup.secret,
            limits=self.setup.limits,
        )
        # imported here and not with the first job: the batch is still reading its source
        import grader.grading.session  # noqa: F401

        pipeline.grade_each(self.exercise, self._submissions(), self._emit, options)

    def _submissions(self) -> Iterator[pipeline.Job]:
        self._say(Ready())
        while data := self.jobs.readline():
            job = read_job(data)
            self.taken.append(job)
            yield pipeline.Job(job.submission, job.seed, job.task)

    def _emit(self, submission: Submission, report: Report) -> None:
        job = self.taken.popleft()
        if report.outcome is not Verdict.GRADED:
            self._say(Done(job.digest, fault=report.message))
            return
        body = msgspec.Raw(wire.encode(report, indent=0).rstrip(b"\n"))
        is_first, self.told_checks = not self.told_checks, True
        self._say(Done(job.digest, facts_of(report, with_names=is_first), body))

    def _say(self, message: Ready | Done) -> None:
        self.answers.write(line(message))
        self.answers.flush()


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # all that it remembered need not be taken apart, with the batch waiting for its end
    os._exit(code)
