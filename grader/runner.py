"""Runs a collected battery for one submission at a time: the inside of the loop.

Every check of a submission either runs under pytest or, where the same answers were judged before,
is remembered (`grader.memory`). pytest-json-report's account covers both and is held against our
own records before anything is graded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.runner import runtestprotocol
from msgspec.structs import replace

from grader.battery_plugin import SPEC, STATE, State
from grader.errors import ExerciseProblem, Fault
from grader.memory import (
    AskableTarget,
    Dialogue,
    Drawn,
    First,
    Heard,
    Known,
    Memory,
    Question,
    StartOver,
)
from grader.model import CheckRecord, CheckSpec, Exercise, Outcome
from grader.target import InProcessTarget, Target, TargetFailure, load_in_process
from grader.verdict import accept_json_report
from grader.wording import clean_text
from grader.words import said


class Runner:
    """Runs the collected checks for one submission at a time."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.config = session.config
        self.items = [item for item in session.items if SPEC in item.stash]
        self.draws = {item: _draws(item) for item in self.items}
        self.memory = Memory()
        self._dialogues: dict[str, tuple[Drawn, Dialogue]] = {}
        for item in self.items:
            # a check's traceback shows the battery: nobody gets to see it, so none is drawn
            setattr(item, "repr_failure", _words_of)  # noqa: B010
        self.account: Any = getattr(session.config, "_json_report", None)
        if self.account is None:
            raise Fault(said("pytest-json-report is not active in the grading session"))

    @property
    def specs(self) -> list[CheckSpec]:
        """The battery's checks in the order they run."""
        return [item.stash[SPEC] for item in self.items]

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """Every check's record for the state's submission.

        ExerciseProblem when a check is broken, Fault when the box is.
        """
        wanted = self._wanted(state.exercise, task)
        chosen = [item for item in self.items if item.stash[SPEC].task in wanted]
        self.config.stash[STATE] = state
        try:
            judged = self._run_all(state, chosen, together=True)
        except StartOver:
            cast(AskableTarget, state.target).start_over()
            state.start_over()
            judged = self._run_all(state, chosen, together=False)
        self._hold_against_account(state, chosen)
        self._learn(state, judged)
        records = ((item, self._record(state, item)) for item in chosen)
        return [self.memory.shared(self._drawn(state, item), record) for item, record in records]

    def _run_all(
        self, state: State, chosen: Sequence[pytest.Item], together: bool
    ) -> dict[pytest.Item, Dialogue]:
        """Runs the checks, or remembers them; what was heard by those that ran."""
        self._forget()
        judged: dict[pytest.Item, Dialogue] = {}
        asked: dict[pytest.Item, tuple[Question, bytes]] = {}
        for place, item in enumerate(chosen):
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            dialogue = self._dialogue(state, item)
            if dialogue is None:
                self._run_item(state, item, following)
                continue
            if together and item not in asked:
                asked.update(self._ask_together(state, chosen[place:]))
            if item in asked:
                dialogue.heard(*asked[item])
            self._dialogues[item.stash[SPEC].id] = self._drawn(state, item), dialogue
            if not self._recall(state, item, dialogue):
                self._run_aided(state, item, following, dialogue)
                judged[item] = dialogue
        self._tear_down(None)
        return judged

    def heard(self, check: str) -> Heard | None:
        """What the submission of the run just done was asked by a check, and its answer."""
        if check not in self._dialogues:
            return None
        return self.memory.only_answer(*self._dialogues[check])

    def _dialogue(self, state: State, item: pytest.Item) -> Dialogue | None:
        """What a check may be heard with: None for all that must run as it is."""
        askable = hasattr(state.target, "ask") and state.judged and self.draws[item] is not None
        if not askable or state.withheld(item.stash[SPEC]) is not None:
            return None
        return Dialogue(cast(AskableTarget, state.target))

    def _drawn(self, state: State, item: pytest.Item) -> Drawn:
        return Drawn(item.stash[SPEC].id, state.seed if self.draws[item] else None)

    def _ask_together(
        self, state: State, items: Sequence[pytest.Item]
    ) -> dict[pytest.Item, tuple[Question, bytes]]:
        """The answers of the checks from the first on that can be asked in one message: those that
        would be asked next in any case, whatever these answers are. StartOver."""
        stretch = dict[pytest.Item, First]()
        undecided = set[str]()
        for item in items:
            spec = item.stash[SPEC]
            first = self.memory.only_question(self._drawn(state, item))
            if first is None or not undecided.isdisjoint(state.needs(spec)):
                break
            if state.withheld(spec) is None:
                stretch[item] = first
                undecided |= {spec.id, spec.task}
        if len(stretch) < 2:
            return {}
        try:
            programs = [first.encoded for first in stretch.values()]
            answers = cast(AskableTarget, state.target).ask_all(programs)
        except TargetFailure:
            raise StartOver from None
        if state.target.output() is not None:
            raise StartOver
        pairs = zip(stretch.items(), answers, strict=True)
        return {item: (first.question, answer) for (item, first), answer in pairs}

    def _recall(self, state: State, item: pytest.Item, dialogue: Dialogue) -> bool:
        """Puts the check's questions; takes the record over where these answers are known."""
        spec, began = item.stash[SPEC], time.perf_counter()
        known = self.memory.ask_ahead(self._drawn(state, item), dialogue)
        if known is None:
            return False
        record = known.record
        if record.outcome is not Outcome.PASSED:
            record = replace(record, output=state.target.output())
        state.records[spec.id] = record
        call = {**known.account["call"], "duration": time.perf_counter() - began}
        self.account._json_tests[item.nodeid] = {**known.account, "call": call}
        return True

    def _run_aided(
        self, state: State, item: pytest.Item, following: pytest.Item | None, dialogue: Dialogue
    ) -> None:
        """Runs the check; what was asked ahead is not asked again."""
        target, check = state.target, item.stash[SPEC].id
        state.target = dialogue
        try:
            self._run_item(state, item, following)
        finally:
            state.target = target
        if dialogue.diverged:
            self.memory.forget(check)
        if dialogue.must_start_over:
            raise StartOver
        if dialogue.diverged:
            self._forget_run(state, item)
            self._run_item(state, item, following)

    def _learn(self, state: State, judged: Mapping[pytest.Item, Dialogue]) -> None:
        for item, dialogue in judged.items():
            account = self.account._json_tests[item.nodeid]
            record = replace(self._record(state, item), output=None)
            if "call" in account:
                self.memory.learn(self._drawn(state, item), dialogue, Known(record, account))

    def _wanted(self, exercise: Exercise, task: str | None) -> set[str]:
        """The tasks to run: the one asked for and all that it or its checks need."""
        if task is None:
            return {known.id for known in exercise.tasks}
        wanted, found = set[str](), {task}
        while found != wanted:
            wanted = set(found)
            for spec in (spec for spec in self.specs if spec.task in wanted):
                needs = (*exercise.task(spec.task).needs, *spec.needs)
                found.update(need.partition("/")[0] for need in needs)
        return wanted

    def _run_item(self, state: State, item: pytest.Item, following: pytest.Item | None) -> None:
        check = item.stash[SPEC].id
        self._tear_down(item)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if state.timeout_kind.get(check) == "wall":
            # the wall ran out with the processor idle: that may be this machine's load and is
            # not held against the learner; the second run counts
            if isinstance(state.target, Dialogue):
                state.target = cast(Target, state.target.target)
            self._forget_run(state, item)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        elif isinstance(state.target, Dialogue) and state.target.is_lost:
            return
        if state.fault is not None:
            raise state.fault
        if check in state.battery_errors:
            self._attribute(state, item)

    def _tear_down(self, following: pytest.Item | None) -> None:
        """Ends what the last check that ran left to one that was then remembered instead."""
        try:
            self.session._setupstate.teardown_exact(following)
        except Exception as error:
            words = clean_text(f"{type(error).__name__}: {error}", limit=200)
            raise ExerciseProblem(
                said("a fixture of the battery is broken: {words}", words=words),
                next_move=said("Run `pytest` on the battery with the reference and mend it."),
            ) from error

    def _forget_run(self, state: State, item: pytest.Item) -> None:
        """Drops what the run that was left, so that the check can run again."""
        check = item.stash[SPEC].id
        self.account._json_tests.pop(item.nodeid, None)
        item._report_sections.clear()
        state.timeout_kind.pop(check, None)
        state.battery_errors.pop(check, None)
        state.records.pop(check, None)

    def _attribute(self, state: State, item: pytest.Item) -> None:
        """An exception in a check is the learner's doing only if the reference passes the check."""
        exercise = state.exercise
        path = exercise.reference_file
        module = load_in_process(path.read_text("utf-8"), exercise.contract.module, path.name)
        trial = State(exercise, InProcessTarget(module), state.seed)
        self.config.stash[STATE] = trial
        # pytest-json-report sets this up in the protocol hook, which would report this run too
        item._json_report_extra = {}  # type: ignore[attr-defined]
        try:
            runtestprotocol(item, log=False, nextitem=None)
        finally:
            self.config.stash[STATE] = state
            del item._json_report_extra  # type: ignore[attr-defined]
        record = trial.records.get(item.stash[SPEC].id)
        if record is None or record.outcome is not Outcome.PASSED:
            words = state.battery_errors[item.stash[SPEC].id]
            raise ExerciseProblem(
                said(
                    "the check {stash} is broken: {words}", stash=item.stash[SPEC].id, words=words
                ),
                next_move=said("Run `pytest` on the battery with the reference and mend it."),
            )

    def _record(self, state: State, item: pytest.Item) -> CheckRecord:
        spec = item.stash[SPEC]
        return state.records.get(spec.id) or CheckRecord(
            spec, Outcome.MISSING, said("the battery promised this check and it never reported")
        )

    def _hold_against_account(self, state: State, items: list[pytest.Item]) -> None:
        self.account.pytest_sessionfinish(self.session)
        expected = {item.nodeid: self._record(state, item).outcome for item in items}
        accept_json_report(self.account.report, expected)

    def durations(self) -> dict[str, float]:
        """Seconds of each check's call stage in the run just done, from pytest-json-report."""
        checks = {item.nodeid: item.stash[SPEC].id for item in self.items}
        return {
            checks[test["nodeid"]]: round(test.get("call", {}).get("duration", 0.0), 6)
            for test in self.account.report["tests"]
        }

    def _forget(self) -> None:
        """Drops all that the last submission left in pytest and its plugins."""
        self.account._json_tests.clear()
        self._dialogues.clear()
        self.session.testsfailed = 0
        self.session.shouldfail = self.session.shouldstop = False
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.stats.clear()
        for item in self.items:
            item._report_sections.clear()


def _words_of(failure: pytest.ExceptionInfo[BaseException]) -> str:
    return clean_text(failure.exconly(tryshort=True), limit=300)


def _draws(item: pytest.Item) -> bool | None:
    """Whether a check draws on `rng`; None where it draws on more than that and the submission:
    a fixture of others, or one that outlives the check."""
    own = {"recorder", "submission", "observe", "request", "rng"}
    names = set(getattr(item, "fixturenames", ())) - own
    callspec = getattr(item, "callspec", None)
    parameters = set() if callspec is None else set(callspec.params)
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    battery = item.config.rootpath
    for name in names:
        for definition in found.get(name, ()):
            if battery not in Path(definition.func.__code__.co_filename).parents:
                # pytest itself stands in for a fixture where a mark gives the value
                if name not in parameters:
                    return None
            elif definition.scope != "function":
                return None
    return "rng" in getattr(item, "fixturenames", ())
