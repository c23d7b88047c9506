"""What a report says of failing checks beyond their records: why, and the smallest program.

Theory of operation. What explains a failure is asked in a worker that met no hidden check. The
failing programs are asked there again with the sets in other orders: what differs is no evidence
for any mistake. The smallest program is looked for in a fresh worker, many in a message; what is
shown of it is what one more, fresh worker gave for that program alone, as it will for a learner
who runs it.

An `Explainer` serves a session. In a class the same mistakes come again and again, so programs are
drawn up once, and what an answer shows is remembered by its bytes (`grader.diagnosis.smallest` and
`replay`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from grader.diagnosis.alone import Alone, run_alone
from grader.diagnosis.blame import Blame, Pass
from grader.diagnosis.exceptions import with_exceptions
from grader.diagnosis.explained import Explained
from grader.diagnosis.infer import Inference
from grader.diagnosis.lines import judged, origins, told, with_sources
from grader.diagnosis.observations import FAILING, Findings, Hypothesis, KnownMistake
from grader.diagnosis.replay import Replayer
from grader.diagnosis.reruns import ALL_ORDERS, SET_ORDER, Reruns
from grader.diagnosis.smallest import Catalogue, Shown, candidates
from grader.diagnosis.stopped import STOPPED, with_step
from grader.diagnosis.work import CutShort, Work
from grader.model.check import CheckRecord, Visibility, waiting
from grader.model.exercise import Exercise
from grader.model.lru import LRU
from grader.model.report import Evidence
from grader.program.evidence import evidence
from grader.target.base import Asked, Budget, TargetFailure
from grader.target.boxed import BoxedTarget

MOST_DRAWN = 200


class Explainer:
    """Explains the failing checks of one submission after the other."""

    def __init__(self, exercise: Exercise, oracle: Any) -> None:
        self.exercise = exercise
        self.oracle = oracle
        self._catalogues: dict[str, Catalogue] = {}
        self._inference = Inference(oracle, exercise.contract.class_name)
        self._silent: dict[tuple[str, Hypothesis], tuple[bool, int]] = {}
        self._drawn = LRU[tuple[bytes, bytes, int | None], Evidence](MOST_DRAWN)

    @cached_property
    def _replayer(self) -> Replayer:
        """Made for the first submission that fails something: reading all mistakes takes time."""
        return Replayer(self.exercise)

    def explain(
        self,
        target: BoxedTarget,
        hidden: BoxedTarget,
        records: Sequence[CheckRecord],
        asked: Callable[[str], Asked | None],
    ) -> Explained:
        """What there is to say of the records of one submission.

        `asked` gives a check's program and its answer, where that was one message. The target's
        worker must be one that was asked nothing yet; `hidden` is asked what is not to be known
        where something is told.
        """
        explained = self._failing(target, hidden, records, asked)
        stopped = next((r for r in records if r.outcome in STOPPED and r.steps), None)
        if stopped is None:
            return explained
        is_visible = stopped.spec.visibility is Visibility.VISIBLE
        told = with_step(target if is_visible else hidden, stopped)
        return explained._replace(records=[told if r is stopped else r for r in explained.records])

    def _failing(
        self,
        target: BoxedTarget,
        hidden: BoxedTarget,
        records: Sequence[CheckRecord],
        asked: Callable[[str], Asked | None],
    ) -> Explained:
        failing = [record for record in records if record.outcome in FAILING]
        if not failing:
            return Explained(records)
        # as much again as checks have: the last stop, where each step that is counted takes long
        target.budget = hidden.budget = Budget(time.monotonic() + target.limits.submission_s)
        work = Work()
        again = Reruns(asked, self._replayer.methods, work)
        rewritten = self._replayer.given.rewritten(target.submission)
        found, shown = Findings(), dict[str, Shown]()
        is_cut_short = False
        try:
            again.ask(target, [r for r in failing if r.spec.visibility is Visibility.VISIBLE])
            hidden.discard()
            again.ask(hidden, [r for r in failing if r.spec.visibility is not Visibility.VISIBLE])
            # what explains may not meet one that knows hidden checks, not even from outside
            hidden.discard()
            # one that grew slow over the reruns would decide by its speed what can be shown; the
            # fresh one imports the submission while mistakes are replayed here
            target.discard()
            target.start()
            found = self._replayer.diagnose(records, again.varying, frozenset(rewritten), work)
            found = with_exceptions(self.exercise, target.submission, records, again.varying, found)
            waits = waiting(records)
            own = [record for record in failing if record.spec.id not in waits]
            for task, small in self._all_smallest(target, own, found, again):
                shown[task] = small
            found = self._inference.added(
                found, target, records, again.varying, bool(rewritten), work
            )
        except CutShort:
            is_cut_short = True
        explained = Explained(records, found, {}, rewritten, is_cut_short)
        return self._with_evidence(target, explained, shown, again.notes)

    def _with_evidence(
        self,
        target: BoxedTarget,
        explained: Explained,
        shown: Mapping[str, Shown],
        notes: Mapping[str, str],
    ) -> Explained:
        """The explanation with each task's program as it runs alone, the lines that wrote what is
        wrong, and the notes of its checks."""
        alone, is_late = self._alone(target, shown, explained.rewritten)
        shown = {task: one.shown for task, one in alone.items() if one.shown is not None}
        lines, is_later = origins(target, shown, self.oracle)
        smallest = {
            task: told(self._evidence(one, alone[task].blamed), lines[task])
            for task, one in shown.items()
        }

        def shows(task: str, mistake: KnownMistake) -> bool:
            one = shown[task]
            return self._replayer.shows((mistake,), one.candidate.program, one.finding.results)

        def noted(record: CheckRecord) -> CheckRecord:
            of_program = alone[record.spec.task].note if record.spec.task in alone else ""
            note = notes.get(record.spec.id) or (record.outcome in FAILING and of_program)
            return replace(record, notes=(*record.notes, note)) if note else record

        sourced = with_sources(explained.records, lines, target.submission)
        return explained._replace(
            records=[noted(record) for record in sourced],
            found=judged(explained.found, lines, shows),
            smallest=smallest,
            is_cut_short=explained.is_cut_short or is_late or is_later,
        )

    # --- the smallest program ----------------------------------------------------------------

    def _all_smallest(
        self,
        target: BoxedTarget,
        failing: Sequence[CheckRecord],
        found: Findings,
        again: Reruns,
    ) -> Iterator[tuple[str, Shown]]:
        """The smallest program of each failing task that has one; CutShort."""
        for task in (task.id for task in self.exercise.tasks):
            mine = [record.spec.id for record in failing if record.spec.task == task]
            if mine:
                orders = ALL_ORDERS if SET_ORDER in map(again.notes.get, mine) else (0,)
                small = self._smallest(target, task, mine, found, orders, again.work)
                if small is not None:
                    yield task, small

    def _smallest(
        self,
        target: BoxedTarget,
        task: str,
        checks: Sequence[str],
        found_out: Findings,
        orders: Sequence[int],
        work: Work,
    ) -> Shown | None:
        """The smallest program of a failing task that shows a wrong value or an exception in every
        one of these orders of sets; where none does, in its own. CutShort."""
        if task not in self._catalogues:
            name = self.exercise.contract.class_name
            self._catalogues[task] = Catalogue(candidates(self.oracle, task, name))
        catalogue = self._catalogues[task]

        def is_silent() -> bool:
            return self._is_silent(task, checks, found_out, work)

        found = catalogue.find(target, work, is_silent, orders)
        if found is None and len(orders) > 1:
            found = catalogue.find(target, work, is_silent)
        return found

    def _alone(
        self, target: BoxedTarget, shown: Mapping[str, Shown], rewritten: Sequence[str]
    ) -> tuple[dict[str, Alone], bool]:
        """By task, what a fresh worker gives for each program alone; whether time ran out."""
        name = self.exercise.contract.class_name
        blame = Blame(target, self.oracle, name, self._pass(rewritten))
        found, is_cut_short = dict[str, Alone](), False
        for task, one in shown.items():
            try:
                found[task] = run_alone(blame, one, self._catalogues[task].shown)
            except TargetFailure as failure:
                is_cut_short = is_cut_short or failure.may_be_load
        return found, is_cut_short

    def _pass(self, rewritten: Sequence[str]) -> Pass:
        """The backward pass, if the exercise has one: its name, and whether it is the starter's."""
        held, name = self.exercise.contract.class_name, getattr(self.oracle, "FINISH", None)
        own = f"{held}.{name}"
        is_given = own in self._replayer.given.names
        return Pass(name, is_given and not {own, f"{held}.__init__"}.intersection(rewritten))

    def _is_silent(self, task: str, checks: Sequence[str], found: Findings, work: Work) -> bool:
        """Whether thousands of programs need not be tried: no small one shows the mistakes that
        were found, or all that fails is explained by an earlier task, which shows them."""
        if not found.hypothesis:
            return False
        if task not in found.diagnoses:
            return all(check in found.same_as for check in checks)
        key = task, found.hypothesis
        if key not in self._silent:
            alone = Work()
            shows = self._catalogues[task].shows(self._replayer.target(found.hypothesis), alone)
            self._silent[key] = not shows, alone.spent
        is_silent, spent = self._silent[key]
        work.spend(spent)
        return is_silent

    def _evidence(self, shown: Shown, blamed: int | None) -> Evidence:
        key = shown.candidate.program.encoded, shown.answer, blamed
        drawn = self._drawn.get(key)
        if drawn is None:
            found, contract = shown.finding, self.exercise.contract
            drawn = evidence(
                found.steps, found.results, found.comparisons, contract, self.oracle, blamed
            )
            self._drawn.put(key, drawn)
        return drawn
