"""One pytest session that grades any number of submissions: the engine's inner loop.

pytest collects the battery once; `pytest_runtestloop` then runs all checks for each submission
that the caller supplies. Between two submissions everything that pytest, its terminal reporter
and pytest-json-report gathered is forgotten: otherwise one learner's failure text would show in
the next one's, and memory would grow without end.

pytest is kept away from its surroundings: our own ini, no plugin autoload, no PYTEST_*
variables, no cache folder, no conftest above the battery.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.runner import runtestprotocol
from msgspec.structs import replace

from grader.battery_plugin import SPEC, STATE, State
from grader.errors import ExerciseProblem, Fault
from grader.memory import AskableTarget, Dialogue, Known, Memory
from grader.model import CheckRecord, CheckSpec, Exercise, Outcome
from grader.target import InProcessTarget, Target, load_in_process
from grader.verdict import accept_json_report
from grader.wording import clean_text

INI = Path(__file__).with_name("battery.ini")

UNUSED = (
    "cacheprovider logging warnings unraisableexception threadexception faulthandler doctest "
    "junitxml pastebin stepwise setuponly setupplan debugging recwarn subtests"
).split()
"""pytest's own plugins that a battery has no use for: each costs time in every stage of a check."""

Turn = Callable[[list[CheckSpec], "Runner"], None]
"""Called once the battery is collected: grades with the runner until it has nothing left."""


