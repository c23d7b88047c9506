"""Asks a submission many checks' programs in one message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from grader.grading.result_cache import AskableTarget
from grader.grading.state import State
from grader.model.check import CheckSpec, Visibility
from grader.model.program import Program
from grader.target.base import Asked, TargetFailure


def asked_together(state: State, programs: Mapping[CheckSpec, Program]) -> dict[str, Asked]:
    """The answers by check, asked in one message for the visible checks and in one more, to a
    worker of its own, for all others. Those of a message that brought something else are left out:
    they have to be asked one by one, in a fresh worker."""
    answers: dict[str, Asked] = {}
    for is_visible in (True, False):
        group = {
            spec.id: program
            for spec, program in programs.items()
            if (spec.visibility is Visibility.VISIBLE) == is_visible
        }
        if group:
            answers |= _in_one_message(cast(AskableTarget, state.targets[is_visible]), group)
    return answers


def _in_one_message(target: AskableTarget, programs: Mapping[str, Program]) -> dict[str, Asked]:
    try:
        raw = target.ask_all(list(programs.values()))
    except TargetFailure:
        raw = None
    # of what was printed, each check is to show what was printed in it
    if raw is None or target.output() is not None:
        target.start_over()
        return {}
    pairs = zip(programs.items(), raw, strict=True)
    return {check: Asked(program, answer) for (check, program), answer in pairs}


def asked_alone(state: State, program: Program) -> Asked:
    """The answer to one program, or the failure that it was."""
    try:
        (answer,) = cast(AskableTarget, state.target).ask_all([program])
    except TargetFailure as failure:
        return Asked(program, failure=failure)
    return Asked(program, answer)
