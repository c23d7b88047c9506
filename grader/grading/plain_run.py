"""A battery as plain pytest: `pytest tests/battery --submission FILE`."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from grader.box import choose
from grader.exercise.trusted import load_in_process
from grader.grading.state import State, seed_for
from grader.intake.take import take
from grader.model.exercise import Exercise
from grader.target.boxed import BoxedTarget
from grader.target.in_process import InProcessTarget

UNLIMITED_S = 7 * 24 * 3600.0


def plain_state(exercise: Exercise, submission: str | None, *, in_process: bool) -> State:
    """State for `pytest tests/battery`: one submission (by default the reference), every check run,
    nothing blocked. Raises GraderError."""
    path = Path(submission) if submission else exercise.reference_file
    taken = take(path, exercise.module_file)
    seed = seed_for(exercise.digest, exercise, taken)
    if in_process:
        module = load_in_process(taken.main_file.text, exercise.contract.module, taken.main)
        return State(exercise, InProcessTarget(module, [taken.main]), seed)
    box = choose("auto", exercise)
    # a plain run may hold other tests, or a debugger: only a grading has a budget as a whole
    limits = replace(exercise.limits, submission_s=UNLIMITED_S)
    target = BoxedTarget(box, taken, exercise.contract, limits)
    state = State(exercise, target, seed)

    def end() -> None:
        target.close()
        box.close()

    state.close = end
    return state
