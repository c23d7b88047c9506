"""What must hold before feedback is given: a sound gradebook of this exercise, a clear place."""

from __future__ import annotations

from pathlib import Path

from grader.batch.feedback.pages import FOLDER
from grader.batch.run import refuse_other_exercise
from grader.batch.sound import sound_run
from grader.gradebook.conditions import conditions_of
from grader.gradebook.runs import Run
from grader.gradebook.store import Gradebook
from grader.model.errors import ExerciseProblem, UsageProblem
from grader.model.exercise import Exercise
from grader.model.files import sweep
from grader.text.words import said


def refuse_obstacles(folder: Path) -> None:
    """UsageProblem for a file where a folder goes. What a killed run left is taken away."""
    for path in (folder, folder / FOLDER):
        if path.exists() and not path.is_dir():
            raise UsageProblem(
                said("{path} is a file, and a folder is written there", path=path),
                next_move=said("Move it."),
            )
        sweep(path)


def last_run(book: Gradebook, exercise: Exercise) -> Run:
    """The run that the gradebook's marks are of. UsageProblem where no feedback can be given."""
    refuse_other_exercise(book, exercise)
    last = sound_run(book)
    theirs = conditions_of(book, last.conditions).exercise_digest
    if theirs != exercise.digest:
        raise ExerciseProblem(
            said(
                "the class was graded with the exercise {theirs}, this is {ours}",
                theirs=theirs[:12],
                ours=exercise.digest[:12],
            ),
            next_move=said("Name the same exercise with --exercise."),
        )
    return last
