"""The battery itself is tested: every check can fail, and fails for nothing but a wrong Value.

All in one session and this process; the right styles also go through the real box.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec import Struct

from grader.author.solutions import sources_at, submission_of
from grader.diagnosis.replay import Replayer
from grader.diagnosis.smallest import Catalogue, candidates
from grader.diagnosis.work import Work
from grader.exercise import load as exercises
from grader.exercise.content import right_styles
from grader.exercise.trusted import load_in_process, load_oracle
from grader.grading import pipeline as grading
from grader.grading.runner import Runner
from grader.grading.session import run_session
from grader.grading.stash import SPEC
from grader.grading.state import State
from grader.model.check import CheckRecord, CheckSpec, Outcome
from grader.model.exercise import Exercise
from grader.model.program import Step
from grader.target.base import Target
from grader.target.in_process import InProcessTarget

ROOT = Path(__file__).resolve().parents[1]
EXERCISE = exercises.load(ROOT)
REFERENCE = EXERCISE.reference_file.read_text("utf-8")
SEEDS = range(6)
SHARE = 8  # one in so many of the known mistakes; all of them are for `-m slow`
HOLES = {"add": "__add__", "mul": "__mul__", "relu": "relu"}
TOLD_APART_BY = {
    "value": "node.data",
    "text": "repr(node)",
    "operation and value": "(node._op, node.data)",
    "operation and inputs": "(node._op, *map(id, node._prev))",
    "inputs": "(node.data if not node._prev else 0, *map(id, node._prev))",
    "likeness": "likeness(node)",
}
WALK = """

def likeness(node):
    return (node._op, node.data, *map(likeness, node._prev))


def backward(self):
    order, known = [], set()

    def visit(node):
        if (told := {key}) not in known:
            known.add(told)
            for child in node._prev:
                visit(child)
            order.append(node)

    visit(self)
    self.grad = 1
    for node in reversed(order):
        node._backward()


Value.backward = backward
"""


class Judged(Struct):
    """What every check said of every piece of code."""

    specs: list[CheckSpec]
    starter: list[CheckRecord]
    never_failed: list[str]
    mistakes: dict[str, list[CheckRecord]]
    reference: dict[int, list[CheckRecord]]
    shuffled: list[list[CheckRecord]]
    shuffled_wrong: list[list[CheckRecord]]
    alone: dict[str, list[CheckRecord]]
    walks: dict[str, list[CheckRecord]]


def target(text: str) -> Target:
    """The text, in this process."""
    return InProcessTarget(load_in_process(text, "value", "value.py"))


def run(
    runner: Runner, at: Target, seed: int = 1, *, task: str | None = None, judged: bool = False
) -> list[CheckRecord]:
    """The records of a hole's checks, or of all; unless `judged`, none is held back."""
    task = task if task in HOLES else None
    state = State(EXERCISE, at, seed)
    state.judged = judged
    return [r for r in runner.run(state, task) if task is None or r.spec.task == task]


def of_mistakes(runner: Runner, share: int) -> dict[str, list[CheckRecord]]:
    """What the checks of its task, or of a general one all, say of one mistake in so many."""
    replayer = Replayer(EXERCISE)
    return {
        mistake.id: run(runner, replayer.target((mistake,)), task=mistake.task)
        for mistake in replayer.mistakes[::share]
    }


def never_failed(runner: Runner) -> list[str]:
    """The checks that no known mistake fails by a value: each is tried until one does."""
    replayer, every = Replayer(EXERCISE), list(runner.items)
    left = every
    for mistake in replayer.mistakes:
        task = mistake.task
        mine = [item for item in left if task not in HOLES or item.stash[SPEC].task == task]
        if mine:
            runner.items[:] = mine
            records = run(runner, replayer.target((mistake,)), task=task)
            failed = {one.spec.id for one in records if one.outcome is Outcome.FAILED}
            left = [item for item in left if item.stash[SPEC].id not in failed]
    runner.items[:] = every
    return [item.stash[SPEC].id for item in left]


def shuffled(runner: Runner, text: str) -> list[list[CheckRecord]]:
    """Three runs in three orders, one submission each; then the battery's own order again."""
    order, found = list(runner.items), []
    for seed in range(3):
        random.Random(seed).shuffle(runner.items)
        found.append(run(runner, target(text)))
    runner.items[:] = order
    return found


def without(tasks: Iterable[str]) -> str:
    """The reference with the holes of these tasks open again."""
    text = REFERENCE.replace(
        "class Value:", "def _unwritten(*_):\n    raise NotImplementedError\n\n\nclass Value:"
    )
    return text + "".join(f"\n\nValue.{HOLES[task]} = _unwritten\n" for task in tasks)


def walking(by: str) -> str:
    """The reference with a walk that tells nodes apart by something else than themselves."""
    return REFERENCE + WALK.format(key=TOLD_APART_BY[by])


def needed(exercise: Exercise, specs: list[CheckSpec], task: str) -> set[str]:
    """The tasks that a task and its checks say they need, and the task itself."""
    named = {task, *exercise.task(task).needs}
    for spec in specs:
        if spec.task == task:
            named.update(need.partition("/")[0] for need in spec.needs)
    return named


