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
from collections.abc import Mapping
from typing import cast

import pytest
from msgspec.structs import replace

from grader.exercise.trusted import reference_module
from grader.grading import pytest_internals
from grader.grading.fixed_check import comparison_of, judged
from grader.grading.result_cache import (
    AskableTarget,
    AskAheadTarget,
    CheckKey,
    ReferenceTarget,
    ResultCache,
    asked_alone,
)
from grader.grading.runner import Runner
from grader.grading.state import SPEC, State
from grader.model.check import CheckRecord, Outcome, Visibility
from grader.model.exercise import Exercise
from grader.model.program import Program
from grader.target.base import Asked, TargetFailure
from grader.target.observe import Reads

OWN_FIXTURES = frozenset({"recorder", "submission", "observe", "request", "rng"})


class CachingRunner(Runner):
    """Runs the collected checks, as few as need be under pytest."""

    def __init__(self, session: pytest.Session) -> None:
        super().__init__(session)
        self.cache = ResultCache()
        self._draws = {item: _draws(item) for item in self.items}
        self._learned: dict[CheckKey, Program | None] = {}
        self._programs: dict[pytest.Item, Program | None] = {}
        self._answers: dict[pytest.Item, Asked] = {}
        self._judged: dict[pytest.Item, Asked] = {}
        self._recalled: dict[str, float] = {}
        self._comparisons: dict[CheckKey, Reads] = {}
        self._asked: dict[str, Asked] = {}

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """See `Runner.run`."""
        self._programs = {}
        if state.judged and hasattr(state.target, "ask_all"):
            self.learn(state.exercise, state.seed, task)
            items = self.items_of(state.exercise, task)
            self._programs = {
                item: self._learned.get(self._key(state.seed, item)) for item in items
            }
        self._answers = self._ask_together(state)
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
        asked = self._answers.get(item) or asked_alone(cast(AskableTarget, state.target), program)
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
                    self._comparisons[self._key(seed, item)] = comparison
        self.tear_down(None)
        self._keep_results(state)

    def _key(self, seed: int, item: pytest.Item) -> CheckKey:
        return CheckKey(item.stash[SPEC].id, seed if self._draws[item] else None)

    def _ask_together(self, state: State) -> dict[pytest.Item, Asked]:
        """The answers that came in one message, first of visible checks, then of all others."""
        answers: dict[pytest.Item, Asked] = {}
        for is_visible in (True, False):
            group = {
                item: program
                for item, program in self._programs.items()
                if program is not None
                and (item.stash[SPEC].visibility is Visibility.VISIBLE) == is_visible
            }
            if group:
                answers |= _asked_together(cast(AskableTarget, state.targets[is_visible]), group)
        return answers

    def _known(self, state: State, item: pytest.Item, asked: Asked) -> bool:
        """Takes the record over where this answer is known, or can be compared as it is."""
        spec, began = item.stash[SPEC], time.perf_counter()
        key = self._key(state.seed, item)
        record = self.cache.get(key, asked.answer)
        if record is not None and record.outcome is not Outcome.PASSED:
            record = replace(record, output=state.target.output())
        if record is None and key in self._comparisons:
            record = judged(state, spec, self._comparisons[key], asked)
            if record is not None:
                self._judged[item] = asked
        if record is None:
            return False
        state.records[spec.id] = record
        self._asked[spec.id] = asked
        self._recalled[spec.id] = time.perf_counter() - began
        return True

    def _keep_results(self, state: State) -> None:
        """Caches what answers came to."""
        for item, asked in self._judged.items():
            record = replace(self.record(state, item), output=None)
            self.cache.put(self._key(state.seed, item), asked.answer, record)


def _asked_together(
    target: AskableTarget, programs: Mapping[pytest.Item, Program]
) -> dict[pytest.Item, Asked]:
    """The answers to all programs in one message; none where they have to be asked one by one."""
    try:
        raw = target.ask_all(list(programs.values()))
    except TargetFailure:
        raw = None
    # of what was printed, each check is to show what was printed in it
    if raw is None or target.output() is not None:
        target.start_over()
        return {}
    pairs = zip(programs.items(), raw, strict=True)
    return {item: Asked(program, answer) for (item, program), answer in pairs}


def _draws(item: pytest.Item) -> bool | None:
    """Whether a check draws on `rng`; None where it draws on more than that and the submission:
    a fixture of others, or one that outlives the check."""
    battery = item.config.rootpath
    parameters = pytest_internals.parameters(item)
    for fixture in pytest_internals.fixtures(item):
        if fixture.name in OWN_FIXTURES:
            continue
        if battery not in fixture.file.parents:
            # pytest itself stands in for a fixture where a mark gives the value
            if fixture.name not in parameters:
                return None
        elif fixture.scope != "function":
            return None
    return "rng" in getattr(item, "fixturenames", ())
