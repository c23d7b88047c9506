"""Which known mistakes explain what was observed. Pure: replaying is the caller's business.

A hypothesis is a set of known mistakes, in the order in which tasks brought them in. Tasks are
walked in the exercise's order. A hypothesis that predicts every observation of a task stays; where
none does, each is extended by one known mistake (then, where singles fail, by two). What remains
at the end are hypotheses that nothing observed can tell apart: the first is named, the others
are its alternatives. A task that no extension explains is left without a diagnosis; nothing is
guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from msgspec import Struct

from grader.model import (
    CheckRecord,
    Diagnosis,
    Handle,
    Many,
    NamedMistake,
    Number,
    Outcome,
    Plain,
    Raised,
    Result,
    Scalar,
)
from grader.values import close

GENERAL = "general"
"""The task of a mistake that belongs to no task: a constructor's, or a rewritten given part's."""

MOST_HYPOTHESES = 12
UNOBSERVED = frozenset({Outcome.BLOCKED, Outcome.ABORTED, Outcome.MISSING, Outcome.UNWRITTEN})
UNEXPLAINED = frozenset({Outcome.TIMEOUT, Outcome.CRASHED, Outcome.MEMORY})
FAILING = frozenset({Outcome.FAILED, Outcome.ERROR})


class KnownMistake(Struct, frozen=True):
    """A mistake that people make: its id `task/Name`, its name in words, the tutor's words."""

    id: str
    task: str
    title: str
    explanation: str
    methods: tuple[str, ...]


Hypothesis = tuple[KnownMistake, ...]
Observation = Number | tuple[str, Scalar]
"""A number, or what else was seen: a kind and what there is to say of it."""

Observations = Sequence[Observation]
Replay = Callable[[Hypothesis, CheckRecord, int], Iterable[Observations]]
"""What a check's program gives under a hypothesis: at most so many runs, made when asked."""

ONCE, OFTEN = 1, 3
"""Runs of a program: one settles nearly every mistake; more where set order may vary."""


class Findings(Struct, frozen=True):
    """Diagnoses by task, for each later check that an earlier mistake predicts, its task, and all
    mistakes that are named."""

    diagnoses: Mapping[str, tuple[Diagnosis, ...]] = {}
    same_as: Mapping[str, str] = {}
    hypothesis: Hypothesis = ()


def atoms(result: Result) -> Iterator[Observation]:
    """What can be observed of a result: plain values, exception types, or that it is an object;
    nothing of a step that was not run."""
    if isinstance(result, Plain):
        value = result.value
        yield value if isinstance(value, int | float) else ("value", value)
    elif isinstance(result, Raised):
        yield "raised", result.type_name
    elif isinstance(result, Many):
        for one in result.values:
            if isinstance(one, int | float):
                yield one
            else:
                yield from atoms(one)
    elif isinstance(result, Handle):
        yield "object", ""


def observed(results: Sequence[Result]) -> Observations:
    """Every atom of a program's results, in order."""
    return [atom for result in results for atom in atoms(result)]


def agrees(
    seen: Observations, runs: Iterable[Observations], ignored: frozenset[int] = frozenset()
) -> bool:
    """Whether every observation is matched by some run; varying values match any value seen."""
    unmatched = [place for place in range(len(seen)) if place not in ignored]
    for run in runs:
        if run == seen:
            return True
        if len(run) == len(seen):
            unmatched = [place for place in unmatched if not alike(run[place], seen[place])]
            if not unmatched:
                return True
    return False


