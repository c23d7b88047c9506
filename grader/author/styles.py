"""Proves that every right style has full marks, those that inherit from the reference included."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.author.proof import Defect, Ledger
from grader.author.solutions import place_of
from grader.author.trials import Trial, Trials, author_module
from grader.exercise.content import right_styles
from grader.exercise.inheriting import MARK, TAKEN
from grader.exercise.trusted import modules_of
from grader.grading.score import message_of
from grader.model.exercise import Exercise
from grader.target.base import LoadFailed
from grader.text.message import Message
from grader.text.words import joined, said, said_many


def prove_styles(trials: Trials, ledger: Ledger, told: Callable[[str, int, int], None]) -> None:
    """Every other right solution gets full marks too."""
    paths = right_styles(trials.exercise)
    found: list[Defect] = []
    for number, path in enumerate(paths, start=1):
        found += _defects(trials, path)
        told(said("right styles"), number, len(paths))
    detail = said_many("{number} style", "{number} styles", number=len(paths))
    ledger.enter("styles", detail, found)


def _defects(trials: Trials, path: Path) -> Iterator[Defect]:
    exercise = trials.exercise
    where = place_of(exercise, path)
    try:
        module = author_module(exercise, path)
    except LoadFailed as failure:
        yield Defect("styles", where, failure.message, said("Mend it."))
        return
    move = _of_lacking(exercise, module) or _of_taken(module)
    yield from lost(trials.of_module(path.name, module), "styles", where, move)


def _of_lacking(exercise: Exercise, module: types.ModuleType) -> Message | None:
    """What to do where a hole is not filled in a style: the next move."""
    modules = {one.__name__: one for one in modules_of(module)}
    for task in exercise.tasks:
        held, name = exercise.contract.place(task.hole or "")
        if name and _is_lacking(modules[held], name):
            return said(
                "Define {hole} there, or take it from the reference with the line `{mark}` near "
                "the top.",
                hole=task.hole,
                mark=MARK,
            )
    return None


def _is_lacking(module: types.ModuleType, name: str) -> bool:
    found: object = module
    for part in name.split("."):
        if getattr(found, part, None) is getattr(object, part, None):
            return True
        found = getattr(found, part)
    return False


def _of_taken(module: types.ModuleType) -> Message | None:
    """What to do where a style does not work with what it took from the reference."""
    taken = [f"`{name}`" for one in modules_of(module) for name in vars(one).get(TAKEN, ())]
    if not taken:
        return None
    return said(
        "It has {names} from the reference, which may not fit it: define it there, or let the "
        "reference's use only what is graded.",
        names=joined(", ", taken),
    )


def lost(trial: Trial, proof: str, where: str, move: Message | None = None) -> Iterator[Defect]:
    """At most one defect for one solution: where it first loses points, and how often more."""
    if not trial.failures:
        return
    first, *others = trial.failures
    why = message_of(first) or first.outcome.value
    move = move or said(
        "Mend the check, unless the code is wrong: a right solution never loses points."
    )
    what = said("loses points at {check} ({why})", check=first.spec.id, why=why)
    if others:
        what = said_many(
            "loses points at {check} ({why}), and at {number} more check",
            "loses points at {check} ({why}), and at {number} more checks",
            number=len(others),
            check=first.spec.id,
            why=why,
        )
    yield Defect(proof, where, what, move)
