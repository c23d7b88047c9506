"""An author's solutions as learners would hand them in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.exercise.content import solution_files
from grader.exercise.inheriting import completed
from grader.intake.take import take_files, take_source
from grader.model.exercise import Exercise, Submission


def place_of(exercise: Exercise, path: Path) -> str:
    """A file of the exercise as authors are told of it."""
    return path.relative_to(exercise.root).as_posix()


def sources_at(exercise: Exercise, path: Path) -> dict[str, bytes]:
    """The source of an author's solution, by the modules' file names, with what it inherits."""
    files = solution_files(exercise, path)
    return {name: completed(exercise, name, file) for name, file in files.items()}


def submission_of(exercise: Exercise, name: str, sources: Mapping[str, bytes]) -> Submission:
    """An author's solution as a learner would hand it in. Raises SubmissionRefused."""
    if len(sources) > 1:
        return take_files(name, sources, exercise.module_file)
    return take_source(name, sources[exercise.module_file], exercise.module_file)
