"""The verdict does not depend on chance: not on the seed, the order of checks, or a set's order."""

import json
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from grader.author.trials import PatientTarget
from grader.exercise.content import right_styles
from grader.grading.state import State
from grader.inside import evaluate
from grader.model.program import wire_step
from tests.author.kit import bundled, groups, in_session, outcomes

MISTAKES = ("mul/DropsSign", "relu/ClipsGradient", "value/GoesLevelByLevel")
STYLE = "local_gradients"
SEEDS = 20
FEWER_SEEDS = 10
PROCESSES = 20


def verdict(trials, trial, fresh):
    """What a learner is told: every check's outcome and every mistake's name."""
    return outcomes(trial), groups(trials.diagnosed(trial, fresh).findings)


def verdicts(trials):
    """The verdict on every known mistake of the sample and on a right style."""
    known = {mistake.id: mistake for mistake in trials.replayer.mistakes}
    style = next(path for path in right_styles(trials.exercise) if path.stem == STYLE)
    found = {STYLE: verdict(trials, trials.of_file(style), lambda: None)}
    for name in MISTAKES:
        hypothesis = (known[name],)
        fresh = lambda chosen=hypothesis: trials.replayer.module(chosen)  # noqa: E731
        found[name] = verdict(trials, trials.of_mistakes(hypothesis), fresh)
    return found


@pytest.mark.slow
def test_the_verdict_is_the_same_for_every_seed():
    """Twenty seeds: the same checks pass, the same mistakes are named."""

    def job(trials):
        found = []
        for seed in range(SEEDS):
            trials.seed = seed
            found.append(verdicts(trials))
        return found

    first, *others = in_session(bundled(), job)
    assert [name for name in MISTAKES if {name} not in first[name][1]] == []
    for seed, other in enumerate(others, start=1):
        assert other == first, f"seed {seed}"


@pytest.mark.slow
def test_no_random_check_leaves_a_mistake_to_luck():
    """Whichever the seed, a known mistake fails the same random checks."""

    def job(trials):
        runner = trials.runner
        runner.items = [item for item in runner.items if "random" in item.name]
        found = {}
        for mistake in trials.replayer.mistakes:
            seen = defaultdict(set)
            for seed in range(FEWER_SEEDS):
                module = trials.replayer.module((mistake,))
                state = State(trials.exercise, PatientTarget(module, trials.exercise), seed)
                for record in runner.run(state):
                    seen[record.spec.id].add(record.outcome)
            lucky = [check for check, outcomes in seen.items() if len(outcomes) > 1]
            if lucky:
                found[mistake.id] = lucky
        return found

    assert in_session(bundled(), job) == {}


@pytest.mark.slow
def test_the_verdict_is_the_same_in_every_order():
    """The checks of a task, shuffled: the same pass, the same mistakes are named."""

    def job(trials):
        runner, found = trials.runner, []
        in_order = list(runner.items)
        specs = dict(zip(in_order, runner.specs, strict=True))
        place = {task.id: at for at, task in enumerate(trials.exercise.tasks)}
        for seed in range(FEWER_SEEDS):
            random.Random(seed).shuffle(runner.items)
            runner.items.sort(key=lambda item: place[specs[item].task])
            assert runner.items != in_order
            found.append(verdicts(trials))
        runner.items = in_order
        return [verdicts(trials), *found]

    first, *others = in_session(bundled(), job)
    for other in others:
        assert other == first


# --- a submission that depends on the order of a set -------------------------------------------

WALKS = {
    "level by level": "queue.pop(0)",
    "newest first": "queue.pop()",
}
BY_CHANCE = """
class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data, self.grad = data, 0
        self._backward = lambda: None
        self._prev = set(_children)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(max(0, self.data), (self,))

        def _backward():
            self.grad += (self.data > 0) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        self.grad, queue, seen = 1, [self], {self}
        while queue:
            node = NEXT
            node._backward()
            for child in node._prev - seen:
                seen.add(child)
                queue.append(child)
"""
FIXED_SHAPES = (
    "neuron/two_ways_of_equal_length",
    "neuron/short_way_and_long_way",
    "neuron/sums_on_both_sides",
)
DRIVER = """
import json, sys, types
sys.path.insert(0, sys.argv[1])
import evaluate, values
source, programs = json.load(sys.stdin)
module = types.ModuleType("value")
exec(source, module.__dict__)
made = evaluate.Evaluator(module, (), lambda salt: None, values)
answers = [made.run(0, steps, 0) for steps in programs]
print(json.dumps(answers))
"""


def answers(source, programs):
    """The results of the programs in a fresh process, whose sets are in an order of their own."""
    folder = str(Path(evaluate.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", DRIVER, folder],
        input=json.dumps([source, programs]).encode(),
        capture_output=True,
        timeout=30,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def programs():
    """The fixed shapes as the battery sends them."""
    exercise = bundled()
    trial = in_session(exercise, lambda trials: trials.of_file(exercise.reference_file))
    records = {record.spec.id: record for record in trial.records}
    steps = [[wire_step(step) for step in records[check].steps] for check in FIXED_SHAPES]
    return json.loads(msgspec.json.encode(steps))


@pytest.mark.parametrize("walk", WALKS)
def test_an_order_of_chance_fails_in_every_process(programs, walk):
    """Whatever the order of a node's inputs, one of the fixed shapes catches a wrong walk."""
    exercise = bundled()
    truth = answers(exercise.reference_file.read_text("utf-8"), programs)
    source = BY_CHANCE.replace("NEXT", WALKS[walk])
    caught = dict.fromkeys(FIXED_SHAPES, 0)
    for _ in range(PROCESSES):
        given = answers(source, programs)
        wrong = [c for c, a, b in zip(FIXED_SHAPES, truth, given, strict=True) if a[-1] != b[-1]]
        assert wrong, "passed all fixed shapes"
        for check in wrong:
            caught[check] += 1
    print(f"\n{walk}: of {PROCESSES} processes caught by {caught}")


def test_the_fixed_shapes_pass_a_right_walk_over_sets(programs):
    """It is the order of the walk that is caught, not the set."""
    text = bundled().reference_file.read_text("utf-8")
    truth = answers(text, programs)
    assert "tuple(_children)" in text
    for _ in range(5):
        assert answers(text.replace("tuple(_children)", "set(_children)"), programs) == truth
