"""`grader init`: the starter, in a folder of the learner's own."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from pathlib import Path

import click

from grader.cli.attempts import FILE as PROGRESS
from grader.cli.common import learners_exercise, load_exercise, verb
from grader.cli.options import exercise_option, task_option
from grader.exercise.find import HANDED_OUT, LARGEST_HANDED_OUT, read_bytes
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.model.exercise import Exercise, known_task
from grader.model.files import atomic_write
from grader.text.words import _, said

IGNORE_FILE = ".gitignore"


@verb()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@task_option("--reset", _("Put this task's hole back into the file; a copy of it is kept."))
@exercise_option
def init(folder: Path, task_id: str | None, exercise_folder: Path | None) -> None:
    """Write the starter files into FOLDER (default: here). Never overwrites a file.

    Example: grader init my-work
    """
    here = folder if folder.is_dir() else folder.parent
    exercise = learners_exercise(exercise_folder, *((here,) if task_id else ()), Path())
    try:
        if task_id is not None:
            _reset(folder, exercise, task_id)
        else:
            _write(folder, exercise)
    except OSError as error:
        raise UsageProblem(
            said(
                "cannot write into {folder}: {error}", folder=folder, error=error.strerror or error
            )
        ) from None
    where = (
        "" if folder.resolve() == Path.cwd() or folder.is_file() else f"cd {_quoted(folder)} && "
    )
    command = f"{where}grader show {task_id or exercise.tasks[0].id}"
    click.echo(_("Next: {command}").format(command=command))


def _write(folder: Path, exercise: Exercise) -> None:
    """The starter's files, and a `.gitignore` for what `grader check` keeps beside them."""
    files = _given(exercise)
    for target in (folder / name for name in files):
        if target.exists() or target.is_symlink():
            raise UsageProblem(
                said("{target} is already there; nothing was written", target=target),
                next_move=said("Name another folder, or move that file away first."),
            )
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        _create(folder / name, data)
        click.echo(_("wrote {path}").format(path=folder / name))
    click.echo(_("`grader check` keeps your progress in {file}.").format(file=PROGRESS))
    ignore = folder / IGNORE_FILE
    if not ignore.exists() and not ignore.is_symlink():
        _create(ignore, f"{PROGRESS}\n".encode())
        click.echo(_("wrote {path}").format(path=ignore))
    elif PROGRESS not in ignore.read_bytes().decode("utf-8", "replace").split():
        words = _("Add the line {line} to {path}, so that git passes it by.")
        click.echo(words.format(line=PROGRESS, path=ignore))


def _given(exercise: Exercise) -> dict[str, bytes]:
    """The files of the handout as they are at first, by their names; with the file by which the
    exercise is known here, where it is not the one that came with the grader."""
    if exercise.public is None:
        files = {Path(one).name: (exercise.root / one).read_bytes() for one in exercise.handout}
        return files if _is_usual(exercise) else {**files, HANDED_OUT: _handed_out(exercise)}
    begun = {name: text.encode() for name, text in exercise.public.starter.items()}
    beside = [exercise.root.parent / name for name in exercise.handout if name not in begun]
    files = {path.name: _beside(path) for path in beside}
    return {**begun, **files, exercise.root.name: exercise.root.read_bytes()}


def _is_usual(exercise: Exercise) -> bool:
    with contextlib.suppress(ExerciseProblem):
        return exercise.root == load_exercise(None).root
    return False


def _handed_out(exercise: Exercise) -> bytes:
    from grader.author.publish import publish
    from grader.exercise.handed_out import handed_out

    return handed_out(exercise, publish(exercise).public)


def _beside(path: Path) -> bytes:
    """A file of a handout. ExerciseProblem for what is none: a link, a pipe, a device."""
    is_file = path.is_file() and not path.is_symlink()
    if not is_file or path.stat().st_size > LARGEST_HANDED_OUT:
        raise ExerciseProblem(
            said("{path}: this is not the file that was handed out.", path=path),
            next_move=said("Unpack the handout again."),
        )
    return read_bytes(path, path)


def _reset(folder: Path, exercise: Exercise, task_id: str) -> None:
    """The task's hole as it was at first, in a file whose copy is kept beside it."""
    from grader.exercise.content import starter_texts
    from grader.exercise.holes import restored

    known_task(exercise, task_id)
    place = exercise.hole_place(exercise.task(task_id))
    if place is None:
        raise UsageProblem(
            said("{task} has no hole: there is nothing to write in it", task=task_id)
        )
    name, hole = place
    file = folder if folder.is_file() else folder / name
    if not file.is_file():
        raise UsageProblem(
            said("{shown}: there is no such file or folder.", shown=file),
            next_move=said("Name the folder that holds {file}.", file=name),
        )
    data = file.read_bytes()
    try:
        text = restored(data.decode(), starter_texts(exercise)[name], hole)
    except UnicodeDecodeError:
        raise UsageProblem(
            said("{file} is not UTF-8 text; nothing was written", file=file)
        ) from None
    if text is None:
        raise UsageProblem(
            said("there is no {hole} in {file}; nothing was written", hole=hole, file=file),
            next_move=said("`grader init` with a new folder writes the starter once more."),
        )
    copy = _copy(file, data)
    atomic_write(file.resolve(), text.encode())
    words = _("{hole} in {file} is as it was at first; your file until now is {copy}")
    click.echo(words.format(hole=hole, file=file, copy=copy))


def _copy(file: Path, data: bytes) -> Path:
    """A new file beside it that holds the same."""
    for number in itertools.count(1):
        copy = file.with_name(f"{file.name}.before-reset-{number}")
        with contextlib.suppress(FileExistsError):
            _create(copy, data)
            return copy
    raise AssertionError


def _create(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)


def _quoted(folder: Path) -> str:
    if sys.platform == "win32":
        return f'"{folder}"' if " " in str(folder) else str(folder)
    import shlex

    return shlex.quote(os.fspath(folder))
