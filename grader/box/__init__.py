"""Where submissions run: the registry of boxes, and the choice of one.

`choose("auto", ...)` takes the strongest level that this machine offers; a level asked for by
name that is not there is refused: nobody is graded under less protection than was asked for.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.errors import IsolationUnavailable

if TYPE_CHECKING:
    from grader.box.base import Box
    from grader.model import Exercise

CHOICES = ("auto", "strict", "kernel", "none")


def choose(level: str, exercise: Exercise) -> Box:
    """A box of that level. IsolationUnavailable when this machine cannot give it."""
    if level in {"strict", "kernel"}:
        raise IsolationUnavailable(
            f"isolation level {level} is not to be had here",
            next_move="`grader doctor` says what is missing.",
        )
    return _without_layers(exercise)


def _without_layers(exercise: Exercise) -> Box:
    if not sys.platform.startswith("linux"):
        from grader.box.plain import plain_plan, settings
        from grader.box.portable import PortableBox

        plan = settings(exercise.limits, plain_plan(exercise.limits))
        return PortableBox(plan, f"not available on {sys.platform}")
    from grader.box.plain import PlainBox

    return PlainBox(exercise.limits, {"kernel": "not switched on"})
