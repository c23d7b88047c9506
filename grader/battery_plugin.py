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
import hashlib
import hmac
import random
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from grader import exercise as exercises
from grader import intake
from grader.box import choose
from grader.errors import GraderError
from grader.model import (
    CheckRecord,
    CheckSpec,
    Exercise,
    Outcome,
    Submission,
    Visibility,
)
from grader.remote.boxed import BoxedTarget
from grader.remote.observe import Observer
from grader.remote.proxy import RemoteModule
from grader.remote.recorder import Recorder, SubmissionError
from grader.target import (
    InProcessTarget,
    LoadFailed,
    Target,
    TargetDied,
    TargetTimeout,
    TargetViolation,
    load_in_process,
)
from grader.wording import clean_text
from grader.words import said

MARKS = (
    "task(id): the task this check belongs to",
    "check(weight=1, visibility='visible', needs=[]): what a check counts, who sees it, and which "
    "tasks or checks must work before it can be judged",
)
ABORT_AFTER = 3
"""Timeouts and deaths within one task before its remaining checks are aborted."""


class State:
    """What the running checks need to know, and what was seen of them so far."""

    def __init__(
        self, exercise: Exercise, target: Target, seed: int, hidden: Target | None = None
    ) -> None:
        self.exercise = exercise
        self.target = target  # of the check that runs
        self.targets = {True: target, False: hidden or target}
        self.seed = seed
        self.judged = False  # whether `needs` and aborts are enforced
        self.records: dict[str, CheckRecord] = {}
        self.timeout_kind: dict[str, str] = {}
        self.battery_errors: dict[str, str] = {}
        self.fault: GraderError | None = None
        self.close: Callable[[], None] = lambda: None

    def unmet(self, spec: CheckSpec) -> list[str]:
        """What the check needs that has nothing passing."""
        return [name for name in self.needs(spec) if not self._passes(name)]

    def needs(self, spec: CheckSpec) -> list[str]:
        """The checks and tasks the check is not judged without."""
        return list(dict.fromkeys((*self.exercise.task(spec.task).needs, *spec.needs)))

    def target_of(self, spec: CheckSpec) -> Target:
        """What the check drives: visible checks share a worker, and so do all the others."""
        return self.targets[spec.visibility is Visibility.VISIBLE]

    def _passes(self, name: str) -> bool:
        """Whether the check, or any check of the task, of that name passed."""
        return any(
            record.outcome is Outcome.PASSED and name in (record.spec.id, record.spec.task)
            for record in self.records.values()
        )

    def _named(self, need: str) -> str:
        """A task, or a visible check that ran, as it is called; any other check as its task."""
        record = self.records.get(need)
        is_visible = record is not None and record.spec.visibility is Visibility.VISIBLE
        return need if is_visible else need.partition("/")[0]

    def withheld(self, spec: CheckSpec) -> CheckRecord | None:
        """The record of a check that cannot be judged as things stand, else None."""
        unmet = self.unmet(spec)
        if unmet:
            named = dict.fromkeys(map(self._named, unmet))
            reason = said("not judged yet: needs {unmet}", unmet=" and ".join(named))
            return CheckRecord(spec, Outcome.BLOCKED, reason)
        if self.exhausted(spec.task):
            reason = said(
                "not run: {number} checks of this task had to be stopped before it",
                number=ABORT_AFTER,
            )
            return CheckRecord(spec, Outcome.ABORTED, reason)
        return None

    def exhausted(self, task: str) -> bool:
        """Whether the task has had its share of timeouts and deaths."""
        bad = (Outcome.TIMEOUT, Outcome.CRASHED)
        mine = [r for r in self.records.values() if r.spec.task == task and r.outcome in bad]
        return len(mine) >= ABORT_AFTER


SEEDS = 32
"""Seeds of a secret. Few enough that in a class most answers were given before (see
`grader.result_cache`); without the secret none of them is known to a submission."""

UNLIMITED_S = 7 * 24 * 3600.0

STATE = pytest.StashKey[State]()
EXERCISE = pytest.StashKey[Exercise]()
SPEC = pytest.StashKey[CheckSpec]()
RECORDER = pytest.StashKey[Recorder]()


def check_rng(seed: int, check_id: str) -> random.Random:
    """A generator that this submission and this check always get, and no other."""
    digest = hmac.digest(seed.to_bytes(8, "big"), check_id.encode(), hashlib.sha256)
    return random.Random(int.from_bytes(digest, "big"))


def seed_for(secret: str, exercise: Exercise, submission: Submission) -> int:
    """The submission's seed, 48 bits: one of `SEEDS`, each an HMAC of the secret over the exercise;
    the HMAC over exercise and submission digests says which."""

    def keyed(*words: object) -> int:
        message = "\0".join(map(str, words)).encode()
        return int.from_bytes(hmac.digest(secret.encode(), message, hashlib.sha256)[:6], "big")

    return keyed(exercise.digest, "seed", keyed(exercise.digest, submission.digest) % SEEDS)


# --- pytest hooks --------------------------------------------------------------------------


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


