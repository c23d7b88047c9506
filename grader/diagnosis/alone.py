"""What a smallest program gives when it is run alone, as a learner runs it.

What is shown is the first answer of a fresh worker. That worker is then asked once more, in other
orders of sets too: where an answer differs it is said, and no step is blamed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from grader.diagnosis.blame import Blame
from grader.diagnosis.reruns import ALL_ORDERS
from grader.diagnosis.smallest import Candidate, Finding, Shown
from grader.target.base import TargetFailure
from grader.text.words import said

KEPT = said(
    "Run after other programs, this one gave other values: something is kept between two graphs"
)

BY_HAND = said(
    "What the program shown gives depends on the order in which a set is walked, which Python does "
    "not promise: run by hand, it may give other values"
)


class Alone(NamedTuple):
    """What a program shows when it is run alone, if anything, what is to be said of that, and the
    step at fault, where it can be told."""

    shown: Shown | None
    note: str = ""
    blamed: int | None = None


def run_alone(
    blame: Blame, one: Shown, shows: Callable[[Candidate, bytes], Finding | None]
) -> Alone:
    """Runs a program in a fresh worker of the blame's target. TargetFailure where it gives no
    answer, or where the machine's load may be the reason for a later one that does not come."""
    target, program = blame.target, one.candidate.program
    target.discard()
    (answer,) = target.ask_all([program])
    note = "" if answer == one.answer else KEPT
    finding = shows(one.candidate, answer)
    if finding is None:
        return Alone(None, note)
    shown = Shown(one.candidate, answer, finding)
    try:
        if target.ask_all([program]) != [answer]:
            return Alone(shown, note)
        if any(target.ask_all([program], order) != [answer] for order in ALL_ORDERS[1:]):
            return Alone(shown, note or BY_HAND)
        return Alone(shown, note, blame.step(finding))
    except TargetFailure as failure:
        if failure.may_be_load:
            raise
    return Alone(shown, note)
