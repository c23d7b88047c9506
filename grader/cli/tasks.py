"""`grader tasks`: what there is to do."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import color_option, console, exercise_option, load_exercise


@click.command()
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
    for heading in ("task", "title", "points", "needs"):
        table.add_column(heading, justify="right" if heading == "points" else "left")
    for task in exercise.tasks:
        needs = ", ".join(task.needs)
        table.add_row(task.id, Text(task.title), f"{task.points:g}", needs)
    screen = console(color)
    screen.print(Text(exercise.title, style="bold"))
    screen.print(table)
    screen.print(Text(f"Next: grader show {exercise.tasks[0].id}"))
