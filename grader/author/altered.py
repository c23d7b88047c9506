"""What a check makes of other answers than the reference's.

Theory of operation. A check that was drawn up from one run is known to take the reference's
answers, and not what else it would take. So each answer that it looked at is altered, one at a
time; the check is run by the battery on a reference that answers so, and judged as it was drawn up.
Where the battery takes what the other refuses, the answer is left out of the check if the battery
takes anything there, compared more loosely if only its kind is free, and else learners do not get
the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from grader.grading.caching_runner import CachingRunner
from grader.grading.public_check import judge
from grader.grading.pytest_internals import run_without_report
from grader.grading.state import State, recorder_for
from grader.model.check import Outcome
from grader.model.exercise import Exercise
from grader.model.program import Data, Output, Plain, Result, Step, operand_of
from grader.model.public import PublicCheck
from grader.target.base import Target, TargetFailure
from grader.target.recorder import SubmissionError

KIND = "kind"
"""Altered in nothing but list or tuple, or in how a truth is told."""

LARGEST = 1e15
"""Where floats are whole numbers, there is none close to another."""

COUNTS = (["op", "len"], ["op", "int"])
"""Steps whose answer a check gets as a whole number, whatever came."""


class Verdicts(NamedTuple):
    """Whether a check passes by the battery, and as it was drawn up; `ended`: in time."""

    battery: bool
    drawn: bool
    ended: bool


class Both:
    """Judges checks both ways."""

    def __init__(self, exercise: Exercise, runner: CachingRunner, seed: int) -> None:
        self.exercise = exercise
        self.runner = runner
        self.seed = seed

    def of(self, item: pytest.Item, check: PublicCheck, target: Target) -> Verdicts:
        """Both verdicts on what the target answers."""
        state = State(self.exercise, target, self.seed)
        self.runner.begin(state)
        run_without_report(item)
        outcome = self.runner.record(state, item).outcome
        if outcome is Outcome.TIMEOUT:
            return Verdicts(False, False, False)
        try:
            judge(check, recorder_for(self.exercise.contract, target))
        except (SubmissionError, AssertionError, TargetFailure):
            return Verdicts(outcome is Outcome.PASSED, False, True)
        return Verdicts(outcome is Outcome.PASSED, True, True)


class AlteredTarget:
    """A target, one of whose answers is another one."""

    def __init__(self, inner: Target, step: int, value: Data) -> None:
        self.inner = inner
        self.step = step
        self.value = value

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`."""
        results = self.inner.run(steps, first, salt)
        if first <= self.step < first + len(results):
            results[self.step - first] = Plain(self.value)
        return results

    def output(self) -> Output | None:
        """See `Target.output`."""
        return self.inner.output()


def settled(
    both: Both, item: pytest.Item, check: PublicCheck, reference: Callable[[], Target]
) -> PublicCheck | None:
    """The check, as strict as the battery is; None where its program cannot say how strict."""

    def refused(at: int, values: Sequence[tuple[str, Data]]) -> list[str]:
        """In what those values are altered that the battery alone takes."""
        verdicts = [
            (kind, both.of(item, check, AlteredTarget(reference(), at, value)))
            for kind, value in values
        ]
        return [kind for kind, seen in verdicts if seen.battery and not seen.drawn]

    exchanges, asked = [], _steps(check)
    for exchange in check.exchanges:
        gives, loose = dict(exchange.gives), []
        for at, wire in exchange.gives.items():
            values = list(others(operand_of(wire), is_count=asked[at][:2] in COUNTS))
            taken = refused(at, values)
            if len(taken) == len(values):
                del gives[at]
            elif set(taken) == {KIND}:
                loose.append(at)
            elif taken:
                return None
        if any(refused(at, [(KIND, _items_of(check, asked, at))]) for at in exchange.objects):
            return None
        exchanges.append(replace(exchange, gives=gives, loose=tuple(loose)))
    return replace(check, exchanges=tuple(exchanges))


def _steps(check: PublicCheck) -> list[list[Any]]:
    """All steps of a check as they cross, an empty one for a reading's."""
    steps = list[list[Any]]()
    for exchange in check.exchanges:
        steps += [*exchange.steps, *([[]] if exchange.reading is not None else ())]
    return steps


def others(value: Data, *, is_count: bool = False) -> Iterator[tuple[str, Data]]:
    """Values that are not this one, each with what is altered; a count stays whole. The last is
    of another kind altogether: what the battery takes then it does not look at."""
    if isinstance(value, bool) or value is None:
        yield "", not value
        yield KIND, "" if not value else "yes"
        return
    if isinstance(value, int | float | complex):
        yield from (("", value + 1), ("", value - 1))
        if not is_count and abs(value) < LARGEST:
            yield "", value + (abs(value) + 1) * 2e-4
    elif isinstance(value, str):
        yield from (("", f"{value}x"), ("", f" {value}"))
        if value.swapcase() != value:
            yield "", value.swapcase()
    elif isinstance(value, bytes):
        yield from (("", value + b"x"), ("", b"x" + value))
    elif isinstance(value, list | tuple):
        yield from _other_sequences(value)
    elif isinstance(value, set | frozenset):
        yield from (("", {*value, "another"}), ("", set(list(value)[1:])))
    elif isinstance(value, dict):
        yield from (("", {**value, "another": 0}), ("", dict(list(value.items())[1:])))
    yield "", -987654321 if isinstance(value, str) or is_count else "nothing of the kind"


def _other_sequences(value: list[Data] | tuple[Data, ...]) -> Iterator[tuple[str, Data]]:
    items = list(value)
    orders = [[*items, items[-1] if items else 0], items[:-1], items[::-1]]
    yield from (("", type(value)(order)) for order in orders if order != items)
    yield KIND, tuple(items) if isinstance(value, list) else items


def _items_of(check: PublicCheck, asked: Sequence[list[Any]], at: int) -> Data:
    """The items of an object, where the check iterated over it; else a number."""
    given = {place: wire for exchange in check.exchanges for place, wire in exchange.gives.items()}
    for place, step in enumerate(asked):
        if step[:2] == ["op", "tuple"] and step[2] == [[at]] and place in given:
            items = operand_of(given[place])
            return list(items) if isinstance(items, tuple) else items
    return 1
