"""A battery as plain pytest: `pytest tests/battery --submission FILE`."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from grader.box import choose
from grader.exercise.trusted import load_files
from grader.grading.state import State, seed_for
from grader.intake.take import take, take_files
from grader.model.exercise import Exercise
from grader.target.boxed import BoxedTarget
from grader.target.in_process import InProcessTarget

UNLIMITED_S = 7 * 24 * 3600.0


def plain_state(exercise: Exercise, submission: str | None, *, in_process: bool) -> State:
    """State for `pytest tests/battery`: one submission (by default the reference), every check run,
    nothing blocked. Raises GraderError."""
    contract = exercise.contract
    if submission:
        taken = take(Path(submission), exercise.module_file)
    else:
        own = {path.name: path.read_bytes() for path in exercise.reference_files}
        taken = take_files(exercise.module_file, own, exercise.module_file)
    seed = seed_for(exercise.digest, exercise, taken)
    if in_process:
        texts = {file.path: (file.path, file.text) for file in taken.files}
        module = load_files(contract, texts)
        return State(exercise, InProcessTarget(module, list(texts)), seed)
    box = choose("auto", exercise)
    # a plain run may hold other tests, or a debugger: only a grading has a budget as a whole
    limits = replace(exercise.limits, submission_s=UNLIMITED_S)
    target = BoxedTarget(box, taken, contract, limits)
    state = State(exercise, target, seed)

    def end() -> None:
        target.close()
        box.close()

    state.close = end
    return state
