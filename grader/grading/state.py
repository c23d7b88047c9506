"""What the checks of one submission need while they run, and what was seen of them."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable, Sequence

from grader.grading.waiting import waits_for
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.errors import GraderError
from grader.model.exercise import Contract, Exercise, Submission
from grader.target.base import Target
from grader.target.recorder import Recorder
from grader.text.words import said

ABORT_AFTER = 3
"""Timeouts and deaths within one task before its remaining checks are aborted."""


class State:
    """What the running checks need to know, and what was seen of them so far."""

    def __init__(
        self, exercise: Exercise, target: Target, seed: int, hidden: Target | None = None
    ) -> None:
        self.exercise = exercise
        self.target = target  # of the check that runs
        self.targets = {True: target, False: hidden or target}
        self.seed = seed
        # what learners are not given cannot be waited for
        self.given = None if exercise.public is None else exercise.public.names()
        self.judged = False  # whether `needs` and aborts are enforced
        self.records: dict[str, CheckRecord] = {}
        self.timeout_kind: dict[str, str] = {}
        self.battery_errors: dict[str, str] = {}
        self.fault: GraderError | None = None
        self.close: Callable[[], None] = lambda: None

    def unmet(self, spec: CheckSpec) -> list[str]:
        """What the check needs that has nothing passing."""
        return [name for name in self.needs(spec) if not self._passes(name)]

    def needs(self, spec: CheckSpec) -> list[str]:
        """The checks and tasks the check is not judged without."""
        needs = dict.fromkeys((*self.exercise.task(spec.task).needs, *spec.needs))
        return [need for need in needs if self.given is None or need in self.given]

    def target_of(self, spec: CheckSpec) -> Target:
        """What the check drives: visible checks share a worker, and so do all the others."""
        return self.targets[spec.visibility is Visibility.VISIBLE]

    def _passes(self, name: str) -> bool:
        """Whether the check, or any check of the task, of that name passed."""
        return any(
            record.outcome is Outcome.PASSED and name in (record.spec.id, record.spec.task)
            for record in self.records.values()
        )

    def _named(self, need: str) -> str:
        """A task, or a visible check that ran, as it is called; any other check as its task."""
        record = self.records.get(need)
        is_visible = record is not None and record.spec.visibility is Visibility.VISIBLE
        return need if is_visible else need.partition("/")[0]

    def withheld(self, spec: CheckSpec) -> CheckRecord | None:
        """The record of a check that cannot be judged as things stand, else None."""
        unmet = self.unmet(spec)
        if unmet:
            named = dict.fromkeys(map(self._named, unmet))
            return CheckRecord(spec, Outcome.BLOCKED, waits_for(list(named)))
        if self.exhausted(spec.task):
            reason = said(
                "not run: {number} checks of this task had to be stopped before it",
                number=ABORT_AFTER,
            )
            return CheckRecord(spec, Outcome.ABORTED, reason)
        return None

    def exhausted(self, task: str) -> bool:
        """Whether the task has had its share of timeouts and deaths."""
        bad = (Outcome.TIMEOUT, Outcome.CRASHED)
        mine = [r for r in self.records.values() if r.spec.task == task and r.outcome in bad]
        return len(mine) >= ABORT_AFTER


def tasks_needed(exercise: Exercise, specs: Sequence[CheckSpec], task: str | None) -> set[str]:
    """The task and all that it or its checks need; without a task, all that have checks."""
    if task is None:
        return {spec.task for spec in specs}
    wanted, found = set[str](), {task}
    while found != wanted:
        wanted = set(found)
        for spec in (spec for spec in specs if spec.task in wanted):
            needs = (*exercise.task(spec.task).needs, *spec.needs)
            found.update(need.partition("/")[0] for need in needs)
    return wanted


SEEDS = 32
"""Seeds of a secret. Few enough that in a class most answers were given before
(`grader.grading.result_cache`); without the secret none of them is known to a submission."""


def recorder_for(contract: Contract, target: Target) -> Recorder:
    """A recorder for a check of an exercise with that contract."""
    return Recorder(target, contract.classes, contract.enforced)


def check_rng(seed: int, check_id: str) -> random.Random:
    """A generator that this submission and this check always get, and no other."""
    digest = hmac.digest(seed.to_bytes(8, "big"), check_id.encode(), hashlib.sha256)
    return random.Random(int.from_bytes(digest, "big"))


def seeds_of(secret: str, exercise: Exercise) -> tuple[int, ...]:
    """The seeds of a secret, 48 bits each: HMACs of it over the exercise."""
    return tuple(_keyed(secret, exercise.digest, "seed", at) for at in range(SEEDS))


def seed_for(secret: str, exercise: Exercise, submission: Submission) -> int:
    """The submission's seed: the HMAC over exercise and submission digests says which."""
    at = _keyed(secret, exercise.digest, submission.digest) % SEEDS
    return seeds_of(secret, exercise)[at]


def _keyed(secret: str, *words: object) -> int:
    message = "\0".join(map(str, words)).encode()
    return int.from_bytes(hmac.digest(secret.encode(), message, hashlib.sha256)[:6], "big")
