"""The smallest program that shows a fault, found by running every small one in order of size.

The exercise's oracle enumerates programs (`smallest_programs(task, submission)`, smallest
first, written in the same words as a check) and knows their true values. They are sent in large
batches in which a step that raises ends its own program only. Nothing here runs unless a check
of the task failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from grader.model import Comparison, Operand, Raised, Ref, Result, Skipped, Step
from grader.remote.boxed import BoxedTarget, encoded
from grader.remote.observe import Reads
from grader.remote.proxy import RemoteModule
from grader.remote.recorder import Recorder
from grader.target import Target, TargetFailure

FIRST_BATCH_STEPS = 100
LARGEST_BATCH_STEPS = 2000
MOST_SHOWN = 2000


class Candidate(Struct, frozen=True):
    """A program with its reads, and what they should give."""

    steps: tuple[Step, ...]
    reads: Any


class Finding(Struct, frozen=True):
    """A failing program: what was run, what came back, what differed."""

    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]


def candidates(oracle: Any, task: str, class_name: str) -> Iterator[Candidate]:
    """The oracle's programs for a task, smallest first; nothing without an oracle."""
    enumerate_programs = getattr(oracle, "smallest_programs", None)
    if enumerate_programs is None:
        return
    recorder = Recorder(None, class_name)
    for _ in enumerate_programs(task, RemoteModule(recorder)):
        steps = tuple(recorder.steps)
        reads = Reads(steps, oracle.expected(steps), oracle.FIELDS)
        yield Candidate((*steps, reads.step()), reads)
        recorder.steps.clear()


def shifted(step: Step, offset: int) -> Step:
    """The step with every reference moved by `offset`."""
    if not offset:
        return step
    operands = tuple(_shift(operand, offset) for operand in step.operands)
    keywords = {key: _shift(operand, offset) for key, operand in step.keywords.items()}
    return replace(step, operands=operands, keywords=keywords)


def _shift(operand: Operand, offset: int) -> Operand:
    if isinstance(operand, Ref):
        return Ref(operand.step + offset)
    if isinstance(operand, list | tuple):
        return type(operand)(_shift(item, offset) for item in operand)
    if isinstance(operand, Mapping):
        return {key: _shift(item, offset) for key, item in operand.items()}
    return operand


class Batch(Struct, frozen=True):
    """Programs that are sent together, one after the other in one numbering."""

    candidates: tuple[Candidate, ...]
    offsets: tuple[int, ...]
    steps: tuple[Step, ...]
    encoded: bytes


class Catalogue:
    """Programs, drawn up as far as somebody needed them and kept in batches as they are sent.

    What a batch shows is remembered by the bytes of the answer: in a class, a mistake answers as
    it did for the learner before.
    """

    def __init__(self, programs: Iterable[Candidate]) -> None:
        self._source = iter(programs)
        self._batches: list[Batch] = []
        self._shown: dict[tuple[int, bytes], Finding | None] = {}

    def find(
        self, target: BoxedTarget, is_hopeless: Callable[[], bool] = lambda: False
    ) -> Finding | None:
        """The first program, smallest first, that raises or gives a wrong value; None without one.

        The same answers give the same finding, the very object. Whether more is tried when the
        first batch shows nothing, `is_hopeless` says.
        """
        for number, batch in enumerate(self._all()):
            if number == 1 and is_hopeless():
                return None
            try:
                answer = target.ask(batch.steps, stop=False, program=batch.encoded)
                key = number, hashlib.sha256(answer).digest()
                if key not in self._shown:
                    results = target.read(answer, batch.steps, stop=False)
                    if len(self._shown) >= MOST_SHOWN:
                        self._shown.clear()
                    self._shown[key] = _first_wrong(batch, results)
            except TargetFailure:
                return None
            found = self._shown[key]
            if found is not None:
                return found
        return None

    def shows(self, target: Target) -> bool:
        """Whether any program raises or gives a wrong value there; TargetFailure."""
        return any(
            _first_wrong(batch, target.run(batch.steps, stop=False)) is not None
            for batch in self._all()
        )

    def _all(self) -> Iterator[Batch]:
        """Batches grow: most faults show in one of the very first programs."""
        yield from self._batches
        while candidates := self._next():
            self._batches.append(_batch(candidates))
            yield self._batches[-1]

    def _next(self) -> list[Candidate]:
        limit = min(FIRST_BATCH_STEPS * 4 ** len(self._batches), LARGEST_BATCH_STEPS)
        candidates: list[Candidate] = []
        size = 0
        for candidate in self._source:
            candidates.append(candidate)
            size += len(candidate.steps)
            if size >= limit:
                break
        return candidates


def _batch(candidates: Sequence[Candidate]) -> Batch:
    steps: list[Step] = []
    offsets = []
    for candidate in candidates:
        offsets.append(len(steps))
        steps.extend(shifted(step, offsets[-1]) for step in candidate.steps)
    return Batch(tuple(candidates), tuple(offsets), tuple(steps), encoded(steps))


def _first_wrong(batch: Batch, results: Sequence[Result]) -> Finding | None:
    for candidate, offset in zip(batch.candidates, batch.offsets, strict=True):
        mine = results[offset : offset + len(candidate.steps)]
        if any(isinstance(result, Raised | Skipped) for result in mine):
            return Finding(candidate.steps, tuple(mine), ())
        if candidate.reads.all_right(mine[-1]):
            continue
        comparisons = candidate.reads.compare(results, mine[-1], offset)
        if not all(comparison.ok for comparison in comparisons):
            return Finding(candidate.steps, tuple(mine), tuple(comparisons))
    return None
