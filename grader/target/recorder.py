"""The program of one check: what was recorded, what was sent, what came back."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import suppress

from grader.model.program import Comparison, Handle, Plain, Raised, Ref, Result, Skipped, Step
from grader.target.base import Target
from grader.target.sentences import raised_sentence
from grader.text.words import said

MOST_ITEMS = 10_000
"""Items of one of the learner's sequences that a loop may look at; the box sends no more either."""

MOST_UNSENT = 4000
"""Steps that may gather before they are sent: a loop over a forged length ends at a deadline."""


def _numbers(values: Sequence[object]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _power(base: float, exponent: float) -> float:
    """In floats: integers of any size would keep the grader busy for hours."""
    return float(float(base) ** float(exponent))


_COMPUTED = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "floordiv")},
    **{name: getattr(operator, name) for name in ("mod", "neg", "pos", "abs")},
    "pow": _power,
}


class SubmissionError(Exception):
    """The learner's code raised: `raised` says what and where, `step` which step of the program."""

    def __init__(self, raised: Raised, step: int) -> None:
        super().__init__(raised_sentence(raised))
        self.raised = raised
        self.step = step


class WrongKind(AssertionError):
    """The learner's code gave an object where plain data was due."""


class Mismatch(AssertionError):
    """At least one compared value differed; the recorder holds the comparisons."""


class BatteryMisuse(Exception):
    """The battery used a remote object in a way that has no meaning: the exercise's fault."""


class Recorder:
    """The program of one check, as far as it is recorded, sent and answered."""

    def __init__(self, target: Target | None, class_name: str) -> None:
        self.target = target
        self.class_name = class_name
        self.steps: list[Step] = []
        self.results: list[Result] = []
        self.comparisons: list[Comparison] = []
        self.failed: SubmissionError | None = None
        self.returned: set[int] = set()  # objects that a method, function or attribute gave
        self.computed: set[int] = set()  # what arithmetic with a plain number made of them

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
            self.results.append(self._settled(len(self.results), result))
        self.results.extend(Skipped() for _ in pending[len(results) :])
        if results and isinstance(results[-1], Raised):
            step = first + len(results) - 1
            self.failed = SubmissionError(results[-1], step)
            raise self.failed

    def _settled(self, index: int, found: Result) -> Result:
        """The result as far as it may be believed: arithmetic on plain numbers is done here, and
        what a learner's object makes of a plain number is plain only if it is an object again."""
        step = self.steps[index]
        if step.action != "op" or step.name not in _COMPUTED:
            if isinstance(found, Handle) and self._hands_out(step):
                self.returned.add(index)
            return found
        operands = [self.results[o.step] if isinstance(o, Ref) else o for o in step.operands]
        values = [o.value if isinstance(o, Plain) else o for o in operands]
        values = [value for value in values if not isinstance(value, Handle)]
        if len(values) == len(operands):
            with suppress(ArithmeticError, TypeError, ValueError):
                return Plain(_COMPUTED[step.name](*values)) if _numbers(values) else found
            return found
        odd = [o.step for o in step.operands if isinstance(o, Ref) and o.step in self.returned]
        if odd and ((values and _numbers(values)) or odd[0] in self.computed):
            self.returned.add(index)
            self.computed.add(index)
            made = self.results[odd[0]]
            if isinstance(found, Plain) and isinstance(made, Handle):
                return made
        return found

    def _hands_out(self, step: Step) -> bool:
        """Whether the step gives what the learner's code chose, not a fresh object of its class."""
        fresh = step.action == "new" and step.name == self.class_name
        return not fresh and (step.action != "op" or step.name == "getitem")

    def result(self, step: int) -> Result:
        """The answer to a step, sending it first where needed."""
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
