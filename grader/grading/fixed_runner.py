"""Judges submissions without pytest, by what was learned of the battery in an earlier session.

It serves where every check comes to one program and one comparison (`grader.grading.fixed_check`)
and no answer is out of the ordinary: one that is late, dead or printed something is for pytest.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from grader.grading.asking import asked_together
from grader.grading.fixed_check import Judge
from grader.grading.lessons import Lessons
from grader.grading.result_cache import CheckKey
from grader.grading.state import State, tasks_needed
from grader.model.check import CheckRecord, CheckSpec
from grader.model.exercise import Exercise
from grader.model.program import Program
from grader.target.base import Asked


class PytestNeeded(Exception):
    """The submission is one for a session of pytest, from its beginning."""


class FixedRunner:
    """Judges a battery of which everything is known; answers as `CachingRunner` does."""

    def __init__(self, lessons: Lessons) -> None:
        self.lessons = lessons
        self.judge = Judge()
        self._programs: dict[CheckKey, Program] = {}
        self._asked: dict[str, Asked] = {}
        self._durations: dict[str, float] = {}

    @property
    def specs(self) -> tuple[CheckSpec, ...]:
        """The battery's checks in the order they run."""
        return self.lessons.specs

    def learn(self, exercise: Exercise, seed: int, task: str | None = None) -> None:
        """Takes up what the checks ask with this seed. PytestNeeded where that is not known."""
        for spec in self.specs:
            key = self._key(seed, spec)
            if key not in self._programs:
                check = self.lessons.check(key)
                self._programs[key] = check.program
                self.judge.comparisons[key] = check.reads

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """See `Runner.run`. PytestNeeded where an answer is out of the ordinary."""
        self._asked, self._durations = {}, {}
        tasks = tasks_needed(state.exercise, self.specs, task)
        keys = {spec: self._key(state.seed, spec) for spec in self.specs if spec.task in tasks}
        programs = {spec: self._programs[key] for spec, key in keys.items()}
        answers = asked_together(state, programs)
        if len(answers) < len(programs):
            raise PytestNeeded
        for spec, key in keys.items():
            state.target = state.target_of(spec)
            record = state.withheld(spec) or self._judged(state, spec, key, answers)
            state.records[spec.id] = record
        return [state.records[spec.id] for spec in keys]

    def durations(self) -> dict[str, float]:
        """Seconds that it took to judge each answer of the run just done."""
        return self._durations

    def asked(self, check: str) -> Asked | None:
        """What the submission of the run just done was asked by a check, and its answer."""
        return self._asked.get(check)

    def _judged(
        self, state: State, spec: CheckSpec, key: CheckKey, answers: Mapping[str, Asked]
    ) -> CheckRecord:
        began, asked = time.perf_counter(), answers[spec.id]
        record = self.judge.record(state, spec, key, asked)
        if record is None:
            raise PytestNeeded
        self._asked[spec.id] = asked
        self._durations[spec.id] = time.perf_counter() - began
        return record

    def _key(self, seed: int, spec: CheckSpec) -> CheckKey:
        key = self.lessons.key(seed, spec.id)
        if key is None:
            raise PytestNeeded
        return key
