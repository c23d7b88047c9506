"""`grader init`: the starter, in a folder of the learner's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.cli.common import load_exercise, verb
from grader.cli.options import exercise_option
from grader.model.errors import UsageProblem
from grader.text.words import _, said


@verb()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@exercise_option
def init(folder: Path, exercise_folder: Path | None) -> None:
    """Write the starter files into FOLDER (default: here). Never overwrites a file.

    Example: grader init my-work
    """
    exercise = load_exercise(exercise_folder)
    sources = [exercise.root / name for name in exercise.handout]
    targets = [folder / source.name for source in sources]
    for target in targets:
        if target.exists() or target.is_symlink():
            raise UsageProblem(
                said("{target} is already there; nothing was written", target=target),
                next_move=said("Name another folder, or move that file away first."),
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in zip(sources, targets, strict=True):
            with target.open("xb") as stream:
                stream.write(source.read_bytes())
            click.echo(_("wrote {path}").format(path=target))
    except OSError as error:
        raise UsageProblem(
            said(
                "cannot write into {folder}: {error}", folder=folder, error=error.strerror or error
            )
        ) from None
    where = "" if folder.resolve() == Path.cwd() else f"cd {_quoted(folder)} && "
    command = f"{where}grader show {exercise.tasks[0].id}"
    click.echo(_("Next: {command}").format(command=command))


def _quoted(folder: Path) -> str:
    if sys.platform == "win32":
        return f'"{folder}"' if " " in str(folder) else str(folder)
    import shlex

    return shlex.quote(os.fspath(folder))
