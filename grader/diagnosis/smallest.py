"""The smallest program that shows a fault, found by running every small one in order of size.

The exercise's oracle enumerates programs (`smallest_programs(task, submission)`, smallest
first, written in the same words as a check) and knows their true values. Many are sent in one
message, each a program of its own. Nothing here runs unless a check of the task failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from grader.diagnosis.work import CutShort, Work
from grader.model.lru import LRU, answer_bytes
from grader.model.program import Comparison, Program, Raised, Result, Skipped, Step
from grader.target.base import Target, TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.observe import Reads
from grader.target.recorder import Recorder
from grader.target.remote_module import RemoteModule
from grader.target.results import decoded

T = TypeVar("T")

FIRST_BATCH_STEPS = 100
LARGEST_BATCH_STEPS = 2000
HELD_BYTES = 2 << 20
"""Bytes of answers to one task's programs, of which a session remembers what they show."""


class Candidate(Struct, frozen=True):
    """A program that ends with its reads, and what they should give."""

    program: Program
    reads: Any


class Finding(Struct, frozen=True):
    """A failing program: what was run, what came back, what differed."""

    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]


class Shown(NamedTuple):
    """A candidate that fails, the answer that showed it, and what it shows."""

    candidate: Candidate
    answer: bytes
    finding: Finding


def candidates(oracle: Any, task: str, class_name: str) -> Iterator[Candidate]:
    """The oracle's programs for a task, smallest first; nothing without an oracle."""
    enumerate_programs = getattr(oracle, "smallest_programs", None)
    if enumerate_programs is not None:
        for _, one in drawn_up(oracle, partial(enumerate_programs, task), class_name):
            yield one


def drawn_up(
    oracle: Any, enumerate_programs: Callable[[RemoteModule], Iterable[T]], class_name: str
) -> Iterator[tuple[T, Candidate]]:
    """What the oracle says of each of its programs, and the program; without those that have no
    true values, as where they divide by 0."""
    recorder = Recorder(None, [class_name])
    for said_of_it in enumerate_programs(RemoteModule(recorder)):
        drawn = candidate(oracle, recorder.steps)
        recorder.steps.clear()
        if drawn is not None:
            yield said_of_it, drawn


def candidate(oracle: Any, steps: Sequence[Step]) -> Candidate | None:
    """The program with its reads; None where it has no true values."""
    try:
        expected = oracle.expected(steps)
    except ArithmeticError:
        return None
    reads = Reads(tuple(steps), expected, oracle.FIELDS)
    return Candidate(Program.of((*steps, reads.step())), reads)


def ask_all(
    target: BoxedTarget, programs: Sequence[Program], variant: int, work: Work
) -> list[bytes]:
    """The answers to whole programs; TargetFailure, CutShort."""
    work.spend(sum(len(program.steps) for program in programs))
    answers = target.ask_all(programs, variant)
    work.spend(0, sum(map(len, answers)))
    return answers


class Catalogue:
    """Programs, drawn up as far as somebody needed them and kept in batches as they are sent.

    What an answer shows is remembered by its bytes: in a class, a mistake answers as it did for
    the learner before.
    """

    def __init__(self, programs: Iterable[Candidate]) -> None:
        self._source = iter(programs)
        self._batches: list[tuple[Candidate, ...]] = []
        # in a tuple of its own, since it may be None
        self._shown = LRU[tuple[bytes, bytes], tuple[Finding | None]](HELD_BYTES, answer_bytes)

    def find(
        self,
        target: BoxedTarget,
        work: Work,
        is_hopeless: Callable[[], bool] = lambda: False,
        variants: Sequence[int] = (0,),
    ) -> Shown | None:
        """The first program, smallest first, that raises or gives a wrong value in every variant of
        the order of sets; None without one. CutShort.

        Whether more is tried when the first batch shows nothing, `is_hopeless` says.
        """
        for number, batch in enumerate(self._all()):
            if number == 1 and is_hopeless():
                return None
            programs = [one.program for one in batch]
            if number:
                # a submission that keeps all it ever made takes longer with every program
                target.discard()
            try:
                answers = [ask_all(target, programs, variant, work) for variant in variants]
                for one, *mine in zip(batch, *answers, strict=True):
                    found = [self.shown(one, answer) for answer in mine]
                    if found[0] is not None and None not in found:
                        return Shown(one, mine[0], found[0])
            except TargetFailure as failure:
                if failure.may_be_load:
                    raise CutShort from None
                return None
        return None

    def shown(self, one: Candidate, answer: bytes) -> Finding | None:
        """What an answer shows: the finding, or None where all is right. TargetViolation."""
        key = one.program.encoded, answer
        known = self._shown.get(key)
        if known is None:
            known = (_wrong(one, decoded(answer, one.program.steps)),)
            self._shown.put(key, known)
        return known[0]

    def shows(self, target: Target, work: Work) -> bool:
        """Whether any program raises or gives a wrong value there; TargetFailure, CutShort."""
        for one in chain.from_iterable(self._all()):
            work.spend(len(one.program.steps))
            if _wrong(one, target.run(one.program.steps)) is not None:
                return True
        return False

    def _all(self) -> Iterator[tuple[Candidate, ...]]:
        """Batches grow: most faults show in one of the very first programs."""
        # by number, for somebody else may draw up further ones meanwhile
        number = 0
        while number < len(self._batches) or self._grow():
            yield self._batches[number]
            number += 1

    def _grow(self) -> bool:
        """Draws the next batch up; False where there is none."""
        batch = self._next()
        if batch:
            self._batches.append(batch)
        return bool(batch)

    def _next(self) -> tuple[Candidate, ...]:
        limit = min(FIRST_BATCH_STEPS * 4 ** len(self._batches), LARGEST_BATCH_STEPS)
        batch: list[Candidate] = []
        size = 0
        for one in self._source:
            batch.append(one)
            size += len(one.program.steps)
            if size >= limit:
                break
        return tuple(batch)


def _wrong(one: Candidate, results: Sequence[Result]) -> Finding | None:
    steps = one.program.steps
    padded = (*results, *(Skipped() for _ in steps[len(results) :]))
    if results and isinstance(results[-1], Raised):
        return Finding(steps, padded, ())
    if one.reads.all_right(results[-1]):
        return None
    comparisons = one.reads.compare(results, results[-1])
    if all(comparison.ok for comparison in comparisons):
        return None
    return Finding(steps, padded, tuple(comparisons))
