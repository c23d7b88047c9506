"""`grader hint`: one hint more, most general first; after success, why it works."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import color_option, console, exercise_option, load_exercise
from grader.errors import UsageProblem


@click.command()
@click.argument("task_id", metavar="TASK", required=False)
@click.option("--all", "everything", is_flag=True, help="Show every hint at once.")
@exercise_option
@color_option
def hint(
    task_id: str | None, everything: bool, exercise_folder: Path | None, color: bool | None
) -> None:
    """Show the next hint for TASK (default: the first task that is not done).

    Example: grader hint mul
    """
    from grader import progress

    exercise = load_exercise(exercise_folder)
    folder = Path.cwd()
    memory = progress.load(folder, exercise.id)
    known = [task.id for task in exercise.tasks]
    undone = [name for name in known if not progress.solved(memory, name)]
    wanted = task_id or (undone or known)[0]
    if wanted not in known:
        raise UsageProblem(f"there is no task {wanted}: the tasks are {', '.join(known)}")
    task = exercise.task(wanted)
    screen = console(color)
    if progress.solved(memory, wanted) and task.explanation and not everything:
        _say(screen, f"{task.id} is done. Why it works:", task.explanation)
        return
    if not task.hints:
        raise UsageProblem(f"the exercise has no hints for {wanted}")
    if everything:
        for place, text in enumerate(task.hints):
            _say(screen, f"{task.id} · hint {place + 1} of {len(task.hints)}", text)
        return
    repeated = memory.hints.get(wanted, 0) >= len(task.hints)
    memory, place = progress.next_hint(memory, wanted, len(task.hints))
    progress.save(folder, memory)
    last = " (the last one)" if repeated else ""
    _say(screen, f"{task.id} · hint {place + 1} of {len(task.hints)}{last}", task.hints[place])


def _say(screen: object, heading: str, text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.text import Text

    from grader.render.mathematics import unicode

    assert isinstance(screen, Console)
    screen.print(Text(heading, style="bold"))
    screen.print(Markdown(unicode(text), hyperlinks=False))
    screen.print()
