"""Runs a collected battery for one submission at a time: the inside of the loop.

What the checks ask is learned by running them on the reference. Then all visible checks that ask
one program are asked in one message, and all others in one more, to a worker of their own. What
each answer comes to is judged by the check under pytest or, where the same answer was judged
before, is known (`grader.result_cache`). When a message brings something else than answers (a
timeout, a death, a line printed), its checks are asked again one by one, in a fresh worker.

pytest-json-report's account covers both ways and is held against our own records before anything
is graded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from _pytest.runner import runtestprotocol
from msgspec.structs import replace

from grader.grading.account import accept_json_report
from grader.grading.result_cache import (
    AskableTarget,
    AskAheadTarget,
    CachedResult,
    CheckKey,
    ReferenceTarget,
    ResultCache,
)
from grader.grading.state import SPEC, STATE, State
from grader.model.check import CheckRecord, CheckSpec, Outcome, Visibility
from grader.model.errors import ExerciseProblem, Fault
from grader.model.exercise import Exercise
from grader.target.base import Asked, InProcessTarget, Program, TargetFailure, load_in_process
from grader.text.clean import clean_text
from grader.text.words import said


class Runner:
    """Runs the collected checks for one submission at a time."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.config = session.config
        self.items = [item for item in session.items if SPEC in item.stash]
        self.draws = {item: _draws(item) for item in self.items}
        self.cache = ResultCache()
        self._programs: dict[CheckKey, Program | None] = {}
        self._asked: dict[str, Asked] = {}
        self._judged: dict[pytest.Item, Asked] = {}
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
        chosen = self._chosen(state.exercise, task)
        if state.judged and hasattr(state.target, "ask_all"):
            self.learn(state.exercise, state.seed, task)
            programs = {item: self._programs.get(self._key(state.seed, item)) for item in chosen}
        else:
            programs = dict.fromkeys(chosen)
        self.config.stash[STATE] = state
        self._forget()
        answers = self._ask_together(state, programs)
        for place, item in enumerate(chosen):
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            state.target = state.target_of(item.stash[SPEC])
            program = programs[item]
            if program is None or state.withheld(item.stash[SPEC]) is not None:
                self._run_item(state, item, following)
            else:
                asked = answers.get(item) or _asked_alone(state, program)
                self._judge(state, item, following, asked)
        self._tear_down(None)
        self._hold_against_account(state, chosen)
        self._keep_results(state)
        return [self._record(state, item) for item in chosen]

    def asked(self, check: str) -> Asked | None:
        """What the submission of the run just done was asked by a check in one message, and its
        answer."""
        return self._asked.get(check)

    # --- what checks ask ---------------------------------------------------------------------

    def learn(self, exercise: Exercise, seed: int, task: str | None = None) -> None:
        """Runs on the reference what was not run with this seed yet, to learn what it asks."""
        new = [
            item
            for item in self._chosen(exercise, task)
            if self.draws[item] is not None and self._key(seed, item) not in self._programs
        ]
        if not new:
            return
        target = ReferenceTarget(_reference(exercise), [exercise.reference_file.name])
        state = self.config.stash[STATE] = State(exercise, target, seed)
        self._forget()
        for place, item in enumerate(new):
            following = new[place + 1] if place + 1 < len(new) else None
            target.begin_check()
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            key, asked = self._key(seed, item), target.asked
            self._programs[key] = asked[0].program if len(asked) == 1 else None
            if len(asked) == 1 and self._record(state, item).outcome is Outcome.PASSED:
                self._judged[item] = asked[0]
        self._tear_down(None)
        self._keep_results(state)

    def _key(self, seed: int, item: pytest.Item) -> CheckKey:
        return CheckKey(item.stash[SPEC].id, seed if self.draws[item] else None)

    def _ask_together(
        self, state: State, programs: Mapping[pytest.Item, Program | None]
    ) -> dict[pytest.Item, Asked]:
        """The answers that came in one message, first of visible checks, then of all others."""
        answers: dict[pytest.Item, Asked] = {}
        for is_visible in (True, False):
            group = {
                item: program
                for item, program in programs.items()
                if program is not None
                and (item.stash[SPEC].visibility is Visibility.VISIBLE) == is_visible
            }
            if not group:
                continue
            target = cast(AskableTarget, state.targets[is_visible])
            try:
                raw = target.ask_all(list(group.values()))
            except TargetFailure:
                target.start_over()
                continue
            if target.output() is not None:
                # each check is to show what was printed in it
                target.start_over()
                continue
            pairs = zip(group.items(), raw, strict=True)
            answers |= {item: Asked(program, answer) for (item, program), answer in pairs}
        return answers

    # --- one check ---------------------------------------------------------------------------

    def _judge(
        self, state: State, item: pytest.Item, following: pytest.Item | None, asked: Asked
    ) -> None:
        """Takes the record over where this answer is known, else lets the check judge it."""
        if asked.failure is None and self._recall(state, item, asked):
            return
        target = cast(AskableTarget, state.target)
        state.target = ahead = AskAheadTarget(target, asked)
        self._run_item(state, item, following)
        state.target = target
        if ahead.differs:
            # it asks something else than of the reference: it has to ask for itself
            self._forget_run(state, item)
            self._run_item(state, item, following)
        elif asked.failure is None:
            self._judged[item] = self._asked[item.stash[SPEC].id] = asked

    def _recall(self, state: State, item: pytest.Item, asked: Asked) -> bool:
        spec, began = item.stash[SPEC], time.perf_counter()
        known = self.cache.get(self._key(state.seed, item), asked.answer)
        if known is None:
            return False
        record = known.record
        if record.outcome is not Outcome.PASSED:
            record = replace(record, output=state.target.output())
        state.records[spec.id] = record
        self._asked[spec.id] = asked
        call = {**known.account["call"], "duration": time.perf_counter() - began}
        self.account._json_tests[item.nodeid] = {**known.account, "call": call}
        return True

    def _keep_results(self, state: State) -> None:
        """Caches what answers came to, now that both accounts agree on it."""
        for item, asked in self._judged.items():
            account = self.account._json_tests[item.nodeid]
            record = self._record(state, item)
            if "call" not in account:
                continue
            if record.steps == asked.program.steps:
                # one tuple for all records of a program: what is remembered of it finds it again
                record = state.records[record.spec.id] = replace(record, steps=asked.program.steps)
            known = CachedResult(replace(record, output=None), account)
            self.cache.put(self._key(state.seed, item), asked.answer, known)

    def _chosen(self, exercise: Exercise, task: str | None) -> list[pytest.Item]:
        wanted = self._wanted(exercise, task)
        return [item for item in self.items if item.stash[SPEC].task in wanted]

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
            state.target = state.target_of(item.stash[SPEC])
            self._forget_run(state, item)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        elif isinstance(state.target, AskAheadTarget) and state.target.differs:
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
        trial = State(state.exercise, InProcessTarget(_reference(state.exercise)), state.seed)
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
        self._asked.clear()
        self._judged.clear()
        self.session.testsfailed = 0
        self.session.shouldfail = self.session.shouldstop = False
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.stats.clear()
        for item in self.items:
            item._report_sections.clear()


def _reference(exercise: Exercise) -> ModuleType:
    path = exercise.reference_file
    return load_in_process(path.read_text("utf-8"), exercise.contract.module, path.name)


def _asked_alone(state: State, program: Program) -> Asked:
    try:
        (answer,) = cast(AskableTarget, state.target).ask_all([program])
    except TargetFailure as failure:
        return Asked(program, failure=failure)
    return Asked(program, answer)


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
