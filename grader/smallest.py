"""The smallest program that shows a fault, found by running every small one in order of size.

The exercise's oracle enumerates programs (`smallest_programs(task, submission)`, smallest
first, written in the same words as a check) and knows their true values. They are sent in large
batches in which a step that raises ends its own program only. Nothing here runs unless a check
of the task failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from grader.model import Comparison, Operand, Raised, Ref, Result, Skipped, Step
from grader.remote.observe import Reads
from grader.remote.proxy import RemoteModule
from grader.remote.recorder import Recorder
from grader.target import Target, TargetFailure

FIRST_BATCH_STEPS = 100
LARGEST_BATCH_STEPS = 2000


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


class Catalogue:
    """A task's programs, drawn up as far as somebody needed them and kept."""

    def __init__(self, oracle: Any, task: str, class_name: str) -> None:
        self._source = candidates(oracle, task, class_name)
        self._known: list[Candidate] = []

    def __iter__(self) -> Iterator[Candidate]:
        yield from self._known
        for candidate in self._source:
            self._known.append(candidate)
            yield candidate


def find(target: Target, programs: Iterable[Candidate]) -> Finding | None:
    """The first program, smallest first, that raises or gives a wrong value; None without one.

    Batches grow: most faults show in one of the very first programs.
    """
    batch: list[Candidate] = []
    size, limit = 0, FIRST_BATCH_STEPS
    for candidate in programs:
        batch.append(candidate)
        size += len(candidate.steps)
        if size >= limit:
            found = _try(target, batch)
            if found is not None:
                return found
            batch, size, limit = [], 0, min(limit * 4, LARGEST_BATCH_STEPS)
    return _try(target, batch) if batch else None


def _try(target: Target, batch: Sequence[Candidate]) -> Finding | None:
    steps: list[Step] = []
    offsets = []
    for candidate in batch:
        offsets.append(len(steps))
        steps.extend(shifted(step, offsets[-1]) for step in candidate.steps)
    try:
        results = target.run(steps, stop=False)
    except TargetFailure:
        return None
    for candidate, offset in zip(batch, offsets, strict=True):
        mine = results[offset : offset + len(candidate.steps)]
        if any(isinstance(result, Raised | Skipped) for result in mine):
            return Finding(candidate.steps, tuple(mine), ())
        comparisons = candidate.reads.compare(results, mine[-1], offset)
        if not all(comparison.ok for comparison in comparisons):
            return Finding(candidate.steps, tuple(mine), tuple(comparisons))
    return None
