"""Runs the checks that learners are given, without a battery and without pytest's protocol."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import cast

from grader.grading.asking import asked_alone, asked_together
from grader.grading.check_records import record_of
from grader.grading.public_check import judge, steps_of
from grader.grading.result_cache import AskableTarget, AskAheadTarget
from grader.grading.state import State, recorder_for, tasks_needed
from grader.model.check import CheckRecord, CheckSpec
from grader.model.exercise import Exercise
from grader.model.program import Program
from grader.model.public import Public, PublicCheck
from grader.target.base import Asked, TargetFailure
from grader.target.recorder import SubmissionError


class PublicRunner:
    """Runs the checks of a handout on one submission after the other; as `CachingRunner` does, and
    there is nothing to learn."""

    def __init__(self, public: Public) -> None:
        self.checks = public.checks
        self.specs: list[CheckSpec] = [check.spec for check in public.checks]
        # what asks once is asked as a whole program, as explanations will ask it again
        self._programs = {
            check.spec: Program.of(steps_of(check.exchanges[0]))
            for check in public.checks
            if len(check.exchanges) == 1
        }
        self._durations: dict[str, float] = {}
        self._asked: dict[str, Asked] = {}

    def learn(self, exercise: Exercise, seed: int, task: str | None = None) -> None:
        """Does nothing: what checks ask is known."""

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """Every check's record; with a task, those of it and of what it needs. Fault."""
        self._durations, self._asked = {}, {}
        wanted = tasks_needed(state.exercise, self.specs, task)
        checks = [check for check in self.checks if check.spec.task in wanted]
        programs = {spec: one for spec, one in self._programs.items() if spec.task in wanted}
        answers = asked_together(state, programs)
        for check in checks:
            began = time.perf_counter()
            state.target = state.target_of(check.spec)
            record = state.withheld(check.spec) or self._record(state, check, answers)
            if state.timeout_kind.pop(check.spec.id, None) == "wall":
                # with the processor idle, that may be this machine's load: the second run counts
                record = self._record(state, check, {})
            state.records[check.spec.id] = record
            self._durations[check.spec.id] = time.perf_counter() - began
        return list(state.records.values())

    def durations(self) -> dict[str, float]:
        """Seconds that each check took in the run just done."""
        return self._durations

    def asked(self, check: str) -> Asked | None:
        """What the submission was asked by a check in one message, and its answer."""
        return self._asked.get(check)

    def _record(
        self, state: State, check: PublicCheck, answers: Mapping[str, Asked]
    ) -> CheckRecord:
        program, target = self._programs.get(check.spec), state.target
        if program is not None:
            asked = answers.get(check.spec.id) or asked_alone(state, program)
            if asked.failure is None:
                self._asked[check.spec.id] = asked
            target = AskAheadTarget(cast(AskableTarget, state.target), asked)
        recorder = recorder_for(state.exercise.contract, target)
        try:
            judge(check, recorder)
        except (SubmissionError, AssertionError, TargetFailure) as error:
            return record_of(state, check.spec, recorder, error)
        return record_of(state, check.spec, recorder, None)