@pytest.fixture(scope="module")
def judged() -> Judged:
    """One session over everything."""
    made: list[Judged] = []

    def turn(specs: list[CheckSpec], runner: Runner) -> None:
        wrong = (ROOT / "tests/examples/overwriting_mul.py").read_text("utf-8")
        alone = {}
        for task in HOLES:
            missing = [other for other in HOLES if other not in needed(EXERCISE, specs, task)]
            alone[task] = run(runner, target(without(missing)), judged=True)
        made.append(
            Judged(
                specs=specs,
                starter=run(runner, target(EXERCISE.starter_files[0].read_text("utf-8"))),
                never_failed=never_failed(runner),
                mistakes=of_mistakes(runner, SHARE),
                reference={seed: run(runner, target(REFERENCE), seed) for seed in SEEDS},
                shuffled=shuffled(runner, REFERENCE),
                shuffled_wrong=shuffled(runner, wrong),
                alone=alone,
                walks={by: run(runner, target(walking(by))) for by in TOLD_APART_BY},
            )
        )

    run_session(EXERCISE, turn)
    return made[0]


def failing(records: Iterable[CheckRecord]) -> set[str]:
    """The checks that did not pass."""
    return {record.spec.id for record in records if record.outcome is not Outcome.PASSED}


def test_every_check_has_been_seen_failing_on_a_wrong_value(judged: Judged) -> None:
    """For each check there is a known mistake that it finds by a number, not by an exception."""
    assert judged.never_failed == []


def test_a_known_mistake_is_found(judged: Judged) -> None:
    """It passes not all checks of its own task, nor a general one the battery."""
    assert [name for name, records in judged.mistakes.items() if not failing(records)] == []


@pytest.mark.slow
def test_every_known_mistake_is_found_and_the_reference_passes_under_many_seeds() -> None:
    """The same of all of them."""

    def turn(_: list[CheckSpec], runner: Runner) -> None:
        found = of_mistakes(runner, 1)
        assert [name for name, records in found.items() if not failing(records)] == []
        for seed in range(6, 40):
            assert failing(run(runner, target(REFERENCE), seed)) == set(), seed

    run_session(EXERCISE, turn)


def test_no_check_passes_on_the_starter(judged: Judged) -> None:
    """Even where its needs are not met and it runs all the same."""
    assert failing(judged.starter) == {spec.id for spec in judged.specs}


def test_the_reference_passes_under_every_seed(judged: Judged) -> None:
    """The random checks never ask what the reference gets wrong."""
    assert {seed: failing(records) for seed, records in judged.reference.items()} == {
        seed: set() for seed in SEEDS
    }


def test_the_order_of_checks_does_not_matter(judged: Judged) -> None:
    """Right code passes and wrong code fails the same checks, in whatever order they run."""
    assert [failing(records) for records in judged.shuffled] == [set()] * 3
    first, *others = [failing(records) for records in judged.shuffled_wrong]
    assert first
    assert all(other == first for other in others)
    orders = [[record.spec.id for record in records] for records in judged.shuffled]
    assert orders[0] != orders[1]


@pytest.mark.parametrize("task", HOLES)
def test_a_task_needs_nothing_but_what_it_says(task: str, judged: Judged) -> None:
    """With only its declared needs written, all of a task's checks pass."""
    mine = [record for record in judged.alone[task] if record.spec.task == task]
    assert mine
    assert failing(mine) == set()


def steps_of(records: Iterable[CheckRecord]) -> dict[str, tuple[Step, ...]]:
    """The program of every check."""
    return {record.spec.id: record.steps for record in records}


def test_random_checks_ask_every_submission_something_else(judged: Judged) -> None:
    """Another seed changes the random checks and no other; the same seed changes nothing."""
    first, second = steps_of(judged.reference[0]), steps_of(judged.reference[1])
    different = {name for name in first if first[name] != second[name]}
    assert different == {name for name in first if name.partition("/")[2].startswith("random_")}
    again = steps_of(judged.shuffled[0])
    assert again == steps_of(judged.shuffled[1])


def test_every_check_tells_the_learner_what_it_is_about(judged: Judged) -> None:
    """A title of one line, from its docstring, that no other check of its task has."""
    titles = Counter((spec.task, spec.title) for spec in judged.specs)
    assert set(titles.values()) == {1}
    for spec in judged.specs:
        assert spec.title[0].isupper() or spec.title.startswith("relu"), spec.title
        assert not spec.title.startswith("Test")


@pytest.mark.parametrize("by", TOLD_APART_BY)
def test_a_walk_that_takes_two_nodes_for_one_loses_points_everywhere(
    by: str, judged: Judged
) -> None:
    """In every task, by a check with fixed numbers: random ones show it too, but to no learner."""
    lost = {name for name in failing(judged.walks[by]) if "random_" not in name}
    assert {name.partition("/")[0] for name in lost} == {task.id for task in EXERCISE.tasks}


@pytest.mark.parametrize("by", TOLD_APART_BY)
def test_a_small_program_shows_that_two_nodes_are_taken_for_one(by: str) -> None:
    """Among the programs that are enumerated for each task."""
    shown = {
        task.id
        for task in EXERCISE.tasks
        if Catalogue(candidates(load_oracle(EXERCISE), task.id, "Value")).shows(
            target(walking(by)), Work()
        )
    }
    assert shown == {task.id for task in EXERCISE.tasks}


@pytest.mark.slow
def test_every_right_style_has_full_marks_in_the_box() -> None:
    """Other right ways to write it, one session, the real boundary."""
    paths = right_styles(EXERCISE)
    taken = [submission_of(EXERCISE, p.name, sources_at(EXERCISE, p)) for p in paths]
    marks: dict[str, float | None] = {}
    grading.grade_each(EXERCISE, taken, lambda one, report: marks.update({one.name: report.score}))
    assert len(marks) == len(paths) > 0
    assert {name: score for name, score in marks.items() if score != 10.0} == {}
