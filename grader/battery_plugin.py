"""The pytest plugin: fixtures and marks for a battery, and a record of what every check saw.

Loaded with `-p grader.battery_plugin`, it also makes a battery runnable as plain pytest:
`pytest tests/battery --submission FILE` (boxed; without the option the reference is graded), or
`--in-process` for a debugger on code you trust. The grading session (`grader.grading`) sets the
`State` itself and reads its records.

A battery's fixtures: `submission` (the learner's module, remote), `observe` (compares many
values in one message), `rng` (seeded by secret, exercise, submission and check).
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from grader.exercise.load import load as load_exercise
from grader.grading.check_records import SaidToFail, record_of
from grader.grading.declared import spec_of
from grader.grading.pytest_internals import comparisons_told
from grader.grading.stash import EXERCISE, OBSERVER, RECORDER, SPEC, STATE
from grader.grading.state import State, check_rng, recorder_for
from grader.model.errors import GraderError
from grader.model.exercise import Exercise
from grader.target.observe import Observer
from grader.target.recorder import Asserted, Recorder
from grader.target.remote_module import RemoteModule
from grader.text.words import said

MARKS = (
    "task(id): the task this check belongs to",
    "check(weight=1, visibility='visible', needs=[]): what a check counts, who sees it, and which "
    "tasks or checks must work before it can be judged",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("battery", "autograd-grader")
    group.addoption("--submission", help="file or folder to run the battery on")
    group.addoption("--exercise", help="exercise folder (default: the bundled one)")
    group.addoption(
        "--in-process", action="store_true", help="no box: only for code you trust, e.g. with --pdb"
    )


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Gives every check its spec and puts checks in the order of the exercise's tasks."""
    marked = [item for item in items if item.get_closest_marker("task")]
    if not marked:
        return
    order = {task.id: place for place, task in enumerate(_exercise(config).tasks)}
    for item in marked:
        item.stash[SPEC] = spec = spec_of(item)
        if spec.task not in order:
            raise pytest.UsageError(
                said(
                    "{nodeid}: the exercise has no task `{task}`",
                    nodeid=item.nodeid,
                    task=spec.task,
                )
            )
    places = sorted(marked, key=lambda item: order[item.stash[SPEC].task])
    rest = iter(places)
    items[:] = [next(rest) if SPEC in item.stash else item for item in items]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what cannot be judged, and records why."""
    spec = item.stash.get(SPEC, None)
    state = item.config.stash.get(STATE, None)
    if spec is None or state is None or not state.judged:
        return
    record = state.withheld(spec)
    if record is not None:
        state.records[spec.id] = record
        pytest.skip(record.message)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Sends what a check recorded and never asked about, so that its errors surface. What is
    graded has the comparison that failed told in our words."""
    recorder = pyfuncitem.stash.get(RECORDER, None)
    if recorder is None:
        return (yield)

    def note(operator: str, left: object, right: object) -> None:
        recorder.asserted = Asserted(operator, left, right)

    judged = pyfuncitem.config.stash[STATE].judged
    with comparisons_told(note) if judged else contextlib.nullcontext():
        result = yield
    recorder.flush()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    spec = item.stash.get(SPEC, None)
    state = item.config.stash.get(STATE, None)
    if spec is not None and state is not None:
        skipped = spec.id in state.records and call.when == "setup"
        if call.when == "call" or (call.excinfo is not None and not skipped):
            error = call.excinfo.value if call.excinfo is not None else None
            if isinstance(error, pytest.fail.Exception):
                error = SaidToFail(str(error))
            recorder = item.stash.get(RECORDER, None)
            state.records[spec.id] = record_of(state, spec, recorder, error)
    return report


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """The recorder of this check."""
    state = _state(request.config)
    made = request.node.stash[RECORDER] = recorder_for(state.exercise.contract, state.target)
    return made


@pytest.fixture
def submission(recorder: Recorder) -> RemoteModule:
    """The learner's module: `submission.Value(2.0)`."""
    return RemoteModule(recorder)


@pytest.fixture
def observe(request: pytest.FixtureRequest, recorder: Recorder) -> Observer:
    """Compares many values of the recorded program in one message."""
    made = request.node.stash[OBSERVER] = Observer(recorder)
    return made


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """A random generator, fixed for this submission and this check."""
    state = _state(request.config)
    return check_rng(state.seed, request.node.stash[SPEC].id)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Ends a plain run's box with its last check: a run may hold many other tests after it."""
    if SPEC in item.stash and (nextitem is None or SPEC not in nextitem.stash):
        state = item.config.stash.get(STATE, None)
        if state is not None and not state.judged:
            del item.config.stash[STATE]
            state.close()


@contextlib.contextmanager
def as_usage_error() -> Iterator[None]:
    try:
        yield
    except GraderError as error:
        raise pytest.UsageError(str(error)) from None


def _exercise(config: pytest.Config) -> Exercise:
    """The grading session's exercise, or the one a plain run asked for, read once."""
    state = config.stash.get(STATE, None)
    if state is not None:
        return state.exercise
    if EXERCISE not in config.stash:
        folder = config.getoption("--exercise")
        with as_usage_error():
            config.stash[EXERCISE] = load_exercise(Path(folder) if folder else None)
    return config.stash[EXERCISE]


def _state(config: pytest.Config) -> State:
    state = config.stash.get(STATE, None)
    if state is None:
        from grader.grading.plain_run import plain_state

        with as_usage_error():
            state = config.stash[STATE] = plain_state(
                _exercise(config),
                config.getoption("--submission"),
                in_process=config.getoption("--in-process"),
            )
        config.add_cleanup(state.close)
    return state
