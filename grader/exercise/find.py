"""Where the exercise is: the folder that was named, or the bundled one."""

from __future__ import annotations

import os
import re
from pathlib import Path

from grader.model.errors import ExerciseMissing, ExerciseProblem
from grader.text.words import said

MANIFEST = "tasks.yaml"

HANDED_OUT = "exercise.json"
"""What learners get in place of a manifest (`grader.exercise.handed_out`)."""

LARGEST_HANDED_OUT = 16 << 20
"""Bytes of a file of a handout that are read."""

EXERCISE_VARIABLE = "AUTOGRAD_GRADER_EXERCISE"


def find(folder: Path | None) -> Path:
    """The folder as it was named, which holds a manifest. ExerciseProblem."""
    next_move = said("Give the folder that holds {manifest}.", manifest=MANIFEST)
    if folder is None and (named := os.environ.get(EXERCISE_VARIABLE)):
        folder = Path(named)
        next_move = said(
            "Correct or unset {exercise_variable}: it names this folder.",
            exercise_variable=EXERCISE_VARIABLE,
        )
    if folder is None:
        return bundled()
    if not folder.exists():
        raise ExerciseMissing(
            said("{folder}: there is no such folder.", folder=folder), next_move=next_move
        )
    if not folder.is_dir():
        raise ExerciseProblem(said("{folder}: this is a file.", folder=folder), next_move=next_move)
    if (folder / MANIFEST).is_file():
        return folder
    why = said("{folder}: no {manifest} in this folder.", folder=folder, manifest=MANIFEST)
    if (folder / HANDED_OUT).is_file():
        why = said("{folder}: this is what learners get, with visible checks alone.", folder=folder)
    raise ExerciseProblem(why, next_move=next_move)


def bundled() -> Path:
    """The folder of the exercise that came with the grader. ExerciseProblem where none did."""
    package = Path(__file__).resolve().parents[1]
    if (package / "_bundle" / MANIFEST).is_file():
        return package / "_bundle"
    # tasks.yaml alone proves nothing: site-packages may hold a stray one.
    checkout, project = package.parent, package.parent / "pyproject.toml"
    if (checkout / MANIFEST).is_file() and project.is_file():
        text = project.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^name\s*=\s*[\"']autograd-grader[\"']", text, re.MULTILINE):
            return checkout
    raise ExerciseProblem(
        said("This installation of the grader carries no exercise."),
        next_move=said(
            "Work in the folder that you were given (`grader check` needs nothing else), or name "
            "an exercise folder with --exercise."
        ),
    )


def read_bytes(path: Path, shown: Path) -> bytes:
    """The content of a file. ExerciseProblem, with its name as it is shown."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExerciseProblem(
            said("{shown}: cannot be read ({error}).", shown=shown, error=error.strerror or error),
            next_move=said("Check that the file is there and that you may read it."),
        ) from None
