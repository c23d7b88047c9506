"""The screen of `grader check --watch`: a thread draws it and answers keys, also during a check."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any, TextIO

from grader.cli import attempts
from grader.cli.attempts import Attempt, Memory
from grader.cli.common import lead, print_scorecard
from grader.cli.keys import PAUSE_S, Keys, interrupt_main
from grader.model.check import Audience, Outcome
from grader.model.errors import GraderError
from grader.model.exercise import Exercise
from grader.model.report import Report
from grader.render.statement import hint_heading
from grader.render.terminal.lines import Page
from grader.render.terminal.watch import Part, State, View, rendered, watch_screen
from grader.text.words import _, translated

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"


class Screen:
    """A terminal with a watch on it.

    What the grading thread tells and what keys ask for changes `view`, under the lock; the drawing
    thread alone writes to the terminal.
    """

    def __init__(self, exercise: Exercise, file: str, memory: Memory, color: bool | None) -> None:
        tasks = exercise.tasks
        self.exercise = exercise
        self.memory = memory
        self.color = color
        self.out: TextIO = sys.stdout
        self.keys = Keys(sys.stdin)
        self.view = View(
            file,
            hints={task.id: task.hints[0] for task in tasks if task.hints},
            explanations={task.id: lead(task.explanation) for task in tasks if task.explanation},
        )
        self.began = time.monotonic()
        self.top, self.room = 0, 1
        self.drawn: tuple[object, ...] = ()
        self.asked = ""
        self.is_over = self.is_busy = False
        self.failure: Exception | None = None
        self.lock = threading.RLock()
        self.woken = threading.Event()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.stack = ExitStack()

    def __enter__(self) -> Screen:
        self.stack.enter_context(self.keys.listening())
        self.out.write(ENTER)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()
        with suppress(OSError):  # the terminal may be gone
            self.out.write(LEAVE)
            self.out.flush()
        self.stack.close()
        if self.failure is not None:
            raise self.failure

    def leaves_behind(self, report: Report) -> None:
        """Prints the last result where the shell goes on."""
        print_scorecard(report, self.exercise, audience=Audience.LEARNER, color=self.color)

    # --- what the grading thread tells -------------------------------------------------------

    def waits(self) -> str:
        """Sleeps until a key asks for something, or it is time to look at the file."""
        self.woken.wait(PAUSE_S)
        with self.lock:
            self.woken.clear()
            asked, self.asked = self.asked, ""
        return asked

    def checks(self) -> None:
        """The file is being checked."""
        with self.lock:
            self.began, self.is_busy = time.monotonic(), True
            self._change(state=State.CHECKING, seconds=0)

    def shows(self, attempt: Attempt) -> None:
        """The file was checked."""
        with self.lock:
            task = self.view.task
            is_chosen = task is not None and not self.memory.solved(task)
            self.is_busy = False
            self._change(
                state=State.CHECKED,
                report=attempt.report,
                attempt=attempt.number,
                glance=attempts.change_at_a_glance(attempt.change),
                changes=tuple(attempts.change_lines(attempt.change, attempt.number)),
                task=task if is_chosen else None,
                part=Part.FIRST,
                aside=(),
                top=None,
            )

    def refuses(self, error: GraderError) -> None:
        """The file is none that can be checked."""
        self._change(state=State.REFUSED, refusal=translated(str(error)), top=None)

    def misses(self) -> None:
        """The file is gone."""
        self._change(state=State.GONE, top=None)

    def _change(self, **fields: Any) -> None:
        with self.lock:
            self.view = self.view._replace(**fields)

    # --- the drawing thread ------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not self.ended.is_set():
                self._draw()
                for key in self.keys.pressed(PAUSE_S):
                    self._answer(key)
        except KeyboardInterrupt:
            interrupt_main()
        except OSError:  # the terminal is gone
            self._ask("quit")
        except Exception as error:
            self.failure = error
            self._ask("quit")

    def _answer(self, key: str) -> None:
        page = max(1, self.room - 1)
        turned = {
            "up": self.top - 1,
            "down": self.top + 1,
            "page up": self.top - page,
            "page down": self.top + page,
            "home": 0,
            "end": sys.maxsize,
        }
        actions = {"h": self._hint, "n": self._next}
        if key in turned:
            self.top = max(0, turned[key])
            self._change(top=self.top)
        elif key in actions:
            actions[key]()
        elif key == "a":
            self._turn_to(Part.ALL)
        elif key == "?":
            self._turn_to(Part.KEYS)
        elif key == "c":
            self._change(part=Part.FIRST, task=None, aside=(), top=None)
        elif key in ("q", "r"):
            self._ask("quit" if key == "q" else "again")

    def _ask(self, what: str) -> None:
        with self.lock:
            self.asked = what
            self.woken.set()
            if what == "quit":
                self.is_over = True
                self.ended.set()
                if self.is_busy:
                    interrupt_main()

    def _turn_to(self, part: Part) -> None:
        """Shows that part, or the first mistake where it is shown already."""
        self._change(part=Part.FIRST if self.view.part is part else part, top=None)

    def _focus(self) -> str:
        """The task the learner is at: the one chosen, else the first that is not done."""
        if self.view.task is not None:
            return self.view.task
        tasks = self.view.report.tasks if self.view.report is not None else ()
        undone = [task.id for task in tasks if task.outcome is not Outcome.PASSED]
        return next(iter(undone or [one.id for one in tasks or self.exercise.tasks]))

    def _hint(self) -> None:
        task = self.exercise.task(self._focus())
        if self.memory.solved(task.id) and task.explanation:
            done = _("{task} is done. Why it works:").format(task=task.id)
            aside = (done, lead(task.explanation))
        elif task.hints:
            place = self.memory.next_hint(task.id, len(task.hints))
            aside = (hint_heading(task, place), task.hints[place])
        else:
            return
        self._change(part=Part.FIRST, aside=aside, top=None)

    def _next(self) -> None:
        tasks = self.view.report.tasks if self.view.report is not None else ()
        known = [task.id for task in tasks or self.exercise.tasks]
        after = known[(known.index(self._focus()) + 1) % len(known)]
        self._change(part=Part.FIRST, task=after, aside=(), top=None)

    def _draw(self) -> None:
        """Writes the whole screen in one go, and only when something on it changed."""
        from rich.console import Console

        with self.lock:
            if self.view.state is State.CHECKING:
                self._change(seconds=int(time.monotonic() - self.began))
            view = self.view
        columns, rows = shutil.get_terminal_size()
        if (view, columns, rows) == self.drawn:
            return
        self.drawn = view, columns, rows
        console = Console(
            file=self.out,
            width=columns,
            highlight=False,
            force_terminal=True,
            no_color=None if self.color is None else not self.color,
        )
        shown = watch_screen(Page(console, console.options), view, rows)
        self.top, self.room = shown.top, shown.room
        text = rendered(console, shown.lines).rstrip("\n")
        # home, every line with its rest erased, then whatever is left below: nothing flickers
        self.out.write("\x1b[H" + text.replace("\n", "\x1b[K\r\n") + "\x1b[K\x1b[J")
        self.out.flush()
