"""autograd-grader: grades an implementation of a small exercise in a jailed process.

The public door: `load_exercise` reads an exercise folder, `take` takes a submission in, `grade`
gives its `Report`.

A submission's way: `cli` -> `exercise` (the folder is read) -> `intake` (the file is taken in) ->
`grading` (a pytest session; its checks drive remote objects of `target` into the `box`, where
`inside` carries out their `program`) -> `diagnosis` (why it is wrong) -> `report` -> `render` and
`export`. The records that go from room to room are in `model`, the words in `text`. A class of
submissions goes through `course`, `batch`, `gradebook`; `author` proves an exercise; `service`
grades what comes in over a pipe or over HTTP.
"""

# No import up here, not even of `typing`: under `python -m grader` the working folder is still
# first on the path when this is read, and a learner's file of that name may lie there.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from grader.exercise.load import load as load_exercise
    from grader.grading.pipeline import Options, grade
    from grader.intake.take import take
    from grader.model.exercise import Exercise, Submission
    from grader.model.report import Report

__all__ = [
    "Exercise",
    "Options",
    "Report",
    "Submission",
    "grade",
    "load_exercise",
    "take",
]

_HOMES = {
    "Exercise": ("grader.model.exercise", "Exercise"),
    "Options": ("grader.grading.pipeline", "Options"),
    "Report": ("grader.model.report", "Report"),
    "Submission": ("grader.model.exercise", "Submission"),
    "grade": ("grader.grading.pipeline", "grade"),
    "load_exercise": ("grader.exercise.load", "load"),
    "take": ("grader.intake.take", "take"),
}


def __getattr__(name: str) -> object:
    # imported when asked for: a command that needs one room does not pay for all of them
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
