"""The wrong rule itself, where a task's operation fails and no known mistake says why.

Theory of operation. A worker that met no hidden check is asked what the operation gives at a few
points and in several contexts, twice and in another order. What the oracle expects of the same
programs gives the true rules, by the same search. Something is said only where every part of the
operation follows a formula in every context, at least one of them not the true one: a false word is
worse than none. So nothing is said where something raises, where values vary, and where what
arrives at a result is not what the operation that uses it should send, for then the walk is at
fault.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import combinations
from typing import Any

from msgspec.structs import replace

from grader.diagnosis.formula import Formulas
from grader.diagnosis.observations import GENERAL, Findings
from grader.diagnosis.operations import Fields, Kind, Probe, Prober, fields_of, operations
from grader.diagnosis.rule_words import diagnosis
from grader.diagnosis.rules import NoRule, RulePart, Rules
from grader.diagnosis.samples import Sample, expected, observed
from grader.diagnosis.smallest import ask_all
from grader.diagnosis.work import CutShort, Work
from grader.model.check import CheckRecord, Outcome
from grader.model.lru import LRU
from grader.model.program import Raised
from grader.model.tolerance import close
from grader.target.base import TargetFailure
from grader.target.boxed import BoxedTarget
from grader.target.results import decoded

HELD_RULES = 500


class Inference:
    """Infers rules for one submission after the other; remembers what answers come to."""

    def __init__(self, oracle: Any, class_name: str) -> None:
        fields = fields_of(oracle)
        named = operations(oracle, class_name) if fields else ()
        self.operations = {one.task: one for one in named}
        self._oracle = oracle
        self._prober = Prober(named, fields or Fields("", "", ""), class_name)
        self._formulas = Formulas()
        self._known = LRU[tuple[str, bytes], tuple[Rules | None]](HELD_RULES)

    @cached_property
    def true_samples(self) -> Mapping[str, Sequence[Sample]]:
        """What the oracle expects of each operation's programs, of those that have values."""
        fields = self._prober.fields
        return {
            task: [
                sample
                for probe in self._prober.probes(one)
                if (sample := expected(probe, self._oracle, fields)) is not None
            ]
            for task, one in self.operations.items()
        }

    @cached_property
    def _probes(self) -> Mapping[str, Sequence[Probe]]:
        return {task: [one.probe for one in found] for task, found in self.true_samples.items()}

    @cached_property
    def true_rules(self) -> Mapping[str, Rules]:
        """The true rules of the operations that have some."""
        found = {}
        for task, samples in self.true_samples.items():
            with suppress(NoRule):
                found[task] = self._rules_of(task, samples)
        return found

    def _rules_of(self, task: str, samples: Sequence[Sample], true: Rules | None = None) -> Rules:
        return Rules(self.operations[task], samples, self._prober.fields, self._formulas, true)

    def added(
        self,
        found: Findings,
        target: BoxedTarget,
        records: Sequence[CheckRecord],
        varying: Collection[str],
        is_rewritten: bool,
        work: Work,
    ) -> Findings:
        """The findings, and what could be inferred of tasks without a diagnosis.

        `varying` are the checks whose values vary; `is_rewritten` says whether a given part is
        otherwise than the starter's. CutShort when time or work are used up.
        """
        unexplained = _unexplained(found, records, varying)
        tasks = [task for task in self.operations if unexplained.get(task)]
        if not tasks or any(mistake.task == GENERAL for mistake in found.hypothesis):
            return found
        right = {r.spec.task for r in records} - {r.spec.task for r in records if not _passed(r)}
        rules = self.rules(target, tasks, right, work)
        wrong = {task: one.wrong(self.true_rules[task]) for task, one in rules.items()}
        if is_rewritten and _is_shared(rules, wrong):
            return found
        inferred = {
            task: (diagnosis(rules[task], self.true_rules[task], parts, unexplained[task]),)
            for task, parts in wrong.items()
            if parts
        }
        return replace(found, diagnoses={**found.diagnoses, **inferred})

    def rules(
        self, target: BoxedTarget, tasks: Sequence[str], right: Collection[str], work: Work
    ) -> dict[str, Rules]:
        """The rules of the tasks' operations, of those that follow some. `right` are tasks in which
        nothing fails. CutShort."""
        tasks = [task for task in tasks if task in self.true_rules]
        found = {}
        try:
            for task, answers in self._answers(target, tasks, work).items():
                key = task, hashlib.sha256(b" ".join([*answers, *map(str.encode, right)])).digest()
                known = self._known.get(key)
                if known is None:
                    known = (self._inferred(task, answers, right),)
                    self._known.put(key, known)
                if known[0] is not None:
                    found[task] = known[0]
        except TargetFailure as failure:
            if failure.may_be_load:
                raise CutShort from None
        return found

    def _answers(
        self, target: BoxedTarget, tasks: Sequence[str], work: Work
    ) -> dict[str, list[bytes]]:
        """The answers to the programs of the operations that give the same again, asked the other
        way round and with sets in another order."""
        programs = [probe.program for task in tasks for probe in self._probes[task]]
        if not programs:
            return {}
        first = ask_all(target, programs, 0, work)
        again = ask_all(target, programs[::-1], 1, work)[::-1]
        found, at = {}, 0
        for task in tasks:
            part = slice(at, at := at + len(self._probes[task]))
            if first[part] == again[part]:
                found[task] = first[part]
        return found

    def _inferred(
        self, task: str, answers: Sequence[bytes], right: Collection[str]
    ) -> Rules | None:
        """What answers come to; None where nothing is to be said. TargetFailure."""
        pairs = zip(self._probes[task], answers, strict=True)
        gave = [(probe, decoded(answer, probe.program.steps)) for probe, answer in pairs]
        # what another operation raises where it uses the result is that one's own
        raising = {
            probe.outer.task
            for probe, results in gave
            if probe.outer and isinstance(results[-1], Raised)
        } - {task}
        samples = []
        for (probe, results), one in zip(gave, self.true_samples[task], strict=True):
            if probe.outer is None or probe.outer.task not in raising:
                sample = observed(probe, results)
                if sample is None or not self._is_sound(sample, one, right):
                    return None
                samples.append(sample)
        if len({sample.results[0].grad for sample in samples}) < 2:
            return None
        try:
            return self._rules_of(task, samples, self.true_rules[task])
        except NoRule:
            return None

    def _is_sound(self, sample: Sample, true: Sample, right: Collection[str]) -> bool:
        """Whether all but the operation itself did what it should: the output has its gradient, no
        gradient came too early, and an operation that is right passes on what it should."""
        probe, outer = sample.probe, sample.probe.outer
        early = [grad for at, grad in enumerate(sample.old) if at != probe.shared]
        if any(early) or not close(sample.output.grad, true.output.grad):
            return False
        if probe.kind is Kind.TWICE or outer is None or outer.task not in right:
            return True
        rules = self.true_rules.get(outer.task)
        if rules is None:
            return True
        data = sample.results[0].data
        beside = data if probe.is_doubled else probe.beside
        row = rules.row_of((data, beside), sample.output)
        part = RulePart(Kind.SAME if probe.is_doubled else Kind.NODES, 0)
        return close(rules.parts[part].formula.at(row), sample.results[0].grad)


def _is_shared(rules: Mapping[str, Rules], wrong: Mapping[str, Sequence[RulePart]]) -> bool:
    """Whether gradients join in one wrong way in several operations: then it is no operation's."""
    joins = [
        {str(rules[task].parts[part].formula) for part in parts if part.kind is Kind.AGAIN}
        for task, parts in wrong.items()
    ]
    return len(joins) > 1 and any(one & other for one, other in combinations(joins, 2))


def _passed(record: CheckRecord) -> bool:
    return record.outcome is Outcome.PASSED


def _unexplained(
    found: Findings, records: Sequence[CheckRecord], varying: Collection[str]
) -> dict[str, list[str]]:
    """The checks that failed by a value and that nothing explains, by task; those of tasks in which
    nothing varies."""
    unexplained: dict[str, list[str]] = {}
    for record in records:
        if record.outcome is Outcome.FAILED and record.spec.id not in found.same_as:
            unexplained.setdefault(record.spec.task, []).append(record.spec.id)
    unsteady = {record.spec.task for record in records if record.spec.id in varying}
    known = unsteady.union(found.diagnoses)
    return {task: checks for task, checks in unexplained.items() if task not in known}
