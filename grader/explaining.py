"""What a report says of failing checks beyond their records: why, and the smallest program.

An `Explainer` serves a session. In a class the same mistakes come again and again, so programs are
drawn up once, and what an answer shows is remembered by its bytes (`grader.smallest`,
`grader.replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from msgspec.structs import replace

from grader.diagnosis import Findings, Hypothesis, alike, observed
from grader.evidence import evidence
from grader.given import rewritten_parts
from grader.memory import Heard
from grader.model import CheckRecord, Evidence, Exercise, Outcome, Result
from grader.remote.boxed import BoxedTarget
from grader.replay import Replayer
from grader.smallest import Catalogue, Finding, candidates
from grader.stopped import STOPPED, with_step
from grader.target import TargetFailure
from grader.words import said

VARIES = said(
    "run again alone, this check gave other values: what it gives depends on "
    "chance or on what ran before"
)
HAD_TO_BE_STOPPED = said("run again alone, this check had to be stopped")
EXPLAINED = frozenset({Outcome.FAILED, Outcome.ERROR})
MOST_DRAWN = 1000


class Explained(NamedTuple):
    """The records with notes, the mistakes that are named, and each task's smallest program."""

    records: Sequence[CheckRecord]
    found: Findings
    smallest: Mapping[str, Evidence]


