"""What checks ask, and what equal answers come to.

Theory of operation. A check that draws on nothing but its `rng` asks the same program of everyone
who has the same seed, and from equal answers it makes equal records. What each check asks is
learned from the reference when it is first needed (`grader.grading.caching_runner`), so that every
submission is asked the same messages in the same order, whoever was graded before. An answer that
was judged before, the reference's among them, is not judged again: the very same bytes get the same
record. Every submission is asked in its own worker all the same.

A check that asks more than once, or draws on more than that, asks for itself and is judged anew
for every submission. What is held is bounded by the bytes of the answers: the least recently used
goes first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from grader.model.check import CheckRecord
from grader.model.lru import LRU, answer_bytes
from grader.model.program import Output, Program, Result, Step
from grader.target.base import Asked, Target
from grader.target.in_process import InProcessTarget, raw_program
from grader.target.results import decoded

HELD_BYTES = 4 << 20
"""Bytes of answers that a session holds: a class of right and known wrong ones fits in."""


class AskableTarget(Target, Protocol):
    """A target whose answers can be had before they are read: the boxed one."""

    def ask_all(self, programs: Sequence[Program], variant: int = 0) -> list[bytes]:
        """The answers to whole programs; TargetFailure."""
        ...

    def start_over(self) -> None:
        """Forgets the worker and the time it took."""
        ...

    def read(self, answer: bytes, steps: Sequence[Step], first: int = 0) -> list[Result]:
        """The results in an answer; TargetFailure."""
        ...


class CheckKey(NamedTuple):
    """A check and the seed it draws from: None for one that draws nothing."""

    check: str
    seed: int | None = None


class AskAheadTarget:
    """A check's `Target`: what was asked ahead of it is not asked again, all else is.

    `is_answered` and `differs`: whether it asked what was asked ahead, and anything else.
    """

    def __init__(self, target: AskableTarget, ahead: Asked) -> None:
        self.target = target
        self.ahead = ahead
        self.is_answered = False
        self.differs = False

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`."""
        began = self.is_answered or self.differs
        if not began and tuple(steps) == self.ahead.program.steps:
            self.is_answered = True
            if self.ahead.failure is not None:
                raise self.ahead.failure
            return self.target.read(self.ahead.answer, steps)
        if first and not self.differs:
            # it goes on with its program, the beginning of which is no longer in the worker
            self.target.run(self.ahead.program.steps)
        self.differs = True
        return self.target.run(steps, first, salt)

    @property
    def program(self) -> Program | None:
        """The whole program of the check, where it asked what was asked ahead and no more."""
        return self.ahead.program if self.is_answered and not self.differs else None

    def output(self) -> Output | None:
        """See `Target.output`."""
        return self.target.output()


class ReferenceTarget(InProcessTarget):
    """The reference in this process; holds what one check asked, and the answer as a worker would
    have sent it."""

    asked: list[Asked]

    def begin_check(self) -> None:
        """Forgets what the last check asked."""
        self.asked = []

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`."""
        program = Program.of(steps)
        raw = self.raw_results(raw_program(steps), program.salt(), first)
        answer = json.dumps(raw).encode()
        self.asked.append(Asked(program, answer))
        return decoded(answer, steps, first)


class ResultCache:
    """Results by check, seed and answer."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self._results = LRU[tuple[CheckKey, bytes], CheckRecord](held_bytes, answer_bytes)

    def get(self, key: CheckKey, answer: bytes) -> CheckRecord | None:
        """What these bytes came to when they were judged, or None."""
        return self._results.get((key, answer))

    def put(self, key: CheckKey, answer: bytes, result: CheckRecord) -> None:
        """Holds a record, without output, that pytest-json-report agreed on."""
        if (key, answer) not in self._results:
            self._results.put((key, answer), result)
