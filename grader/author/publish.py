"""The part of an exercise that learners are given: its visible checks as programs.

Theory of operation. In one session every visible check is run on the reference and drawn up
(`grader.grading.public_check`). One that does more than compare once, at its end, is made as strict
as the battery is (`grader.author.altered`), and then judged both ways on the reference, on every
right style and on every known mistake. Where the two part once, its program does not tell what the
check is about, and learners do not get it.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from grader.author.altered import Both, settled
from grader.author.trials import PatientTarget, author_module
from grader.diagnosis.replay import Replayer
from grader.exercise.content import right_styles, starter_texts
from grader.exercise.trusted import reference_module
from grader.grading.caching_runner import CachingRunner
from grader.grading.learning import comparison_of
from grader.grading.public_check import drawn_up
from grader.grading.result_cache import ReferenceTarget
from grader.grading.score import check_points, exact_points
from grader.grading.session import run_session
from grader.grading.stash import OBSERVER, RECORDER, SPEC
from grader.grading.state import State
from grader.model.check import CheckSpec, Outcome, Visibility
from grader.model.exercise import Exercise
from grader.model.public import Public, PublicCheck
from grader.target.base import LoadFailed

SEED = 0
"""Visible checks that draw at random draw this for every learner."""


class Published(NamedTuple):
    """What learners get, and the ids of visible checks that cannot be given to them."""

    public: Public
    left_out: tuple[str, ...]


def publish(exercise: Exercise) -> Published:
    """What learners get of an exercise. ExerciseProblem where it is broken."""
    found: list[Published] = []
    run_session(exercise, lambda _, runner: found.append(_published(exercise, runner)))
    return found[0]


def _published(exercise: Exercise, runner: CachingRunner) -> Published:
    visible = [i for i in runner.items if i.stash[SPEC].visibility is Visibility.VISIBLE]
    drawn, unproven = _drawn(exercise, runner, visible)
    both = Both(exercise, runner, SEED)
    for item in unproven:
        check = settled(
            both, item, drawn.pop(item), lambda: _target(exercise, reference_module(exercise))
        )
        if check is not None:
            drawn[item] = check
    for module in _solutions(exercise) if unproven else ():
        for item in _differing(both, {i: drawn[i] for i in unproven if i in drawn}, module):
            del drawn[item]
    runner.tear_down(None)
    given = [drawn[item] for item in visible if item in drawn]
    public = Public(
        seed=SEED,
        points=_points(exercise, runner, given),
        starter=starter_texts(exercise),
        checks=tuple(given),
    )
    known = public.names()
    checks = [replace(one, spec=_needing(one.spec, known)) for one in given]
    left_out = tuple(item.stash[SPEC].id for item in visible if item not in drawn)
    return Published(replace(public, checks=tuple(checks)), left_out)


def _needing(spec: CheckSpec, known: frozenset[str]) -> CheckSpec:
    """The check without needs that learners are not given, whose names may be hidden."""
    return replace(spec, needs=tuple([need for need in spec.needs if need in known]))


def _target(exercise: Exercise, module: types.ModuleType) -> PatientTarget:
    return PatientTarget(module, exercise, exercise.contract.files)


def _drawn(
    exercise: Exercise, runner: CachingRunner, items: list[pytest.Item]
) -> tuple[dict[pytest.Item, PublicCheck], list[pytest.Item]]:
    """The checks as they can be drawn up, and those that are to be tried: which may look at more
    than their program tells."""
    target = ReferenceTarget(reference_module(exercise), exercise.contract.files)
    state = State(exercise, target, SEED)
    runner.begin(state)
    drawn, unproven = dict[pytest.Item, PublicCheck](), list[pytest.Item]()
    for item, following in zip(items, [*items[1:], None], strict=True):
        target.begin_check()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        recorder, observer = item.stash.get(RECORDER, None), item.stash.get(OBSERVER, None)
        record = runner.record(state, item)
        if recorder is None or record.outcome is not Outcome.PASSED:
            continue
        compared = observer.compared if observer is not None else []
        check = drawn_up(record.spec, target.asked, recorder, compared)
        if check is not None:
            drawn[item] = check
            if len(target.asked) != 1 or comparison_of(item, target.asked[0]) is None:
                unproven.append(item)
    runner.tear_down(None)
    return drawn, unproven


def _solutions(exercise: Exercise) -> Iterator[types.ModuleType]:
    """The reference, every right style, and the reference with each known mistake."""
    yield reference_module(exercise)
    for path in right_styles(exercise):
        with contextlib.suppress(LoadFailed):  # `grader verify` tells of it
            yield author_module(exercise, path)
    replayer = Replayer(exercise)
    for mistake in replayer.mistakes:
        try:
            module = replayer.module((mistake,))
        except Exception:  # `grader verify` tells of it
            continue
        yield module


def _differing(
    both: Both, checks: dict[pytest.Item, PublicCheck], module: types.ModuleType
) -> list[pytest.Item]:
    """The checks that the battery and their programs judge differently."""
    differing, target = list[pytest.Item](), _target(both.exercise, module)
    for item, check in checks.items():
        seen = both.of(item, check, target)
        if not seen.ended:
            break  # what never ends would have to be waited for check by check
        if seen.battery != seen.drawn:
            differing.append(item)
    return differing


def _points(
    exercise: Exercise, runner: CachingRunner, checks: list[PublicCheck]
) -> dict[str, float]:
    """What the checks that learners get are worth, by task."""
    given = {check.spec.id for check in checks}
    points = {}
    for task in exercise.tasks:
        worth = check_points([s for s in runner.specs if s.task == task.id], exact_points(task))
        mine = sum((points for check, points in worth.items() if check in given), Fraction(0))
        if mine:
            points[task.id] = round(float(mine), 4)
    return points
