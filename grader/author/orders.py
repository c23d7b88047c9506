"""Proves that no known mistake passes by luck where the order of a set decides what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.author.proof import Defect, Ledger
from grader.author.trials import PatientTarget, Trials
from grader.diagnosis.observations import Hypothesis, Observations, agrees, observed
from grader.model.program import Program
from grader.target.base import TargetTimeout
from grader.text.words import said, said_many

ORDERS = 20

Asked = tuple[Program, Observations]
"""A check's program, and what the reference gives."""


def prove_orders(trials: Trials, ledger: Ledger, told: Callable[[str, int, int], None]) -> None:
    """Tries every known mistake, in every form of the given parts, in that many orders of sets."""
    right = trials.of_file(trials.exercise.reference).records
    asked = [(Program.of(r.steps), observed(r.results)) for r in right if r.results]
    asked.sort(key=lambda one: len(one[0].steps))
    mistakes = trials.replayer.mistakes
    lucky = []
    for number, mistake in enumerate(mistakes, start=1):
        for form in (None, *trials.replayer.patches.forms):
            hypothesis = (mistake,) if form is None else (form, mistake)
            order = _lucky_order(trials, hypothesis, asked)
            if order is not None:
                name = " + ".join(one.id for one in hypothesis)
                what = said("it passes every check in order {order} of its sets", order=order)
                move = said("Add a check that it fails in any order.")
                lucky.append(Defect("orders", name, what, move))
        told(said("orders of sets"), number, len(mistakes))
    ledger.enter("orders", said_many("{number} order", "{number} orders", number=ORDERS), lucky)


def _lucky_order(trials: Trials, hypothesis: Hypothesis, asked: Sequence[Asked]) -> int | None:
    """The first order in which all programs give what the reference gives, or None."""
    waiting = list(asked)
    for order in range(ORDERS):
        module = trials.replayer.module(hypothesis)
        target = PatientTarget(module, trials.exercise)
        caught = next((one for one in waiting if not _is_right(target, one, order)), None)
        if caught is None:
            return order
        # what failed in one order mostly fails in the next
        waiting.remove(caught)
        waiting.insert(0, caught)
    return None


def _is_right(target: PatientTarget, asked: Asked, order: int) -> bool:
    program, right = asked
    try:
        results = target.run(program.steps, salt=program.salt(order))
    except TargetTimeout:
        return False
    return agrees(right, observed(results))
