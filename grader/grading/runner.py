"""Runs a collected battery for one submission at a time: the inside of the loop.

What pytest-json-report recorded is held against our own records before anything is graded.
"""

from __future__ import annotations

import pytest

from grader.exercise.trusted import reference_module
from grader.grading import pytest_internals
from grader.grading.account import accept_json_report
from grader.grading.pytest_internals import JsonReport
from grader.grading.stash import SPEC, STATE
from grader.grading.state import State, tasks_needed
from grader.model.check import CheckRecord, CheckSpec, Outcome
from grader.model.errors import ExerciseProblem
from grader.model.exercise import Exercise
from grader.target.in_process import InProcessTarget
from grader.text.clean import clean_text
from grader.text.words import said


class Runner:
    """Runs the collected checks under pytest, one after the other."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.config = session.config
        self.items = [item for item in session.items if SPEC in item.stash]
        self.json_report = JsonReport(session.config)
        self._ran: list[pytest.Item] = []
        for item in self.items:
            # a check's traceback shows the battery: nobody gets to see it, so none is drawn
            pytest_internals.set_failure_text(item, _failure_text)

    @property
    def specs(self) -> list[CheckSpec]:
        """The battery's checks in the order they run."""
        return [item.stash[SPEC] for item in self.items]

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """Every check's record for the state's submission; with a task, those of it and of what it
        needs.

        Raises ExerciseProblem when a check is broken, Fault when the box is.
        """
        items = self.items_of(state.exercise, task)
        self.begin(state)
        for item, following in zip(items, [*items[1:], None], strict=True):
            state.target = state.target_of(item.stash[SPEC])
            self.run_check(state, item, following)
        self.tear_down(None)
        self.accept(state)
        return [self.record(state, item) for item in items]

    def items_of(self, exercise: Exercise, task: str | None) -> list[pytest.Item]:
        """The checks of the task and of all that it or its checks need; without a task, all."""
        wanted = tasks_needed(exercise, self.specs, task)
        return [item for item in self.items if item.stash[SPEC].task in wanted]

    def begin(self, state: State) -> None:
        """Drops all that the last submission left in pytest and its plugins."""
        self.config.stash[STATE] = state
        self.json_report.forget()
        self._ran = []
        pytest_internals.forget_results(self.session)
        for item in self.items:
            pytest_internals.forget_output(item)

    def run_check(self, state: State, item: pytest.Item, following: pytest.Item | None) -> None:
        """Runs one check; a second time where the first may have met this machine's load."""
        check = item.stash[SPEC].id
        self.tear_down(item)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if state.timeout_kind.get(check) == "wall":
            # the wall ran out with the processor idle: that may be this machine's load and is
            # not held against the learner; the second run counts
            state.target = state.target_of(item.stash[SPEC])
            self.forget_check(state, item)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if state.fault is not None:
            raise state.fault
        if check in state.battery_errors:
            self._attribute(state, item)
        self._ran.append(item)

    def durations(self) -> dict[str, float]:
        """Seconds that each check took in the run just done."""
        return {item.stash[SPEC].id: self.json_report.seconds(item) for item in self._ran}

    def forget_check(self, state: State, item: pytest.Item) -> None:
        """Drops what the check's run left, so that it can run again."""
        check = item.stash[SPEC].id
        self.json_report.forget(item)
        pytest_internals.forget_output(item)
        state.timeout_kind.pop(check, None)
        state.battery_errors.pop(check, None)
        state.records.pop(check, None)

    def tear_down(self, following: pytest.Item | None) -> None:
        """Ends the fixtures of the last check that ran, but those that the following one shares."""
        try:
            pytest_internals.tear_down(self.session, following)
        except Exception as error:
            words = clean_text(f"{type(error).__name__}: {error}", limit=200)
            raise ExerciseProblem(
                said("a fixture of the battery is broken: {words}", words=words),
                next_move=said("Run `pytest` on the battery with the reference and mend it."),
            ) from error

    def record(self, state: State, item: pytest.Item) -> CheckRecord:
        """What was seen of the check."""
        spec = item.stash[SPEC]
        return state.records.get(spec.id) or CheckRecord(
            spec, Outcome.MISSING, said("the battery promised this check and it never reported")
        )

    def accept(self, state: State) -> None:
        """Fault where pytest-json-report recorded something else of the checks that ran than we."""
        expected = {item.nodeid: self.record(state, item).outcome for item in self._ran}
        accept_json_report(self.json_report.tests, expected)

    def _attribute(self, state: State, item: pytest.Item) -> None:
        """An exception in a check is the learner's doing only if the reference passes the check."""
        reference = InProcessTarget(reference_module(state.exercise))
        trial = State(state.exercise, reference, state.seed)
        self.config.stash[STATE] = trial
        try:
            pytest_internals.run_without_report(item)
        finally:
            self.config.stash[STATE] = state
        spec = item.stash[SPEC]
        record = trial.records.get(spec.id)
        if record is None or record.outcome is not Outcome.PASSED:
            words = state.battery_errors[spec.id]
            raise ExerciseProblem(
                said("the check {stash} is broken: {words}", stash=spec.id, words=words),
                next_move=said("Run `pytest` on the battery with the reference and mend it."),
            )


def _failure_text(failure: pytest.ExceptionInfo[BaseException]) -> str:
    return clean_text(failure.exconly(tryshort=True), limit=300)
