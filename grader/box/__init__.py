"""Where submissions run: the registry of boxes, and the choice of one.

`choose("auto", ...)` takes the strongest level that holds on this machine; a level asked for by
name that does not hold is refused: nobody is graded under less protection than was asked for.
A box layer is a file of this folder and a line here; third parties bring none, since they could
weaken it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.text.words import said

if TYPE_CHECKING:
    from grader.box.base import Box
    from grader.box.choice import Candidate
    from grader.box.inventory import Survey
    from grader.box.layered import LayeredBox
    from grader.box.packages import Bundle
    from grader.model.exercise import Exercise

CHOICES = ("auto", "strict", "kernel", "none")
_CANDIDATES = {
    "auto": ("strict", "kernel", "none"),
    "strict": ("strict",),
    "kernel": ("kernel", "strict"),
}


def choose(level: str, exercise: Exercise) -> Box:
    """A box of that level or, where one was asked for by name, a stronger one.

    IsolationUnavailable when this machine cannot give it. A level asked for by name is proved
    here; `auto` goes on while its proof is under way, and takes what holds. Fault where too few
    files may be open, or too few processes started.
    """
    from grader.box.allowance import refuse_scarcity

    refuse_scarcity()
    if not sys.platform.startswith("linux"):
        return _elsewhere(level, exercise)
    if level == "none":
        from grader.box.layered import PlainBox

        return PlainBox(exercise.limits, packages=_packages(exercise))
    from grader.box.choice import ChosenBox

    candidates = [(name, _candidate(name, level, exercise)) for name in _CANDIDATES[level]]
    box = ChosenBox(level, candidates)
    if level != "auto":
        box.prove()
    return box


def _candidate(name: str, asked: str, exercise: Exercise) -> Candidate:
    def start(failed: dict[str, str]) -> LayeredBox:
        if name == "strict":
            from grader.box.bubblewrap import strict_box

            return strict_box(exercise)
        from grader.box.layered import kernel_box

        absent = {
            "namespaces": failed.get("strict", said("left out at level {asked}", asked=asked))
        }
        if name == "none":
            absent["kernel"] = failed["kernel"]
        return kernel_box(exercise, absent, name)

    return start


def _elsewhere(level: str, exercise: Exercise) -> Box:
    reason = said("there are no kernel layers for {platform} yet", platform=sys.platform)
    if level in {"strict", "kernel"}:
        from grader.box.base import LevelUnavailable

        raise LevelUnavailable(level, reason)
    from grader.box.base import settings
    from grader.box.policy import plain_plan
    from grader.box.portable import PortableBox

    told = settings(exercise.limits, plain_plan(exercise.limits, reason))
    folders = [one.folder for one in _packages(exercise)]
    return PortableBox(told, reason, folders)


def _packages(exercise: Exercise) -> list[Bundle]:
    if not exercise.packages:
        return []
    from grader.box.packages import bundles

    return bundles(exercise.packages)


def survey(exercise: Exercise) -> Survey:
    """What isolates on this machine, and what is missing: every level is tried.

    Fault where too few files may be open, or too few processes started, to try.
    """
    from grader.box.allowance import refuse_scarcity

    refuse_scarcity()
    from grader.box import inventory

    return inventory.survey(exercise)


__all__ = ["CHOICES", "choose", "survey"]
