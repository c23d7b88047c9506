"""`grader check --watch`: grades on every save, until it is told to end.

The battery is collected once and the box stays warm; a save only costs the checks themselves. What
is seen is told to a face: lines, or a screen with keys where there is a terminal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TextIO

from grader.cli import attempts
from grader.cli.attempts import Attempt, Memory
from grader.cli.common import take
from grader.cli.keys import PAUSE_S, Look, Saves, draws
from grader.model.check import Outcome
from grader.model.errors import GraderError
from grader.model.exercise import Exercise, Submission
from grader.model.report import Report
from grader.render.outcomes import value_words
from grader.report.audience import for_learner
from grader.text.words import _, translated


class Face(Protocol):
    """What shows a watch."""

    def waits(self) -> str:
        """Lets some time go by; `quit` or `again` where that was asked for."""

    def checks(self) -> None:
        """The file is being checked."""

    def shows(self, attempt: Attempt) -> None:
        """The file was checked."""

    def refuses(self, error: GraderError) -> None:
        """The file is none that can be checked."""

    def misses(self) -> None:
        """The file is gone."""


class Watch:
    """One learner's session in front of a file, or of a folder with several."""

    def __init__(self, exercise: Exercise, path: Path, task: str | None) -> None:
        self.exercise = exercise
        self.path = path
        self.task = task
        is_folder = path.is_dir()
        self.saves = Saves(
            *([path / name for name in exercise.contract.files] if is_folder else [path])
        )
        self.memory = Memory(path if is_folder else path.parent, exercise.id)
        self.report: Report | None = None

    def run(self, face: Face) -> int:
        """Watches until the face says `quit`, or an interrupt; the last attempt's exit code."""
        from grader.grading.pipeline import Options, grade_each

        def show(_: Submission, report: Report) -> None:
            if self.saves.is_whole():
                self.report = for_learner(report)
                face.shows(self.memory.attempt(self.report))

        options = Options(task=self.task, ahead=True)
        grade_each(self.exercise, self._submissions(face), show, options)
        return self.code()

    def code(self) -> int:
        """The exit code of the last attempt."""
        done = self.report is not None and self.report.score == self.report.max_score
        return 0 if done else 1

    def _submissions(self, face: Face) -> Iterator[Submission]:
        """A submission for every save, and whenever the face asks for one."""
        asked = ""
        while asked != "quit":
            look = self.saves.look()
            if look is Look.GONE:
                face.misses()
            elif look is Look.SAVED or (asked == "again" and self.saves.is_there):
                # a half-written save is no reason to stop: the next one is seen as well
                try:
                    taken = take(str(self.path), self.exercise)
                except GraderError as error:
                    if self.saves.is_whole():
                        face.refuses(error)
                else:
                    face.checks()
                    yield taken
            asked = face.waits()


class Lines:
    """A line for each attempt, where there is no terminal."""

    def __init__(self, out: TextIO, path: Path) -> None:
        self.out = out
        self.path = path
        self._say(_("watching {path}; stop with Ctrl-C").format(path=path))

    def waits(self) -> str:
        """Nothing can be asked of it."""
        time.sleep(PAUSE_S)
        return ""

    def checks(self) -> None:
        """Says nothing: the result has its line."""

    def shows(self, attempt: Attempt) -> None:
        """Says the score, and the first thing that is wrong."""
        report = attempt.report
        first = next((t for t in report.tasks if t.outcome is not Outcome.PASSED), None)
        words = translated(report.message) or _("all done")
        if first is not None and not report.message:
            named = (
                first.diagnoses[0].title if first.diagnoses else value_words(first.outcome.value)
            )
            words = f"{first.id}: {named}"
        score = "" if report.score is None else f"{report.score:g} / {report.max_score:g} · "
        number = _("attempt {number}").format(number=attempt.number)
        changes = attempts.change_lines(attempt.change, attempt.number)
        self._say("\n  ".join([f"{number}: {score}{words}", *changes]))

    def refuses(self, error: GraderError) -> None:
        """Says why."""
        self._say(translated(error.message))

    def misses(self) -> None:
        """Says so."""
        self._say(_("{file} is gone").format(file=self.path.name))

    def _say(self, text: str) -> None:
        print(text, file=self.out, flush=True)


def watch(exercise: Exercise, file: str, task: str | None, color: bool | None) -> int:
    """Watches FILE; with keys on a terminal, plain lines elsewhere."""
    path = Path(file)
    if path.is_dir() and exercise.lone_file is not None:
        path = path / exercise.lone_file
    if not path.exists():
        take(str(path), exercise)  # says so, as without --watch
    session = Watch(exercise, path, task)
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    if not (interactive and draws()):
        return session.run(Lines(sys.stdout, path))
    from grader.cli.watch_screen import Screen

    screen = Screen(exercise, path.name, session.memory, color)
    try:
        with screen:
            session.run(screen)
    except KeyboardInterrupt:
        # `q` ends a check that is running by an interrupt of its own
        if not screen.is_over:
            raise
    if session.report is not None:
        screen.leaves_behind(session.report)
    return session.code()
