"""What was seen of one submission's checks, held against what known mistakes predict. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from grader.diagnosis.observations import (
    FAILING,
    Hypothesis,
    Observations,
    agrees,
    alike,
    differing,
    is_exception,
    observed,
    raised_at,
)
from grader.model.check import CheckRecord, Outcome

UNEXPLAINED = frozenset({Outcome.TIMEOUT, Outcome.CRASHED, Outcome.MEMORY})

Replay = Callable[[Hypothesis, CheckRecord], Observations]
"""What a check's program gives under a hypothesis."""


class Facts:
    """What was seen of one submission, and whether a hypothesis predicts it."""

    def __init__(
        self,
        tasks: Sequence[str],
        records: Sequence[CheckRecord],
        varying: Mapping[str, frozenset[int]],
        methods: frozenset[str],
        replay: Replay,
    ) -> None:
        self.tasks = tasks
        self.varying = varying
        self.replay = replay
        self._records = {record.spec.id: record for record in records}
        self.seen = {r.spec.id: observed(r.results, methods) for r in records}
        # short ones before long ones: most hypotheses fall at the first
        ordered = sorted(records, key=lambda record: len(record.steps))
        by_task = {task: [r for r in ordered if r.spec.task == task] for task in tasks}
        self.failing = {t: [r for r in by_task[t] if r.outcome in FAILING] for t in tasks}
        self.passed = {t: [r for r in by_task[t] if r.outcome is Outcome.PASSED] for t in tasks}
        self.lost = {r.spec.task for r in records if r.outcome in UNEXPLAINED}
        self._refuting = Counter[str]()

    def predicts(self, hypothesis: Hypothesis, record: CheckRecord) -> bool:
        """Whether the check gave what the hypothesis gives, but for values that vary."""
        ignored = self.varying.get(record.spec.id, frozenset())
        return agrees(self.seen[record.spec.id], self.replay(hypothesis, record), ignored)

    def fits(self, hypothesis: Hypothesis, records: Iterable[CheckRecord]) -> bool:
        """Whether the hypothesis predicts all of the records. One of its mistakes alone has to
        raise what it raises, and there; the other may change what the message names."""

        # what refuted most for its length so far comes first: it refutes the next, too
        def promising(record: CheckRecord) -> float:
            return self._refuting[record.spec.id] / (1 + len(record.results))

        for record in sorted(records, key=promising, reverse=True):
            if not self.predicts(hypothesis, record) or not self._raised_by_one(hypothesis, record):
                self._refuting[record.spec.id] += 1
                return False
        return True

    def _raised_by_one(self, hypothesis: Hypothesis, record: CheckRecord) -> bool:
        seen = self.seen[record.spec.id]
        if len(hypothesis) < 2 or not is_exception(seen):
            return True
        alone = (self.replay((mistake,), record) for mistake in hypothesis)
        return raised_at(seen) in map(raised_at, alone)

    def varying_missed(self, hypothesis: Hypothesis) -> int:
        """How many of the values that vary the hypothesis does not give as they were seen first."""
        missed = 0
        for check, places in self.varying.items():
            seen, run = self.seen[check], self.replay(hypothesis, self._records[check])
            missed += sum(at >= len(run) or not alike(run[at], seen[at]) for at in places)
        return missed

    def likeliest(self, hypotheses: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
        """Those that give most of the values that vary: all, where none does."""
        missed = [self.varying_missed(one) for one in hypotheses]
        pairs = zip(hypotheses, missed, strict=True)
        return tuple(one for one, number in pairs if number == min(missed))

    def is_borne(self, hypothesis: Hypothesis) -> bool:
        """Whether the hypothesis gives more of what is certainly wrong than it misses of what
        varies: a single value may be the same twice by luck."""
        missed = self.varying_missed(hypothesis)
        return not missed or self._wrong_given(hypothesis) > missed

    def _wrong_given(self, hypothesis: Hypothesis) -> int:
        """How many certain values of failing checks the hypothesis gives, and right code does
        not."""
        given = 0
        for check in (r.spec.id for failing in self.failing.values() for r in failing):
            seen, record = self.seen[check], self._records[check]
            certain = frozenset(range(len(seen))) - self.varying.get(check, frozenset())
            wrong = certain & differing(seen, self.replay((), record))
            given += len(wrong - differing(seen, self.replay(hypothesis, record)))
        return given

    def only_raises(self, task: str) -> bool:
        """Whether every failing check of the task ends in an exception."""
        return all(is_exception(self.seen[r.spec.id]) for r in self.failing[task])

    def judged(self, task: str) -> list[CheckRecord]:
        """What tells of the task: the failing checks first, for most hypotheses fall there."""
        return self.failing[task] + self.passed[task]
