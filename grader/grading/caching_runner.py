"""A runner that asks many checks' programs at once, and lets pytest judge an answer only once.

What the checks ask is learned by running them on the reference. Then all visible checks that ask
one program are asked in one message, and all others in one more, to a worker of their own. What
each answer comes to is judged by the check under pytest or, where the same answer was judged
before, is known (`grader.grading.result_cache`); where all that a check does is compare, so is what
it makes of any answer (`grader.grading.fixed_check`). When a message brings something else than
answers (a timeout, a death, a line printed), its checks are asked again one by one, in a fresh
worker.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

import pytest

from grader.exercise.trusted import reference_module
from grader.grading.asking import asked_alone, asked_together
from grader.grading.fixed_check import FixedCheck, Judge
from grader.grading.learning import comparison_of, draws
from grader.grading.lessons import Lessons
from grader.grading.result_cache import AskableTarget, AskAheadTarget, CheckKey, ReferenceTarget
from grader.grading.runner import Runner
from grader.grading.stash import SPEC
from grader.grading.state import State
from grader.model.check import CheckRecord, Outcome
from grader.model.exercise import Exercise
from grader.model.program import Program
from grader.target.base import Asked


class CachingRunner(Runner):
    """Runs the collected checks, as few as need be under pytest; `lessons` is what is kept of
    them from earlier sessions."""

    def __init__(self, session: pytest.Session) -> None:
        super().__init__(session)
        self.judge = Judge()
        self.lessons: Lessons | None = None
        self._draws = {item: draws(item) for item in self.items}
        self._learned: dict[CheckKey, Program | None] = {}
        self._programs: dict[pytest.Item, Program] = {}
        self._answers: dict[str, Asked] = {}
        self._judged: dict[pytest.Item, Asked] = {}
        self._recalled: dict[str, float] = {}
        self._asked: dict[str, Asked] = {}

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """See `Runner.run`."""
        self._programs, self._answers = {}, {}
        if state.judged and hasattr(state.target, "ask_all"):
            self.learn(state.exercise, state.seed, task)
            for item in self.items_of(state.exercise, task):
                program = self._learned.get(self._key(state.seed, item))
                if program is not None:
                    self._programs[item] = program
            self._answers = asked_together(
                state, {item.stash[SPEC]: program for item, program in self._programs.items()}
            )
        records = super().run(state, task)
        self._keep_results(state)
        return records

    def begin(self, state: State) -> None:
        """See `Runner.begin`."""
        super().begin(state)
        self._judged, self._recalled, self._asked = {}, {}, {}

    def run_check(self, state: State, item: pytest.Item, following: pytest.Item | None) -> None:
        """See `Runner.run_check`; an answer that is known is not judged again."""
        program = self._programs.get(item)
        if program is None or state.withheld(item.stash[SPEC]) is not None:
            super().run_check(state, item, following)
            return
        asked = self._answers.get(item.stash[SPEC].id) or asked_alone(state, program)
        if asked.failure is None and self._known(state, item, asked):
            return
        state.target = ahead = AskAheadTarget(cast(AskableTarget, state.target), asked)
        super().run_check(state, item, following)
        if ahead.is_answered and not ahead.differs and asked.failure is None:
            self._judged[item] = self._asked[item.stash[SPEC].id] = asked

    def durations(self) -> dict[str, float]:
        """See `Runner.durations`; of an answer that was known, the time to find it."""
        return {**super().durations(), **self._recalled}

    def asked(self, check: str) -> Asked | None:
        """What the submission of the run just done was asked by a check in one message, and its
        answer."""
        return self._asked.get(check)

    def learn(self, exercise: Exercise, seed: int, task: str | None = None) -> None:
        """Runs on the reference what was not run with this seed yet, to learn what it asks."""
        if self.lessons is not None:
            self._recall(self.lessons, seed)
        new = [
            item
            for item in self.items_of(exercise, task)
            if self._draws[item] is not None and self._key(seed, item) not in self._learned
        ]
        if not new:
            return
        target = ReferenceTarget(reference_module(exercise), exercise.contract.files)
        state = State(exercise, target, seed)
        self.begin(state)
        for item, following in zip(new, [*new[1:], None], strict=True):
            target.begin_check()
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            asked = target.asked[0] if len(target.asked) == 1 else None
            self._learned[self._key(seed, item)] = asked.program if asked else None
            if asked and self.record(state, item).outcome is Outcome.PASSED:
                self._judged[item] = asked
                comparison = comparison_of(item, asked)
                if comparison is not None:
                    self.judge.comparisons[self._key(seed, item)] = comparison
        self.tear_down(None)
        self._keep_results(state)

    def _recall(self, lessons: Lessons, seed: int) -> None:
        """Takes over what an earlier session learned with this seed."""
        for item in self.items:
            key = self._key(seed, item)
            if key not in self._learned and key == lessons.key(seed, key.check):
                check = lessons.check(key)
                self._learned[key] = check.program
                self.judge.comparisons[key] = check.reads

    def learn_more(self, exercise: Exercise, seeds: Sequence[int]) -> None:
        """Learns what more of these seeds bring, as far as that is one more run of the battery."""
        drawing = sum(map(bool, self._draws.values()))
        unknown = [seed for seed in seeds if self.fixed_checks(seed) is None]
        for seed in unknown[: len(self.items) // (drawing or 1)]:
            self.learn(exercise, seed)

    def fixed_checks(self, seed: int) -> dict[CheckKey, FixedCheck] | None:
        """All checks with this seed, None where one is not learned, or more than a comparison."""
        found = dict[CheckKey, FixedCheck]()
        for item in self.items:
            key = self._key(seed, item)
            program, reads = self._learned.get(key), self.judge.comparisons.get(key)
            if program is None or reads is None:
                return None
            found[key] = FixedCheck(program, reads)
        return found

    def _key(self, seed: int, item: pytest.Item) -> CheckKey:
        return CheckKey(item.stash[SPEC].id, seed if self._draws[item] else None)

    def _known(self, state: State, item: pytest.Item, asked: Asked) -> bool:
        """Takes the record over where this answer is known, or can be compared as it is."""
        spec, began = item.stash[SPEC], time.perf_counter()
        record = self.judge.record(state, spec, self._key(state.seed, item), asked)
        if record is None:
            return False
        state.records[spec.id] = record
        self._asked[spec.id] = asked
        self._recalled[spec.id] = time.perf_counter() - began
        return True

    def _keep_results(self, state: State) -> None:
        """Caches what answers came to."""
        for item, asked in self._judged.items():
            self.judge.keep(self._key(state.seed, item), asked, self.record(state, item))
