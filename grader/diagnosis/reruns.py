"""Failing programs, run again with their sets in other orders: what differs is no evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from grader.diagnosis.observations import ORDERS_AGAIN, differing, observed
from grader.diagnosis.smallest import ask_all
from grader.diagnosis.work import CutShort, Work
from grader.model.check import CheckRecord
from grader.model.program import Program
from grader.target.base import Asked, TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.results import decoded
from grader.text.words import said

VARIES = said(
    "Run again on its own, this check gave different values: the result depends on chance, or on "
    "what ran before"
)

SET_ORDER = said(
    "The result depends on the order in which a set is walked, which Python does not promise: in "
    "another order this check gives other values"
)

HAD_TO_BE_STOPPED = said("Run again on its own, this check had to be stopped")

ALL_ORDERS = tuple(range(8))
"""Orders of sets in which a program must fail to be shown for a result that depends on them."""

Answers = tuple[bytes, ...]


class Reruns:
    """Asks failing programs again, with their sets in other orders. Explains a difference, never
    rescues: a note for each check that differed, and which of its observations varied."""

    def __init__(
        self, asked: Callable[[str], Asked | None], methods: frozenset[str], work: Work
    ) -> None:
        self.asked = asked
        self.work = work
        self.methods = methods  # by which the place of an exception is told
        self.notes: dict[str, str] = {}
        self.varying: dict[str, frozenset[int]] = {}

    def ask(self, target: BoxedTarget, failing: Sequence[CheckRecord]) -> None:
        """Compares what the checks' programs give now with what was seen first."""
        again = [
            (record, self.asked(record.spec.id) or Asked(record.program))
            for record in failing
            if record.results
        ]
        self._compare(target, again, ORDERS_AGAIN)
        if SET_ORDER in self.notes.values():
            # a few orders may agree by chance
            rest = [one for one in again if one[0].spec.id not in self.notes]
            self._compare(target, rest, (*ORDERS_AGAIN[:1], *ALL_ORDERS[len(ORDERS_AGAIN) :]))

    def _compare(
        self,
        target: BoxedTarget,
        again: Sequence[tuple[CheckRecord, Asked]],
        orders: Sequence[int],
    ) -> None:
        """Notes what differs in these orders, of which the first is the programs' own."""
        if not again:
            return
        together: list[Answers | None] = [None] * len(again)
        # where one of them has to be stopped, each is asked for itself
        with suppress(TargetFailure):
            together[:] = _in_orders(target, [one.program for _, one in again], orders, self.work)
        for (record, one), answers in zip(again, together, strict=True):
            try:
                mine = answers or _in_orders(target, [one.program], orders, self.work)[0]
                if all(answer == one.answer for answer in mine):
                    continue
                note, changed = self._compared(target, record, one.program, mine)
            except TargetFailure as failure:
                if failure.may_be_load:
                    raise CutShort from None
                places = range(len(observed(record.results, self.methods)))
                note, changed = HAD_TO_BE_STOPPED, frozenset(places)
            if note:
                self.notes[record.spec.id], self.varying[record.spec.id] = note, changed

    def _compared(
        self, target: BoxedTarget, record: CheckRecord, program: Program, answers: Answers
    ) -> tuple[str, frozenset[int]]:
        """A note where the answers differ from what was seen first, and the places that differ."""
        before = observed(record.results, self.methods)
        # in its own order before and after the others: what was kept from other runs shows there
        same_order = [answers[0], *ask_all(target, [program], 0, self.work)]

        def changed(given: Sequence[bytes]) -> frozenset[int]:
            runs = (observed(decoded(answer, program.steps), self.methods) for answer in given)
            return frozenset[int]().union(*(differing(before, run) for run in runs))

        repeated, varied = changed(same_order), changed([*same_order, *answers])
        if repeated:
            return VARIES, varied
        return SET_ORDER if varied else "", varied


def _in_orders(
    target: BoxedTarget, programs: Sequence[Program], orders: Sequence[int], work: Work
) -> list[Answers]:
    """The answers to each program, one for each order."""
    return list(zip(*(ask_all(target, programs, order, work) for order in orders), strict=True))
