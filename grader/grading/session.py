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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.grading.caching_runner import CachingRunner
from grader.grading.stash import STATE
from grader.grading.state import State
from grader.model.check import CheckSpec
from grader.model.errors import ExerciseProblem, Fault
from grader.model.exercise import Exercise
from grader.model.garbage import rarer_collections
from grader.text.clean import clean_text
from grader.text.words import joined, said

INI = Path(__file__).with_name("battery.ini")

UNUSED = (
    "cacheprovider logging warnings unraisableexception threadexception faulthandler doctest "
    "junitxml pastebin stepwise setuponly setupplan debugging recwarn subtests"
).split()
"""pytest's own plugins that a battery has no use for: each costs time in every stage of a check."""

Turn = Callable[[list[CheckSpec], CachingRunner], None]
"""Called once the battery is collected: grades with the runner until it has nothing left."""


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
                what = clean_text(joined("; ", self.broken) or said("unknown reason"), limit=600)
                raise ExerciseProblem(
                    said("the battery cannot be collected: {what}", what=what),
                    next_move=said("Run `pytest` on the battery folder to see the whole error."),
                )
            runner = CachingRunner(session)
            if not runner.items:
                raise ExerciseProblem(
                    said(
                        "the battery in {battery} holds no check",
                        battery=self.exercise.parts.battery,
                    ),
                    next_move=said('Give its tests `pytestmark = pytest.mark.task("...")`.'),
                )
            self._every_task_has_checks(runner)
            with rarer_collections():
                self.turn(runner.specs, runner)
        except BaseException as error:
            # pytest would turn it into its own INTERNALERROR; it is raised again outside
            self.error = error
        return True

    def _every_task_has_checks(self, runner: CachingRunner) -> None:
        tested = {spec.task for spec in runner.specs}
        bare = [task.id for task in self.exercise.tasks if task.id not in tested]
        if bare:
            raise ExerciseProblem(
                said("no check of the battery belongs to task {bare}", bare=bare[0]),
                next_move=said('Mark its checks with `pytest.mark.task("{bare}")`.', bare=bare[0]),
            )
        ids = [spec.id for spec in runner.specs]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ExerciseProblem(
                said("two checks of the battery share the id {twice}", twice=twice[0])
            )


class _NoTarget:
    def run(self, *_: object, **__: object) -> list[Any]:
        raise Fault(said("a check ran before there was a submission"))

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
    # the battery's own `oracle` or `operations` is to be imported, and not one of these names
    names = {file.stem for file in battery.glob("*.py")}
    others = {name: sys.modules.pop(name) for name in names & sys.modules.keys()}
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
        sys.modules.update(others)


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
                said(
                    "the battery cannot be collected: {broken}",
                    broken=clean_text(joined("; ", loop.broken), limit=600),
                ),
                next_move=said("Run `pytest` on the battery folder to see the whole error."),
            )
        raise Fault(
            said("the grading session ended with pytest's exit code {code}", code=int(code))
        )
