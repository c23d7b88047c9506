"""`grader hint`: one hint more, most general first; after success, why it works."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import console, learners_exercise, verb
from grader.cli.options import color_option, exercise_option, task_argument
from grader.model.errors import UsageProblem
from grader.model.exercise import known_task
from grader.text.words import _, said


@verb()
@task_argument
@click.option("--all", "everything", is_flag=True, help=_("Show every hint at once."))
@exercise_option
@color_option
def hint(
    task_id: str | None, everything: bool, exercise_folder: Path | None, color: bool | None
) -> None:
    """Show the next hint for TASK (default: the first task that is not done).

    Example: grader hint mul
    """
    from grader.cli import attempts
    from grader.render.statement import hint_heading

    exercise = learners_exercise(exercise_folder, Path())
    folder = Path.cwd()
    memory = attempts.load(folder, exercise.id)
    known = [task.id for task in exercise.tasks]
    undone = [name for name in known if not attempts.solved(memory, name)]
    wanted = task_id or (undone or known)[0]
    known_task(exercise, wanted)
    task = exercise.task(wanted)
    screen = console(color)
    if attempts.solved(memory, wanted) and task.explanation and not everything:
        _say(screen, _("{task} is done. Why it works:").format(task=task.id), task.explanation)
        return
    if not task.hints:
        raise UsageProblem(said("the exercise has no hints for {wanted}", wanted=wanted))
    if everything:
        for place, text in enumerate(task.hints):
            _say(screen, hint_heading(task, place), text)
        return
    repeated = memory.hints.get(wanted, 0) >= len(task.hints)
    memory, place = attempts.next_hint(memory, wanted, len(task.hints))
    attempts.save(folder, memory)
    _say(screen, hint_heading(task, place, repeated=repeated), task.hints[place])


def _say(screen: object, heading: str, text: str) -> None:
    from rich.console import Console
    from rich.constrain import Constrain
    from rich.markdown import Markdown
    from rich.text import Text

    from grader.render.mathematics import unicode
    from grader.render.statement import MEASURE, from_the_course

    assert isinstance(screen, Console)
    screen.print(Text(heading, style="bold"))
    for note in from_the_course():
        screen.print(note)
    screen.print(Constrain(Markdown(unicode(text), hyperlinks=False), MEASURE))
    screen.print()