class Runner:
    """Runs the collected checks for one submission at a time."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.config = session.config
        self.items = [item for item in session.items if SPEC in item.stash]
        self.is_fixed = {item: _is_fixed(item) for item in self.items}
        self.memory = Memory()
        self.account: Any = getattr(session.config, "_json_report", None)
        if self.account is None:
            raise Fault("pytest-json-report is not active in the grading session")

    @property
    def specs(self) -> list[CheckSpec]:
        """The battery's checks in the order they run."""
        return [item.stash[SPEC] for item in self.items]

    def run(self, state: State, task: str | None = None) -> list[CheckRecord]:
        """Every check's record for the state's submission.

        ExerciseProblem when a check is broken, Fault when the box is.
        """
        self._forget()
        self.config.stash[STATE] = state
        wanted = self._wanted(state.exercise, task)
        chosen = [item for item in self.items if item.stash[SPEC].task in wanted]
        heard: dict[pytest.Item, Dialogue] = {}
        for place, item in enumerate(chosen):
            following = chosen[place + 1] if place + 1 < len(chosen) else None
            dialogue = self._dialogue(state, item)
            if dialogue is None:
                self._run_item(state, item, following)
            elif not self._recall(state, item, dialogue):
                self._run_aided(state, item, following, dialogue)
                heard[item] = dialogue
        self._tear_down(None)
        self._hold_against_account(state, chosen)
        self._learn(state, heard)
        return [self._record(state, item) for item in chosen]

    def _dialogue(self, state: State, item: pytest.Item) -> Dialogue | None:
        """What a fixed check may be heard with: None for all that must run as it is."""
        askable = hasattr(state.target, "ask") and state.judged
        if not askable or not self.is_fixed[item] or state.withheld(item.stash[SPEC]) is not None:
            return None
        return Dialogue(cast(AskableTarget, state.target))

    def _recall(self, state: State, item: pytest.Item, dialogue: Dialogue) -> bool:
        """Puts the check's questions; takes the record over where these answers are known."""
        spec, began = item.stash[SPEC], time.perf_counter()
        known = self.memory.ask_ahead(spec.id, dialogue)
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
            self._forget_run(state, item)
            self._run_item(state, item, following)

    def _learn(self, state: State, heard: Mapping[pytest.Item, Dialogue]) -> None:
        for item, dialogue in heard.items():
            account = self.account._json_tests[item.nodeid]
            record = replace(self._record(state, item), output=None)
            if "call" in account:
                self.memory.learn(item.stash[SPEC].id, dialogue, Known(record, account))

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
        elif isinstance(state.target, Dialogue) and state.target.diverged:
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
                f"a fixture of the battery is broken: {words}",
                next_move="Run `pytest` on the battery with the reference and mend it.",
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
                f"the check {item.stash[SPEC].id} is broken: {words}",
                next_move="Run `pytest` on the battery with the reference and mend it.",
            )

    def _record(self, state: State, item: pytest.Item) -> CheckRecord:
        spec = item.stash[SPEC]
        return state.records.get(spec.id) or CheckRecord(
            spec, Outcome.MISSING, "the battery promised this check and it never reported"
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
        self.session.testsfailed = 0
        self.session.shouldfail = self.session.shouldstop = False
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.stats.clear()
        for item in self.items:
            item._report_sections.clear()


def _is_fixed(item: pytest.Item) -> bool:
    """Whether a check draws on nothing but the submission: no `rng`, no fixture of others, none
    that outlives the check."""
    own = {"recorder", "submission", "observe", "request"}
    names = set(getattr(item, "fixturenames", ())) - own
    if "rng" in names:
        return False
    callspec = getattr(item, "callspec", None)
    parameters = set() if callspec is None else set(callspec.params)
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    battery = item.config.rootpath
    for name in names:
        for definition in found.get(name, ()):
            if battery not in Path(definition.func.__code__.co_filename).parents:
                # pytest itself stands in for a fixture where a mark gives the value
                if name not in parameters:
                    return False
            elif definition.scope != "function":
                return False
    return True


class _Loop:
    """The plugin that replaces pytest's run loop by ours and keeps what went wrong."""

    def __init__(self, exercise: Exercise, turn: Turn) -> None:
        self.exercise = exercise
        self.turn = turn
        self.error: BaseException | None = None
        self.broken: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[STATE] = State(self.exercise, _NoTarget(), 0)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = [line.strip() for line in str(report.longrepr).splitlines() if line.strip()]
            errors = [line[1:].strip() for line in lines if line.startswith("E ")]
            self.broken.append(f"{report.nodeid}: {(errors or lines or ['?'])[-1]}")

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        try:
            yield
        except pytest.UsageError as error:
            self.broken.append(str(error))
            raise

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            if self.broken or session.testsfailed:
                what = clean_text("; ".join(self.broken) or "unknown reason", limit=600)
                raise ExerciseProblem(
                    f"the battery cannot be collected: {what}",
                    next_move="Run `pytest` on the battery folder to see the whole error.",
                )
            runner = Runner(session)
            if not runner.items:
                raise ExerciseProblem(
                    f"the battery in {self.exercise.parts.battery} holds no check",
                    next_move='Give its tests `pytestmark = pytest.mark.task("...")`.',
                )
            self._every_task_has_checks(runner)
            self.turn(runner.specs, runner)
        except BaseException as error:
            # pytest would turn it into its own INTERNALERROR; it is raised again outside
            self.error = error
        return True

    def _every_task_has_checks(self, runner: Runner) -> None:
        tested = {spec.task for spec in runner.specs}
        bare = [task.id for task in self.exercise.tasks if task.id not in tested]
        if bare:
            raise ExerciseProblem(
                f"no check of the battery belongs to task {bare[0]}",
                next_move=f'Mark its checks with `pytest.mark.task("{bare[0]}")`.',
            )
        ids = [spec.id for spec in runner.specs]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ExerciseProblem(f"two checks of the battery share the id {twice[0]}")


class _NoTarget:
    def run(self, *_: object, **__: object) -> list[Any]:
        raise Fault("a check ran before there was a submission")

    def output(self) -> None:
        return None


class _Nowhere(io.TextIOBase):
    """Swallows pytest's own progress lines; the scorecard says it better."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _quiet_surroundings(battery: Path) -> Iterator[None]:
    """No PYTEST_* variable and no third-party plugin reaches the session; nothing is printed."""
    saved = {key: value for key, value in os.environ.items() if key.startswith("PYTEST_")}
    for key in saved:
        del os.environ[key]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _have_working_folder()
    path = list(sys.path)
    before = set(sys.modules)
    try:
        with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
            yield
    finally:
        os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
        for key in [key for key in os.environ if key.startswith("PYTEST_")]:
            del os.environ[key]
        os.environ.update(saved)
        sys.path[:] = path
        _drop_battery_modules(before, battery)


def _have_working_folder() -> None:
    """pytest asks for the working folder, which may have been deleted under the shell."""
    try:
        os.getcwd()
    except OSError:
        os.chdir("/")


def _drop_battery_modules(before: set[str], battery: Path) -> None:
    """Two exercises in one process may both bring an `oracle` or a `test_add`."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).parent == battery:
            del sys.modules[name]


def arguments(exercise: Exercise) -> list[str]:
    """pytest's command line for a grading session."""
    battery = str(exercise.battery)
    omitted = ("log", "collectors", "keywords", "warnings", "streams", "traceback")
    return [
        *("-c", str(INI), "--rootdir", battery, "--confcutdir", battery),
        *(part for name in UNUSED for part in ("-p", f"no:{name}")),
        *("-p", "pytest_jsonreport.plugin"),
        *("--json-report", "--json-report-file=none", "--json-report-omit", *omitted),
        *("--capture=no", "--tb=no", "-q", "--strict-markers", "--import-mode=prepend"),
        battery,
    ]


def run_session(exercise: Exercise, turn: Turn) -> None:
    """Collects the exercise's battery and calls `turn`. Raises what the turn raised."""
    loop = _Loop(exercise, turn)
    with _quiet_surroundings(exercise.battery):
        code = pytest.main(arguments(exercise), plugins=[loop])
    if loop.error is not None:
        raise loop.error
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    graded = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    if code not in graded:
        if loop.broken:
            raise ExerciseProblem(
                f"the battery cannot be collected: {clean_text('; '.join(loop.broken), limit=600)}",
                next_move="Run `pytest` on the battery folder to see the whole error.",
            )
        raise Fault(f"the grading session ended with pytest's exit code {int(code)}")