class Explainer:
    """Explains the failing checks of one submission after the other."""

    def __init__(self, exercise: Exercise, oracle: Any) -> None:
        self.exercise = exercise
        self.oracle = oracle
        self._catalogues: dict[str, Catalogue] = {}
        self._silent: dict[tuple[str, Hypothesis], bool] = {}
        self._drawn: dict[int, tuple[Finding, Evidence]] = {}

    @cached_property
    def _replayer(self) -> Replayer:
        """Made for the first submission that fails something: reading all mistakes takes time."""
        return Replayer(self.exercise)

    def explain(
        self,
        target: BoxedTarget,
        records: Sequence[CheckRecord],
        heard: Callable[[str], Heard | None],
    ) -> Explained:
        """What there is to say of the records of one submission.

        `heard` gives what a check asked and was answered, where that was one message each.
        """
        explained = self._failing(target, records, heard)
        stopped = next((r for r in records if r.outcome in STOPPED and r.steps), None)
        if stopped is None:
            return explained
        told = with_step(target, stopped)
        return explained._replace(records=[told if r is stopped else r for r in explained.records])

    def _failing(
        self,
        target: BoxedTarget,
        records: Sequence[CheckRecord],
        heard: Callable[[str], Heard | None],
    ) -> Explained:
        failing = [record for record in records if record.outcome in EXPLAINED]
        if not failing:
            return Explained(records, Findings(), {})
        rewritten = frozenset(rewritten_parts(self.exercise, target.submission))
        found = self._replayer.diagnose(records, {}, rewritten)
        doubtful = self._doubtful(failing, found)
        notes, varying = self._run_again(target, doubtful, heard)
        if varying:
            found = self._replayer.diagnose(records, varying, rewritten)
        doubted = {record.spec.task for record in doubtful}
        smallest = {}
        for task in (task.id for task in self.exercise.tasks):
            if any(record.spec.task == task for record in failing):
                shown = self._smallest(target, task, None if task in doubted else found)
                if shown is not None:
                    smallest[task] = shown
        noted = [
            replace(r, notes=(*r.notes, notes[r.spec.id])) if r.spec.id in notes else r
            for r in records
        ]
        return Explained(noted, found, smallest)

    def _doubtful(self, failing: Sequence[CheckRecord], found: Findings) -> list[CheckRecord]:
        """The checks of which a second run has something to tell: all but those that the named
        mistakes foretell, where the longest of their task gives twice the same."""
        named = {check for d in chain(*found.diagnoses.values()) for check in d.checks}
        named |= set(found.same_as)
        doubtful: list[CheckRecord] = []
        for task in dict.fromkeys(record.spec.task for record in failing):
            mine = [r for r in failing if r.spec.task == task and r.results]
            foretold = [r for r in mine if r.spec.id in named]
            longest = max(foretold, key=lambda record: len(record.steps), default=None)
            if longest is None or not self._replayer.foretells(found.hypothesis, longest):
                doubtful += mine
            else:
                doubtful += [r for r in mine if r.spec.id not in named]
        return doubtful

    # --- a second run ------------------------------------------------------------------------

    def _run_again(
        self,
        target: BoxedTarget,
        doubtful: Sequence[CheckRecord],
        heard: Callable[[str], Heard | None],
    ) -> tuple[dict[str, str], dict[str, frozenset[int]]]:
        """Runs checks again in a fresh worker: the first of each task alone, the others after it.
        Explains a difference, never rescues. Gives a note for each check that differed, and which
        of its observations varied."""
        notes: dict[str, str] = {}
        varying: dict[str, frozenset[int]] = {}
        for task in dict.fromkeys(record.spec.task for record in doubtful):
            failing = [record for record in doubtful if record.spec.task == task]
            target.discard()
            if _all_alike(target, failing, heard):
                continue
            target.discard()
            for record in failing:
                note, changed = _compared_again(target, record)
                if note:
                    notes[record.spec.id], varying[record.spec.id] = note, changed
        return notes, varying

    # --- the smallest program ----------------------------------------------------------------

    def _smallest(
        self, target: BoxedTarget, task: str, found_out: Findings | None
    ) -> Evidence | None:
        """The smallest program of a failing task that shows a wrong value or an exception.

        `found_out` explains the whole task, or is None.
        """
        if task not in self._catalogues:
            name = self.exercise.contract.class_name
            self._catalogues[task] = Catalogue(candidates(self.oracle, task, name))
        found = self._catalogues[task].find(target, lambda: self._is_silent(task, found_out))
        return None if found is None else self._evidence(found)

    def _is_silent(self, task: str, found: Findings | None) -> bool:
        """Whether thousands of programs need not be tried: no small one shows the mistakes that
        were found, or they were found in an earlier task, which shows them."""
        if found is None or not found.hypothesis:
            return False
        if task not in found.diagnoses:
            return True
        key = task, found.hypothesis
        if key not in self._silent:
            self._silent[key] = not self._catalogues[task].shows(
                self._replayer.target(found.hypothesis)
            )
        return self._silent[key]

    def _evidence(self, found: Finding) -> Evidence:
        # a catalogue gives the very finding it gave for the same answers before
        if id(found) not in self._drawn:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            module = self.exercise.contract.module
            drawn = evidence(found.steps, found.results, found.comparisons, module, self.oracle)
            self._drawn[id(found)] = found, drawn
        return self._drawn[id(found)][1]


def _all_alike(
    target: BoxedTarget, failing: Sequence[CheckRecord], heard: Callable[[str], Heard | None]
) -> bool:
    """Whether the checks, asked in one message, answer to the byte as they did; False as well
    where that cannot be said."""
    known = [one for record in failing if (one := heard(record.spec.id)) is not None]
    if len(known) < len(failing):
        return False
    try:
        answers = target.ask_all([one.program for one in known])
    except TargetFailure:
        return False
    return answers == [one.answer for one in known]


def _compared_again(target: BoxedTarget, record: CheckRecord) -> tuple[str, frozenset[int]]:
    """A note where a second run differs from the first, and the places that differ."""
    before = observed(record.results)
    try:
        after: Sequence[Result] = target.run(record.steps[: len(record.results)])
    except TargetFailure:
        return HAD_TO_BE_STOPPED, frozenset(range(len(before)))
    again = observed(after)
    same = [alike(one, other) for one, other in zip(before, again, strict=False)]
    if all(same) and len(before) == len(again):
        return "", frozenset()
    changed = {place for place, is_same in enumerate(same) if not is_same}
    changed |= set(range(len(same), len(before)))
    return VARIES, frozenset(changed)
