"""The strongest box that holds: late failures, early failures, and what is said when none does."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace

from grader.box import choice
from grader.box.choice import Candidate, ChosenBox
from grader.box.layered import (
    LayeredBox,
    LevelUnavailable,
    kernel_box,
    layered_recipe,
    readable_for,
)
from grader.exercise import load as exercises
from grader.model.errors import Fault, IsolationUnavailable
from grader.model.exercise import Exercise
from grader.model.program import Plain, Step
from grader.target.boxed import BoxedTarget
from tests.box import places
from tests.box.visit import CONTRACT, submission

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or places.COLUMN is None, reason="the layers are those of Linux"
)


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return exercises.load(places.ROOT)


def leaky(exercise: Exercise, level: str) -> Candidate:
    """A box that starts well and whose canaries then get through."""

    def start(failed: dict[str, str]) -> LayeredBox:
        recipe = layered_recipe(level, exercise, readable_for(exercise))
        plan = {**recipe.plan, "seccomp": None, "demanded": []}
        return LayeredBox(level, exercise, replace(recipe, plan=plan))

    return start


def absent(level: str) -> Candidate:
    """A box that cannot even be started."""

    def start(failed: dict[str, str]) -> LayeredBox:
        raise LevelUnavailable(level, "there is none")

    return start


def sound(exercise: Exercise) -> Candidate:
    return lambda failed: kernel_box(exercise, {"namespaces": failed["strict"]})


@pytest.fixture(params=[False, True], ids=["hoped for", "doubted"])
def _doubt(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "namespaces_doubtful", lambda: request.param)


@pytest.mark.usefixtures("_doubt")
@pytest.mark.parametrize("kind", ["leaky", "absent"])
def test_the_next_candidate_takes_the_place_of_one_that_does_not_hold(
    exercise: Exercise, kind: str
) -> None:
    first = leaky(exercise, "strict") if kind == "leaky" else absent("strict")
    made = ChosenBox("auto", [("strict", first), ("kernel", sound(exercise))])
    target = BoxedTarget(made, submission("found = 7"), CONTRACT, exercise.limits)
    try:
        target.start()  # before anything is proved
        target.load()
        assert target.run([Step("get", "found")]) == [Plain(7)]
        assert made.protection.level == "kernel"
        why = "not denied: open a user namespace" if kind == "leaky" else "there is none"
        assert made.protection.missing["namespaces"].startswith(why)
    finally:
        target.close()
        made.close()


@pytest.mark.usefixtures("_doubt")
def test_when_none_is_left_the_level_asked_for_is_named(exercise: Exercise) -> None:
    candidates = [("kernel", leaky(exercise, "kernel")), ("strict", absent("strict"))]
    made = ChosenBox("kernel", candidates)
    with pytest.raises(IsolationUnavailable, match="level kernel is not to be had") as caught:
        made.prove()
    assert type(caught.value) is IsolationUnavailable  # the name that a batch's helpers pass on
    with pytest.raises(IsolationUnavailable):
        ChosenBox("strict", [("strict", absent("strict"))])


def test_a_box_that_ended_is_a_fault_and_not_a_weaker_level(exercise: Exercise) -> None:
    first: Candidate = lambda failed: kernel_box(exercise, {})  # noqa: E731
    made = ChosenBox("auto", [("kernel", first), ("none", absent("none"))])
    try:
        assert made.protection.level == "kernel"
        made.current.zygote.process.kill()
        made.current.zygote.process.wait()
        with pytest.raises(Fault):
            made.spawn()
        assert made.protection.level == "kernel"
    finally:
        made.close()
