"""`grader tasks`: what there is to do."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from grader.cli import attempts
from grader.cli.common import console, learners_exercise, verb
from grader.cli.options import color_option, exercise_option
from grader.model.check import Outcome
from grader.text.words import _


@verb()
@exercise_option
@color_option
def tasks(exercise_folder: Path | None, color: bool | None) -> None:
    """List the tasks of the exercise, and how far `grader check` found each of them here.

    Example: grader tasks
    """
    from rich.table import Table
    from rich.text import Text

    from grader.render.statement import from_the_course

    exercise = learners_exercise(exercise_folder, Path())
    memory = attempts.load(Path.cwd(), exercise.id)
    begun = bool(memory.outcomes)
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for heading, side in _columns(begun):
        table.add_column(heading, justify=side)
    for task in exercise.tasks:
        needs = ", ".join(task.needs)
        progress = [_progress(memory, task.id)] if begun else []
        table.add_row(task.id, Text(task.title), f"{task.points:g}", needs, *progress)
    screen = console(color)
    screen.print(Text(exercise.title, style="bold"))
    for note in from_the_course():
        screen.print(note)
    screen.print(table)
    undone = [task.id for task in exercise.tasks if not attempts.solved(memory, task.id)]
    command = f"grader show {undone[0]}" if undone else "grader check"
    screen.print(Text(_("Next: {command}").format(command=command)))


def _progress(memory: attempts.Progress, task: str) -> str:
    """How far the last `grader check` here found the task; nothing where it was never judged."""
    if attempts.solved(memory, task):
        return _("done")
    mine = [outcome for check, outcome in memory.outcomes.items() if check.startswith(f"{task}/")]
    passed = mine.count(Outcome.PASSED)
    return _("{number} of {total} checks").format(number=passed, total=len(mine)) if mine else ""


def _columns(begun: bool) -> list[tuple[str, Literal["left", "right"]]]:
    """Headings, with that of the progress where a `grader check` left some."""
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("task"), "left"),
        (_("title"), "left"),
        (_("points"), "right"),
        (_("needs"), "left"),
    ]
    return [*columns, (_("so far"), "left")] if begun else columns
