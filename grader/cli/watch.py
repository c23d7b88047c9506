"""The screen of `grader check --watch`: grades on every save and answers keys.

The battery is collected once and the box stays warm; a save only costs the checks themselves.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from grader.cli import attempts
from grader.cli.common import lead, take
from grader.cli.keys import PAUSE_S, Keys, Saves, draws
from grader.model.check import Audience, Outcome
from grader.model.errors import GraderError
from grader.model.exercise import Exercise, Submission
from grader.model.report import Report, Verdict
from grader.render.outcomes import value_words
from grader.render.statement import hint_heading
from grader.report.audience import for_learner
from grader.text.words import N_, _, translated

KEYS = N_("h hint   n next task   a all   r run   c clear   q quit")
ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


class Watch:
    """One learner's session in front of one file."""

    def __init__(self, exercise: Exercise, path: Path, color: bool | None) -> None:
        self.exercise = exercise
        self.path = path
        self.folder = path.parent
        self.color = color
        self.screen: TextIO = sys.stdout
        self.saves = Saves(path)
        self.memory = attempts.load(self.folder, exercise.id)
        self.started = time.monotonic()
        self.report: Report | None = None
        self.task: str | None = None
        self.below: list[str] = []
        self.trouble = ""
        self.keys: Keys | None = None
        self.drawn: tuple[object, ...] = ()

    # --- grading ---------------------------------------------------------------------------

    def run(self, interactive: bool) -> int:
        """Watches until `q`, the end of input, or an interrupt; the last attempt's exit code."""
        from grader.grading.pipeline import grade_each

        if not interactive:
            grade_each(self.exercise, self._submissions(), self._tell)
            return self._code()
        self.keys = Keys(sys.stdin)
        self.screen.write(ENTER)
        try:
            with self.keys.listening():
                self._draw()
                grade_each(self.exercise, self._submissions(), self._show)
        finally:
            self.screen.write(LEAVE)
            self.screen.flush()
        if self.report is not None:
            self.screen.write(self._card(width=None))
        return self._code()

    def _code(self) -> int:
        done = self.report is not None and self.report.score == self.report.max_score
        return 0 if done else 1

    def _submissions(self) -> Iterator[Submission]:
        """A submission for every save, and for every `r`; ends at `q`."""
        again = False
        while True:
            if self.saves.happened() or again:
                again = False
                try:
                    taken = take(str(self.path), self.exercise)
                    self.trouble = ""
                    yield taken
                except GraderError as error:
                    # a half-written save is no reason to stop: the next one is seen as well
                    self.trouble = translated(str(error))
                self._draw()
            key = self._key()
            if key == "q":
                return
            again = key == "r"

    def _key(self) -> str:
        if self.keys is None:
            time.sleep(PAUSE_S)
            return ""
        key = self.keys.pressed(PAUSE_S)
        actions = {"h": self._hint, "n": self._next, "a": self._all, "c": self._clear}
        if key in actions:
            actions[key]()
        self._draw()
        return key

    def _remember(self, report: Report) -> list[str]:
        self.report = report
        if report.outcome is not Verdict.GRADED:
            return []
        self.memory, change = attempts.attempt(self.memory, report)
        attempts.save(self.folder, self.memory)
        return attempts.change_lines(change, self.memory.attempts)

    def _show(self, _: Submission, report: Report) -> None:
        self.below = self._remember(for_learner(report))
        if self.task is not None and attempts.solved(self.memory, self.task):
            self.task = None
        self._draw()

    def _tell(self, _of: Submission, report: Report) -> None:
        """A line for each attempt, where there is no terminal."""
        report = for_learner(report)
        changes = self._remember(report)
        first = next((t for t in report.tasks if t.outcome is not Outcome.PASSED), None)
        words = translated(report.message) or _("all done")
        if first is not None and not report.message:
            named = (
                first.diagnoses[0].title if first.diagnoses else value_words(first.outcome.value)
            )
            words = f"{first.id}: {named}"
        score = "" if report.score is None else f"{report.score:g} / {report.max_score:g} · "
        attempt = _("attempt {number}").format(number=self.memory.attempts)
        lines = [f"{attempt}: {score}{words}", *changes]
        print("\n  ".join(lines), file=self.screen, flush=True)

    # --- keys ------------------------------------------------------------------------------

    def _focus(self) -> str:
        """The task the learner is at: the one chosen, else the first that is not done."""
        if self.task is not None:
            return self.task
        tasks = self.report.tasks if self.report is not None else ()
        undone = [task.id for task in tasks if task.outcome is not Outcome.PASSED]
        return (undone or [self.exercise.tasks[0].id])[0]

    def _hint(self) -> None:
        task = self.exercise.task(self._focus())
        if attempts.solved(self.memory, task.id) and task.explanation:
            done = _("{task} is done. Why it works:").format(task=task.id)
            self.below = [done, lead(task.explanation)]
        elif task.hints:
            self.memory, place = attempts.next_hint(self.memory, task.id, len(task.hints))
            attempts.save(self.folder, self.memory)
            heading = hint_heading(task, place)
            self.below = [heading, " ".join(task.hints[place].split())]

    def _next(self) -> None:
        known = [task.id for task in self.exercise.tasks]
        self.task = known[(known.index(self._focus()) + 1) % len(known)]
        self.below = []

    def _all(self) -> None:
        self.task = None
        self.below = []

    def _clear(self) -> None:
        self.below = []

    # --- the screen ------------------------------------------------------------------------

    def _card(self, width: int | None) -> str:
        from rich.console import Console

        from grader.render.terminal.scorecard import scorecard

        if self.report is None:
            return _("Waiting for {file} …").format(file=self.path.name) + "\n"
        tasks = self.exercise.tasks
        console = Console(
            file=self.screen, width=width, highlight=False, no_color=self.color is False
        )
        with console.capture() as captured:
            console.print(
                scorecard(
                    self.report,
                    audience=Audience.LEARNER,
                    task=self.task,
                    hints={task.id: task.hints[0] for task in tasks if task.hints},
                    explanations={t.id: lead(t.explanation) for t in tasks if t.explanation},
                )
            )
        return captured.get()

    def _draw(self) -> None:
        """Writes the whole screen in one go, and only when something on it changed."""
        if self.keys is None:
            return
        import shutil

        columns, rows = shutil.get_terminal_size()
        minutes = int(time.monotonic() - self.started) // 60
        state = (self.report, self.task, tuple(self.below), self.trouble, columns, rows, minutes)
        if state == self.drawn:
            return
        self.drawn = state
        notes = [line for text in (self.trouble, *self.below) for line in _wrapped(text, columns)]
        attempt = _("attempt {number}").format(number=self.memory.attempts)
        status = f"{attempt} · {minutes} min · {self.path.name}   {_(KEYS)}"
        room = max(rows - len(notes) - 3, 3)
        card = self._card(columns).split("\n")
        if len(card) > room:
            card = [*card[: room - 1], _("… (make the window taller to see the rest)")]
        lines = [*card, *notes]
        lines += [""] * (rows - 1 - len(lines))
        lines = [*lines[: rows - 1], status[:columns]]
        # home, every line with its rest erased, then whatever is left below: nothing flickers
        self.screen.write("\x1b[H" + "\x1b[K\r\n".join(lines) + "\x1b[K\x1b[J")
        self.screen.flush()


def _wrapped(text: str, columns: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, max(20, min(columns, 100) - 2)) if text else []


def watch(exercise: Exercise, file: str, task: str | None, color: bool | None) -> int:
    """Watches FILE; with keys on a terminal, plain lines elsewhere."""
    path = Path(file)
    if path.is_dir():
        path = path / exercise.module_file
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    interactive = interactive and draws()
    if not interactive:
        click.echo(_("watching {path}; stop with Ctrl-C").format(path=path))
    return Watch(exercise, path, color).run(interactive)
