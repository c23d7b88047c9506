"""`grader show`: a task's statement in the terminal."""

from __future__ import annotations

from pathlib import Path

from grader.cli.common import console, learners_exercise, verb
from grader.cli.options import color_option, exercise_option, task_argument
from grader.model.exercise import known_task


@verb()
@task_argument
@exercise_option
@color_option
def show(task_id: str | None, exercise_folder: Path | None, color: bool | None) -> None:
    """Show TASK (default: the first): what to write, the mathematics, a worked example.

    Example: grader show mul
    """
    from grader.exercise.content import hole_line
    from grader.render.statement import statement

    exercise = learners_exercise(exercise_folder, Path())
    wanted = task_id or exercise.tasks[0].id
    known_task(exercise, wanted)
    task = exercise.task(wanted)
    line = hole_line(exercise, task)
    place = exercise.hole_place(task)
    where = f"{place[0]}:{line}" if place is not None and line is not None else ""
    console(color).print(statement(task, where))
