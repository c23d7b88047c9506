"""Grades an author's own code, many pieces of it in one session, without the box.

Theory of operation. The reference, the right styles and the known mistakes are the exercise's own
trusted code, so they run in this process: the same battery, the same records, a tenth of the cost.
Trusted is not harmless: a known mistake may loop for ever. Every program therefore runs under an
alarm that counts this process's own computing. Where there are no such alarms (Windows, or a
thread that is not the main one) there is no limit.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from grader.diagnosis.observations import (
    FAILING,
    ORDERS_AGAIN,
    Findings,
    Hypothesis,
    differing,
    observed,
)
from grader.diagnosis.replay import Replayer
from grader.exercise.content import solution_files
from grader.exercise.inheriting import completed
from grader.exercise.trusted import build, modules_of
from grader.grading.runner import Runner
from grader.grading.state import State
from grader.model.alarm import OutOfTime, at_most
from grader.model.check import CheckRecord, CheckSpec, Outcome
from grader.model.exercise import Contract, Exercise
from grader.model.program import Output, Program, Result, Step
from grader.target.base import LoadFailed, TargetTimeout
from grader.target.in_process import InProcessTarget
from grader.text.words import said

DIAGNOSIS_S = 30.0


class PatientTarget:
    """An in-process target whose programs end: TargetTimeout after the exercise's own limit."""

    def __init__(
        self, module: types.ModuleType, exercise: Exercise, paths: Iterable[str] = ()
    ) -> None:
        self.inner = InProcessTarget(module, paths)
        self.seconds = exercise.limits.check_cpu_s

    def run(self, steps: Sequence[Step], first: int = 0, salt: int | None = None) -> list[Result]:
        """See `Target.run`."""
        rang: list[bool] = []
        try:
            with at_most(self.seconds) as rang:
                results = self.inner.run(steps, first, salt)
        except OutOfTime:
            results = []
        if rang:
            raise TargetTimeout(
                said("it was stopped after {seconds:g} s of computing", seconds=self.seconds), "cpu"
            )
        return results

    def output(self) -> Output | None:
        """Nothing."""
        return None


class Trial(Struct, frozen=True):
    """One piece of code and what every check saw of it."""

    name: str
    records: tuple[CheckRecord, ...]
    findings: Findings = Findings()

    @property
    def failures(self) -> list[CheckRecord]:
        """The checks that did not pass, in the order they ran."""
        return [record for record in self.records if record.outcome is not Outcome.PASSED]

    @property
    def caught_by(self) -> list[str]:
        """The checks that ran and failed; a blocked check caught nothing."""
        idle = {Outcome.PASSED, Outcome.BLOCKED, Outcome.ABORTED, Outcome.MISSING}
        return [record.spec.id for record in self.records if record.outcome not in idle]

    def stopped(self) -> CheckRecord | None:
        """The first check at which it had to be stopped."""
        stopped = (r for r in self.records if r.outcome is Outcome.TIMEOUT)
        return next(stopped, None)


class Trials:
    """Grades modules with a session's runner, all with the same random checks."""

    def __init__(self, exercise: Exercise, runner: Runner, replayer: Replayer, seed: int) -> None:
        self.exercise = exercise
        self.runner = runner
        self.replayer = replayer
        self.seed = seed

    @property
    def specs(self) -> list[CheckSpec]:
        """The battery's checks."""
        return self.runner.specs

    def of_module(self, name: str, module: types.ModuleType, seed: int | None = None) -> Trial:
        """A module's trial, without a diagnosis."""
        state = State(
            self.exercise,
            self._target(module),
            self.seed if seed is None else seed,
        )
        state.judged = True
        return Trial(name, tuple(self.runner.run(state)))

    def _target(self, module: types.ModuleType) -> PatientTarget:
        """The module's target, which tells in which of the author's functions it raises."""
        own = [vars(one).get("__file__") or "" for one in modules_of(module)]
        paths = [*self.replayer.patches.paths, *own]
        return PatientTarget(module, self.exercise, paths)

    def of_file(self, path: Path, seed: int | None = None) -> Trial:
        """The trial of a trusted file or folder. LoadFailed when it cannot be imported."""
        return self.of_module(path.name, author_module(self.exercise, path), seed)

    def target_of(self, path: Path) -> PatientTarget:
        """A trusted file or folder as a target. LoadFailed when it cannot be imported."""
        return self._target(author_module(self.exercise, path))

    def of_mistakes(self, hypothesis: Hypothesis) -> Trial:
        """The trial of the reference with known mistakes put in."""
        name = " + ".join(mistake.id for mistake in hypothesis)
        return self.of_module(name, self.replayer.module(hypothesis))

    def diagnosed(self, trial: Trial, fresh: Callable[[], types.ModuleType]) -> Trial:
        """The trial with its diagnosis; `fresh` gives its module anew, for further runs."""
        varying = self._varying(trial, fresh)
        with contextlib.suppress(OutOfTime), at_most(DIAGNOSIS_S) as rang:
            found = self.replayer.diagnose(trial.records, varying)
        return Trial(trial.name, trial.records, Findings() if rang else found)

    def _varying(
        self, trial: Trial, fresh: Callable[[], types.ModuleType]
    ) -> dict[str, frozenset[int]]:
        """The observations of each failing check that are others in another order of sets, or when
        it runs again."""
        target = self._target(fresh())
        found = {}
        for record in trial.records:
            if record.outcome not in FAILING or not record.results:
                continue
            program, before = Program.of(record.steps), observed(record.results)
            runs = [target.run(program.steps, salt=program.salt(one)) for one in ORDERS_AGAIN]
            places = frozenset[int]().union(*(differing(before, observed(run)) for run in runs))
            if places:
                found[record.spec.id] = places
        return found


def author_module(exercise: Exercise, path: Path) -> types.ModuleType:
    """An author's file or folder as a module. LoadFailed with one sentence when that does not work.

    See `solution_files`, and `grader.exercise.inheriting`.
    """
    files = solution_files(exercise, path)
    at = path
    rang: list[bool] = []

    def run(name: str, namespace: dict[str, Any]) -> None:
        nonlocal at
        at = files[f"{name}.py"]
        namespace["__file__"] = at.name
        source = completed(exercise, f"{name}.py", at)
        exec(compile(source, at.name, "exec", dont_inherit=True), namespace)

    try:
        with at_most(exercise.limits.import_s) as rang:
            module = build(exercise.contract, run)
    except (Exception, OutOfTime) as error:
        words = said("it does not end") if rang else f"{type(error).__name__}: {error}"
        raise LoadFailed(
            said("{path} cannot be imported: {words}", path=at.name, words=words)
        ) from None
    _check_objects(exercise.contract, module)
    return module


def _check_objects(contract: Contract, main: types.ModuleType) -> None:
    modules = {module.__name__: module for module in modules_of(main)}
    for address in contract.objects:
        held, name = contract.place(address)
        if hasattr(modules[held], name):
            continue
        path = vars(modules[held])["__file__"]
        if address in contract.functions:
            raise LoadFailed(said("{path} defines no function {name}", path=path, name=name))
        raise LoadFailed(said("{path} defines no class {class_name}", path=path, class_name=name))
