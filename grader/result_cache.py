"""What checks ask, and what equal answers come to.

Theory of operation. A check that draws on nothing but its `rng` asks the same program of everyone
who has the same seed, and from equal answers it makes equal records. What each check asks is
learned from the reference when it is first needed (`grader.runner`), so that every submission is
asked the same messages in the same order, whoever was graded before. An answer that was judged
before, the reference's among them, is not judged again: the very same bytes get the same record.
Every submission is asked in its own worker all the same.

A check that asks more than once, or draws on more than that, asks for itself and is judged anew
for every submission. What is held is bounded by the bytes of the answers: the least recently used
goes first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from grader.held import Held
from grader.model import CheckRecord, Output, Result, Step
from grader.remote.boxed import decoded
from grader.target import InProcessTarget, Program, Target, TargetFailure
from grader.words import said

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


class Asked(NamedTuple):
    """A check's program, and the answer or what came in its place."""

    program: Program
    answer: bytes = b""
    failure: TargetFailure | None = None


class CachedResult(NamedTuple):
    """A check's record, without output, and pytest-json-report's account of the run it is from."""

    record: CheckRecord
    account: Mapping[str, Any]


class AskedOtherwise(TargetFailure):
    """The check asked something else, or more, than it asked of the reference."""


class AskAheadTarget:
    """A check's `Target`: what was asked ahead of it is not asked again."""

    def __init__(self, target: AskableTarget, ahead: Asked) -> None:
        self.target = target
        self.ahead = ahead
        self.differs = False
        self._is_answered = False

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`; AskedOtherwise when this was not asked ahead."""
        if self._is_answered or first or tuple(steps) != self.ahead.program.steps:
            self.differs = True
            raise AskedOtherwise(said("was asked another program than before"))
        self._is_answered = True
        if self.ahead.failure is not None:
            raise self.ahead.failure
        return self.target.read(self.ahead.answer, steps)

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
        answer = json.dumps(self.raw_results(steps, first, program.salt())).encode()
        self.asked.append(Asked(program, answer))
        return decoded(answer, steps, first)


class ResultCache:
    """Results by check, seed and answer."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self._results = Held[tuple[CheckKey, bytes], CachedResult](held_bytes)

    def get(self, key: CheckKey, answer: bytes) -> CachedResult | None:
        """What these bytes came to when they were judged, or None."""
        found = self._results.get((key, answer))
        return None if found is None else found[0]

    def put(self, key: CheckKey, answer: bytes, result: CachedResult) -> None:
        """Holds a result that both accounts agree on."""
        self._results.put((key, answer), result, len(answer))
