"""`grader tasks`: what there is to do."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from grader.cli.common import console, load_exercise, verb
from grader.cli.options import color_option, exercise_option
from grader.text.words import _


@verb()
@exercise_option
@color_option
def tasks(exercise_folder: Path | None, color: bool | None) -> None:
    """List the tasks of the exercise.

    Example: grader tasks
    """
    from rich.table import Table
    from rich.text import Text

    exercise = load_exercise(exercise_folder)
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for heading, side in _columns():
        table.add_column(heading, justify=side)
    for task in exercise.tasks:
        needs = ", ".join(task.needs)
        table.add_row(task.id, Text(task.title), f"{task.points:g}", needs)
    screen = console(color)
    screen.print(Text(exercise.title, style="bold"))
    screen.print(table)
    command = f"grader show {exercise.tasks[0].id}"
    screen.print(Text(_("Next: {command}").format(command=command)))


def _columns() -> list[tuple[str, Literal["left", "right"]]]:
    return [
        (_("task"), "left"),
        (_("title"), "left"),
        (_("points"), "right"),
        (_("needs"), "left"),
    ]