def alike(one: Observation, other: Observation) -> bool:
    """Whether two observations are the same: numbers by tolerance, the rest exactly."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return one == other
    return close(one, other)


class Search:
    """One submission's search; see the module's words."""

    def __init__(
        self,
        tasks: Sequence[str],
        records: Sequence[CheckRecord],
        mistakes: Sequence[KnownMistake],
        replay: Replay,
        varying: Mapping[str, frozenset[int]],
    ) -> None:
        self.tasks = tasks
        self.mistakes = mistakes
        self.replay = replay
        self.varying = varying
        self.by_task = {task: [r for r in records if r.spec.task == task] for task in tasks}
        self.seen: dict[str, Observations] = {}
        self.hypotheses: list[Hypothesis] = [()]
        self.found_in: dict[str, list[tuple[KnownMistake, ...]]] = {}
        self.same_as: dict[str, str] = {}

    def run(self) -> Findings:
        """Walks the tasks and gives what was found."""
        for task in self.tasks:
            self._task(task)
        return Findings(self._diagnoses(), self.same_as, self.hypotheses[0])

    # --- one task --------------------------------------------------------------------------

    def _task(self, task: str) -> None:
        records = self.by_task[task]
        failing = sorted(
            (r for r in records if r.outcome in FAILING), key=lambda record: len(record.steps)
        )
        if any(r.outcome in UNEXPLAINED for r in records):
            return
        # failing checks first, short ones before long ones: most hypotheses fall at the first
        judged = failing + [r for r in records if r.outcome is Outcome.PASSED]
        if not failing and self.hypotheses == [()]:
            return
        kept = [h for h in self.hypotheses if self._fits(h, judged, OFTEN)]
        if kept:
            self.hypotheses = kept
            self._predicted(failing)
        elif failing:
            self._predicted(failing)
            self._extend(task, judged)

    def _fits(self, hypothesis: Hypothesis, records: Sequence[CheckRecord], runs: int) -> bool:
        return all(self._predicts(hypothesis, record, runs) for record in records)

    def _predicts(self, hypothesis: Hypothesis, record: CheckRecord, runs: int = OFTEN) -> bool:
        check = record.spec.id
        if check not in self.seen:
            self.seen[check] = observed(record.results)
        ignored = self.varying.get(check, frozenset())
        return agrees(self.seen[check], self.replay(hypothesis, record, runs), ignored)

    def _predicted(self, failing: Sequence[CheckRecord]) -> None:
        """Marks the failing checks that the mistakes found so far predict."""
        if not self.hypotheses[0]:
            return
        for record in failing:
            for hypothesis in self.hypotheses:
                if self._predicts(hypothesis, record):
                    self.same_as[record.spec.id] = self._origin(hypothesis, record)
                    break

    def _origin(self, hypothesis: Hypothesis, record: CheckRecord) -> str:
        """The task in which the mistake that predicts the check was found."""
        for size in (1, len(hypothesis)):
            for mistake in hypothesis:
                alone = (mistake,) if size == 1 else hypothesis
                if self._predicts(alone, record):
                    return self._home(mistake)
        return self._home(hypothesis[-1])

    def _home(self, mistake: KnownMistake) -> str:
        for task, groups in self.found_in.items():
            if any(mistake in group for group in groups):
                return task
        return mistake.task

    def _extend(self, task: str, judged: Sequence[CheckRecord]) -> None:
        candidates = [m for m in self.mistakes if m.task in (task, GENERAL)]
        singles = [(mistake,) for mistake in candidates]
        pairs = (
            (one, two)
            for one, two in product(candidates, repeat=2)
            if one.task == GENERAL and two.task != GENERAL
        )
        for additions, runs in ((singles, ONCE), (singles, OFTEN), (pairs, ONCE)):
            grown = self._growing(additions, judged, runs)
            if grown:
                self.hypotheses = [whole for whole, _ in grown]
                self.found_in[task] = list(dict.fromkeys(added for _, added in grown))
                return

    def _growing(
        self,
        additions: Iterable[tuple[KnownMistake, ...]],
        judged: Sequence[CheckRecord],
        runs: int,
    ) -> list[tuple[Hypothesis, tuple[KnownMistake, ...]]]:
        grown = []
        for added in additions:
            for hypothesis in self.hypotheses:
                whole = hypothesis + added
                if not clashing(whole) and self._fits(whole, judged, runs):
                    grown.append((whole, added))
                    if len(grown) >= MOST_HYPOTHESES:
                        return grown
        return grown

    # --- what is said ----------------------------------------------------------------------

    def _diagnoses(self) -> dict[str, tuple[Diagnosis, ...]]:
        said: dict[str, tuple[Diagnosis, ...]] = {}
        alive = {mistake.id for hypothesis in self.hypotheses for mistake in hypothesis}
        for task, groups in self.found_in.items():
            living = [g for g in groups if all(m.id in alive for m in g)] or groups
            checks = tuple(
                r.spec.id
                for r in self.by_task[task]
                if r.outcome in FAILING and r.spec.id not in self.same_as
            )
            later = tuple(check for check, home in self.same_as.items() if home == task)
            said[task] = tuple(
                self._one(mistake, [g[place] for g in living[1:]], checks + later)
                for place, mistake in enumerate(living[0])
            )
        return said

    def _one(
        self, mistake: KnownMistake, others: Sequence[KnownMistake], checks: tuple[str, ...]
    ) -> Diagnosis:
        different = {o.id: NamedMistake(o.id, o.title) for o in others if o.id != mistake.id}
        return Diagnosis(
            id=mistake.id,
            title=mistake.title,
            explanation=mistake.explanation,
            checks=checks,
            alternatives=tuple(different.values()),
        )


def clashing(hypothesis: Hypothesis) -> bool:
    """Whether two of its mistakes replace the same method: then they cannot stand together."""
    methods = [method for mistake in hypothesis for method in mistake.methods]
    return len(methods) != len(set(methods))
