"""The program of one check: what was recorded, what was sent, what came back."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from grader.model.program import (
    Comparison,
    Data,
    Handle,
    Plain,
    Program,
    Raised,
    Ref,
    Result,
    Skipped,
    Step,
)
from grader.target.base import Target
from grader.target.sentences import lacking_sentence, raised_sentence
from grader.text.words import said

MOST_ITEMS = 10_000
"""Items of one of the learner's sequences that a loop may look at; the box sends no more either."""

MOST_UNSENT = 4000
"""Steps that may gather before they are sent: a loop over a forged length ends at a deadline."""


def _power(base: float, exponent: float) -> float:
    """In floats: integers of any size would keep the grader busy for hours."""
    return float(float(base) ** float(exponent))


_COMPUTED = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "floordiv")},
    **{name: getattr(operator, name) for name in ("mod", "neg", "pos", "abs")},
    "pow": _power,
}


class _Origin(Enum):
    """What an operand of arithmetic is, as far as it decides what is believed of the result."""

    NUMBER = 1
    HANDED_OUT = 2  # that the learner's code chose: a method, function or attribute gave it
    DERIVED = 3  # what arithmetic with a plain number made of such an object
    OTHER = 4


def _computed(operator_name: str, values: Sequence[Any]) -> Plain | None:
    """What plain numbers come to; None where Python has no number for it."""
    try:
        return Plain(_COMPUTED[operator_name](*values))
    except (ArithmeticError, TypeError, ValueError):
        return None


class SubmissionError(Exception):
    """The learner's code raised: `raised` says what and where, `step` which step of the program."""

    def __init__(self, raised: Raised, step: int, sentence: str = "") -> None:
        super().__init__(sentence or raised_sentence(raised))
        self.raised = raised
        self.step = step


class WrongKind(AssertionError):
    """The learner's code gave an object where plain data was due."""


class Mismatch(AssertionError):
    """At least one compared value differed; the recorder holds the comparisons."""


class BatteryMisuse(Exception):
    """The battery used a remote object in a way that has no meaning: the exercise's fault."""


class Asserted(NamedTuple):
    """A comparison in an `assert` of a check that failed."""

    operator: str
    left: object
    right: object


class Recorder:
    """The program of one check, as far as it is recorded, sent and answered."""

    def __init__(
        self,
        target: Target | None,
        classes: Iterable[str],
        requires: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.target = target
        self.classes = frozenset(classes)
        self.requires = requires
        self.steps: list[Step] = []
        self.results: list[Result] = []
        self.comparisons: list[Comparison] = []
        self.failed: SubmissionError | None = None
        self.consulted: list[int] = []
        """The steps whose answers anybody asked for but to compare them all at once."""
        self.excused: dict[int, str] = {}
        """The exceptions that a check expected, by the step that raised."""
        self.given: list[tuple[int, Data]] = []
        self.asserted: Asserted | None = None
        self.walk: tuple[int, int] | None = None
        """The object that is about to be iterated over, by its step, and how many items it has."""
        self._origins: dict[int, _Origin] = {}

    def append(self, step: Step) -> int:
        """Appends a step; returns its number. A loop of the check's meets the deadlines here."""
        if len(self.steps) - len(self.results) >= MOST_UNSENT and self.target is not None:
            self.flush()
        self.steps.append(step)
        return len(self.steps) - 1

    def flush(self) -> None:
        """Sends what has gathered. SubmissionError when a step raised, TargetFailure."""
        first = len(self.results)
        pending = self.steps[first:]
        if not pending:
            return
        if self.target is None:
            raise BatteryMisuse(said("a program that is only drawn up has no values yet"))
        results = self.target.run(pending, first)
        for result in results:
            self.results.append(self._believed(len(self.results), result))
        self.results.extend(Skipped() for _ in pending[len(results) :])
        if results and isinstance(results[-1], Raised):
            step = first + len(results) - 1
            asked = self.steps[step]
            required = self.requires.get(asked.name, ()) if asked.action == "new" else ()
            lacking = lacking_sentence(results[-1], asked.name, required)
            self.failed = SubmissionError(results[-1], step, lacking)
            raise self.failed

    def _believed(self, index: int, told: Result) -> Result:
        """The result of a step as far as it may be believed.

        operands of arithmetic               believed
        plain numbers alone                  what they come to here
        handed out, and plain numbers        an object if told one, else the operand itself
        derived from that, and anything      the same
        all others                           what was told
        """
        step = self.steps[index]
        if step.action != "op" or step.name not in _COMPUTED:
            if isinstance(told, Handle) and self.hands_out(index):
                self._origins[index] = _Origin.HANDED_OUT
            return told
        origins = [self._origin(operand) for operand in step.operands]
        if all(origin is _Origin.NUMBER for origin in origins):
            return _computed(step.name, [self._plain(o) for o in step.operands]) or told
        if _Origin.DERIVED not in origins and not (
            _Origin.HANDED_OUT in origins
            and _Origin.NUMBER in origins
            and _Origin.OTHER not in origins
        ):
            return told
        self._origins[index] = _Origin.DERIVED
        if not isinstance(told, Plain):
            return told
        objects = (_Origin.HANDED_OUT, _Origin.DERIVED)
        operand = next(o for o, at in zip(step.operands, origins, strict=True) if at in objects)
        assert isinstance(operand, Ref)
        return self.results[operand.step]

    def _origin(self, operand: object) -> _Origin:
        if isinstance(self._plain(operand), int | float):
            return _Origin.NUMBER
        if isinstance(operand, Ref):
            return self._origins.get(operand.step, _Origin.OTHER)
        return _Origin.OTHER

    def _plain(self, operand: object) -> object:
        """The operand's value, where it has one that is plain data."""
        found = self.results[operand.step] if isinstance(operand, Ref) else operand
        return found.value if isinstance(found, Plain) else found

    def hands_out(self, index: int) -> bool:
        """Whether a step gives what the learner's code chose, not a fresh object of its class."""
        step = self.steps[index]
        fresh = step.action == "new" and step.name in self.classes
        return not fresh and (step.action != "op" or step.name == "getitem")

    def give(self, index: int) -> Data:
        """The plain data that a step gave, for the battery to do with as it likes."""
        found = self.results[index]
        assert isinstance(found, Plain)
        value = deepcopy(found.value)
        self.given.append((index, value))
        return value

    def program(self) -> Program:
        """All that was recorded, but for steps with operands that cannot be sent."""
        asked: Program | None = getattr(self.target, "program", None)
        if asked is not None and len(asked.steps) == len(self.steps):
            return asked
        try:
            return Program.of(self.steps)
        except TypeError:
            return Program.of(self.steps[: len(self.results)])

    def result(self, step: int) -> Result:
        """The answer to a step, sending it first where needed."""
        self.consulted.append(step)
        if step >= len(self.results):
            self.flush()
        found = self.results[step]
        if isinstance(found, Raised | Skipped):
            assert self.failed is not None
            raise self.failed
        return found

    def sent(self, step: int) -> bool:
        """Whether a step has been sent."""
        return step < len(self.results)
