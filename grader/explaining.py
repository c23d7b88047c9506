"""What a report says of failing checks beyond their records: why, and the smallest program.

An `Explainer` serves a session. In a class the same mistakes come again and again, so programs are
drawn up once, and what an answer shows is remembered by its bytes (`grader.smallest`,
`grader.replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from grader.diagnosis import Findings, observed
from grader.evidence import evidence
from grader.memory import Heard
from grader.model import CheckRecord, Evidence, Exercise, Outcome, Result
from grader.remote.boxed import BoxedTarget
from grader.replay import Replayer
from grader.smallest import Catalogue, Finding, candidates
from grader.target import TargetFailure
from grader.values import same_value

VARIES = (
    "run again alone, this check gave other values: "
    "what it gives depends on chance or on what ran before"
)
STOPPED = "run again alone, this check had to be stopped"
EXPLAINED = frozenset({Outcome.FAILED, Outcome.ERROR})


class Explainer:
    """Explains the failing checks of one submission after the other."""

    def __init__(self, exercise: Exercise, oracle: Any) -> None:
        self.exercise = exercise
        self.oracle = oracle
        self._replayer: Replayer | None = None
        self._catalogues: dict[str, Catalogue] = {}
        self._drawn: dict[int, tuple[Finding, Evidence]] = {}

    # --- the smallest program ----------------------------------------------------------------

    def smallest(self, target: BoxedTarget, records: Sequence[CheckRecord]) -> dict[str, Evidence]:
        """For every task with a wrong value or an exception: the smallest program that shows it."""
        shown = {}
        failing = {r.spec.task for r in records if r.outcome in EXPLAINED}
        for task in (task.id for task in self.exercise.tasks if task.id in failing):
            if task not in self._catalogues:
                name = self.exercise.contract.class_name
                self._catalogues[task] = Catalogue(candidates(self.oracle, task, name))
            found = self._catalogues[task].find(target)
            if found is not None:
                shown[task] = self._evidence(found)
        return shown

    def _evidence(self, found: Finding) -> Evidence:
        # a catalogue gives the very finding it gave for the same answers before
        if id(found) not in self._drawn:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            module = self.exercise.contract.module
            drawn = evidence(found.steps, found.results, found.comparisons, module, self.oracle)
            self._drawn[id(found)] = found, drawn
        return self._drawn[id(found)][1]

    # --- a second run ------------------------------------------------------------------------

    def run_again(
        self,
        target: BoxedTarget,
        records: Sequence[CheckRecord],
        heard: Callable[[str], Heard | None],
    ) -> tuple[list[CheckRecord], dict[str, frozenset[int]]]:
        """Runs failing checks again in a fresh worker: the first of each task alone, the others
        after it. Explains a difference, never rescues. Gives the records, with notes, and which
        of each check's observations varied."""
        notes: dict[str, str] = {}
        varying: dict[str, frozenset[int]] = {}
        for task in dict.fromkeys(r.spec.task for r in records):
            failing = [
                r for r in records if r.spec.task == task and r.outcome in EXPLAINED and r.results
            ]
            if not failing:
                continue
            target.discard()
            if _all_alike(target, failing, heard):
                continue
            target.discard()
            for record in failing:
                note, changed = _compared_again(target, record)
                if note:
                    notes[record.spec.id], varying[record.spec.id] = note, changed
        noted = [
            replace(r, notes=(*r.notes, notes[r.spec.id])) if r.spec.id in notes else r
            for r in records
        ]
        return noted, varying

    # --- the mistake's name ------------------------------------------------------------------

    def diagnose(
        self, records: Sequence[CheckRecord], varying: Mapping[str, frozenset[int]]
    ) -> Findings:
        """The known mistakes that explain the records, as far as any do."""
        if not any(record.outcome in EXPLAINED for record in records):
            return Findings()
        if self._replayer is None:
            self._replayer = Replayer(self.exercise)
        return self._replayer.diagnose(records, varying)


MOST_DRAWN = 1000


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
        return STOPPED, frozenset(range(len(before)))
    again = observed(after)
    alike = [
        kind == other_kind and same_value(value, other)
        for (kind, value), (other_kind, other) in zip(before, again, strict=False)
    ]
    if all(alike) and len(before) == len(again):
        return "", frozenset()
    changed = {place for place, same in enumerate(alike) if not same}
    changed |= set(range(len(alike), len(before)))
    return VARIES, frozenset(changed)