def spec_of(item: pytest.Item) -> CheckSpec:
    """The declaration of a check, from its marks and docstring."""
    task_mark = item.get_closest_marker("task")
    assert task_mark is not None
    task = str(task_mark.args[0])
    options: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("check"))):
        options.update(mark.kwargs)
    unknown = set(options) - {"weight", "visibility", "needs"}
    if unknown:
        raise pytest.UsageError(
            said(
                "{nodeid}: check() has no option {unknown!r}",
                nodeid=item.nodeid,
                unknown=sorted(unknown)[0],
            )
        )
    name = item.name.removeprefix("test_")
    doc = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    parameter = re.search(r"\[(.*)\]$", item.name)
    title = doc.splitlines()[0].strip() if doc else name.replace("_", " ")
    if parameter:
        title = title.replace("{param}", parameter[1])
    return CheckSpec(
        id=f"{task}/{name}",
        task=task,
        title=title.rstrip("."),
        weight=int(options.get("weight", 1)),
        visibility=Visibility(options.get("visibility", "visible")),
        needs=tuple(options.get("needs", ())),
    )


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
    """Sends what a check recorded and never asked about, so that its errors surface."""
    result = yield
    recorder = pyfuncitem.stash.get(RECORDER, None)
    if recorder is not None:
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
            state.records[spec.id] = _record(state, item, spec, call)
    return report


def _record(
    state: State, item: pytest.Item, spec: CheckSpec, call: pytest.CallInfo[None]
) -> CheckRecord:
    error = call.excinfo.value if call.excinfo is not None else None
    outcome, message = _classify(state, spec, error)
    recorder = item.stash.get(RECORDER, None)
    if recorder is None:
        return CheckRecord(spec, outcome, message)
    return CheckRecord(
        spec,
        outcome,
        message,
        steps=tuple(recorder.steps),
        results=tuple(recorder.results),
        comparisons=tuple(recorder.comparisons),
        output=None if error is None else state.target.output(),
    )


def _classify(state: State, spec: CheckSpec, error: BaseException | None) -> tuple[Outcome, str]:
    """The outcome an exception means; what no learner can have caused is noted for attribution."""
    if error is None:
        return Outcome.PASSED, ""
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Outcome.FAILED, clean_text(_first_lines(str(error)), limit=300)
    if isinstance(error, SubmissionError):
        raised = error.raised.type_name
        special = {"NotImplementedError": Outcome.UNWRITTEN, "MemoryError": Outcome.MEMORY}
        return special.get(raised, Outcome.ERROR), str(error)
    if isinstance(error, TargetTimeout):
        state.timeout_kind[spec.id] = error.kind
        return (Outcome.ABORTED if error.kind == "total" else Outcome.TIMEOUT), error.message
    if isinstance(error, TargetDied | TargetViolation | LoadFailed):
        return Outcome.CRASHED, error.message
    if isinstance(error, GraderError):
        state.fault = error
        return Outcome.MISSING, ""
    words = f"{type(error).__name__}: {clean_text(str(error), limit=200)}"
    state.battery_errors[spec.id] = words
    return Outcome.ERROR, said(
        "the check could not use what your code returned ({words})", words=words
    )


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return "; ".join(lines[:2])


# --- fixtures ------------------------------------------------------------------------------


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Recorder:
    """The recorder of this check."""
    state = _state(request.config)
    made = Recorder(state.target, state.exercise.contract.class_name)
    request.node.stash[RECORDER] = made
    return made


@pytest.fixture
def submission(recorder: Recorder) -> RemoteModule:
    """The learner's module: `submission.Value(2.0)`."""
    return RemoteModule(recorder)


@pytest.fixture
def observe(recorder: Recorder) -> Observer:
    """Compares many values of the recorded program in one message."""
    return Observer(recorder)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """A random generator, fixed for this submission and this check."""
    state = _state(request.config)
    return check_rng(state.seed, request.node.stash[SPEC].id)


# --- plain pytest runs ---------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Ends a plain run's box with its last check: a run may hold many other tests after it."""
    if SPEC in item.stash and (nextitem is None or SPEC not in nextitem.stash):
        state = item.config.stash.get(STATE, None)
        if state is not None and not state.judged:
            del item.config.stash[STATE]
            state.close()


@contextlib.contextmanager
def _as_usage_error() -> Iterator[None]:
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
        with _as_usage_error():
            config.stash[EXERCISE] = exercises.load(Path(folder) if folder else None)
    return config.stash[EXERCISE]


def _state(config: pytest.Config) -> State:
    state = config.stash.get(STATE, None)
    if state is None:
        with _as_usage_error():
            state = config.stash[STATE] = _plain_state(config)
        config.add_cleanup(state.close)
    return state


def _plain_state(config: pytest.Config) -> State:
    """State for `pytest tests/battery`: one submission, every check run, nothing blocked."""
    exercise = _exercise(config)
    given = config.getoption("--submission")
    path = Path(given) if given else exercise.reference_file
    taken = intake.take(path, exercise.module_file)
    seed = seed_for(exercise.digest, exercise, taken)
    if config.getoption("--in-process"):
        main = next(file for file in taken.files if file.path == taken.main)
        module = load_in_process(main.text, exercise.contract.module, taken.main)
        return State(exercise, InProcessTarget(module, [taken.main]), seed)
    box = choose("auto", exercise)
    # a plain run may hold other tests, or a debugger: only a grading has a budget as a whole
    limits = replace(exercise.limits, submission_s=UNLIMITED_S)
    target = BoxedTarget(box, taken, exercise.contract, limits)
    state = State(exercise, target, seed)

    def end() -> None:
        target.close()
        box.close()

    state.close = end
    return state
