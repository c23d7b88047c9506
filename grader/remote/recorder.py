"""The program of one check: what was recorded, what was sent, what came back."""

from __future__ import annotations

from grader.model import Comparison, Raised, Result, Skipped, Step
from grader.target import Target
from grader.wording import raised_sentence


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

    def append(self, step: Step) -> int:
        """Appends a step; returns its number."""
        self.steps.append(step)
        return len(self.steps) - 1

    def flush(self) -> None:
        """Sends what has gathered. SubmissionError when a step raised, TargetFailure."""
        first = len(self.results)
        pending = self.steps[first:]
        if not pending:
            return
        if self.target is None:
            raise BatteryMisuse("a program that is only drawn up has no values yet")
        results = self.target.run(pending, first)
        self.results.extend(results)
        self.results.extend(Skipped() for _ in pending[len(results) :])
        if results and isinstance(results[-1], Raised):
            step = first + len(results) - 1
            self.failed = SubmissionError(results[-1], step)
            raise self.failed

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
