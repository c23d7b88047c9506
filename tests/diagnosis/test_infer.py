"""Wrong rules that are inferred, and what nothing may be said of."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import pytest

from grader.author.solutions import sources_at
from grader.box import choose
from grader.diagnosis import operations as probing
from grader.diagnosis.infer import Inference
from grader.diagnosis.operations import operations
from grader.diagnosis.rules import Rules
from grader.diagnosis.work import Work
from grader.exercise import load as exercises
from grader.exercise.content import right_styles
from grader.exercise.trusted import load_oracle
from grader.intake.take import take_source
from grader.model.errors import ExerciseProblem
from grader.model.program import Ref, Step
from grader.target.boxed import BoxedTarget
from tests.submitted import REFERENCE, changed, graded

CORRECT = right_styles(exercises.load())
RETURNS_INPUT = {"relu_returns_self.py"}
"""Where the result is no node of its own, nothing can be inferred."""

TO_SELF = "self.grad += other.data * out.grad"
TO_OTHER = "other.grad += self.data * out.grad"
PRODUCT = "self.data * other.data"
GATE = "            if self.data > 0:\n                self.grad += out.grad"
SUM = "self.grad += out.grad\n            other.grad += out.grad"
WRAPPED_FOR_PRODUCT = "Value(other)\n        out = Value(self.data *"
MARKED_AS_PLAIN = WRAPPED_FOR_PRODUCT.replace("(other)", "(other, (), 'plain')")
ZEROES = "for node in order:\n            node.grad = int(node is self)\n        "
WALK = "for node in reversed(order):"


@pytest.fixture(scope="module")
def exercise():
    return exercises.load()


@pytest.fixture(scope="module")
def inference(exercise):
    return Inference(load_oracle(exercise), exercise.contract.class_name)


@pytest.fixture(scope="module")
def rules(exercise, inference):
    """The rules that a source's operations follow, asked of it alone: nothing has to fail."""
    box = choose("none", exercise)

    def asked(source: str, by: Inference = inference, right: bool = False) -> dict[str, Rules]:
        taken = take_source("value.py", source.encode(), exercise.module_file)
        target = BoxedTarget(box, taken, exercise.contract, exercise.limits)
        tasks = list(by.operations)
        try:
            return by.rules(target, tasks, tasks if right else (), Work())
        finally:
            target.close()

    yield asked
    box.close()


def told(source: str) -> dict[str, str]:
    """The rules in the report of a source, by task."""
    report = graded(source)
    assert report.score < 10
    return {task.id: one.rule for task in report.tasks for one in task.diagnoses if one.rule}


# --- what is right ---------------------------------------------------------------------------


TRUE = {
    "add": ["a + b", "out.grad", "out.grad", "old + new", "old + new"],
    "mul": ["a * b", "b * out.grad", "a * out.grad", "old + new", "old + new"],
    "relu": ["max(a, 0)", "out.grad * (a > 0)", "old + new"],
}


def written(inference: Inference) -> dict[str, list[str]]:
    """The formulas of the true rules, by task."""
    return {
        task: [
            str(rule.formula) for part, rule in rules.parts.items() if part not in rules.following
        ]
        for task, rules in inference.true_rules.items()
    }


def test_the_true_rules_are_the_oracle_s(inference):
    assert written(inference) == TRUE


@pytest.mark.parametrize(
    "seeds", [range(4), pytest.param(range(4, 40), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_no_rule_is_found_by_luck_of_the_points(exercise, rules, monkeypatch, seeds):
    """With each number moved a little, several times, the reference follows the true rules."""
    kept = {name: getattr(probing, name) for name in ("POINTS", "POINTS_OF_ONE", "SECOND")}
    oracle = load_oracle(exercise)
    for seed in seeds:
        rng = Random(seed)
        for name, points in kept.items():
            moved = tuple(tuple(round(x * rng.uniform(0.9, 1.1), 3) for x in one) for one in points)
            monkeypatch.setattr(probing, name, moved)
        other = Inference(oracle, exercise.contract.class_name)
        found = rules(REFERENCE, other, right=True)
        assert written(other) == TRUE, seed
        wrong = {task: one.wrong(other.true_rules[task]) for task, one in found.items()}
        assert wrong == {task: [] for task in TRUE}, seed


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.stem)
def test_every_right_style_follows_them(path, rules, inference, exercise):
    found = rules(sources_at(exercise, path)["value.py"].decode(), right=True)
    expected = set(inference.operations)
    assert set(found) == expected - ({"relu"} if path.name in RETURNS_INPUT else set())
    assert not any(found[task].wrong(inference.true_rules[task]) for task in found)


# --- what is wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ([(TO_OTHER, "other.grad += (self.data - 1) * out.grad")], "b <- a * out.grad - out.grad"),
        (
            [(TO_SELF, "self.grad += 3 * out.grad"), (TO_OTHER, "other.grad += self.data")],
            "a <- 3 * out.grad; b <- a",
        ),
        ([(PRODUCT, "self.data * abs(other.data)")], "out <- a * abs(b)"),
        (
            [(TO_SELF, "self.grad = 2 * self.grad + other.data * out.grad")],
            "again a <- new + 2 * old",
        ),
        (
            [(TO_SELF, "self.grad += other.data * out.grad * (1 + (self is other))")],
            "same a <- 3 * a * out.grad",
        ),
        (
            [
                (WRAPPED_FOR_PRODUCT, MARKED_AS_PLAIN),
                (TO_SELF, "self.grad += other.data * out.grad * (1 + (other._op == 'plain'))"),
            ],
            "plain a <- 2 * b * out.grad",
        ),
    ],
)
def test_a_wrong_rule_is_told(changes, rule):
    assert told(changed(*changes)) == {"mul": rule}


def test_it_is_told_with_numbers_and_one_question():
    report = graded(changed((TO_OTHER, "other.grad += self.data * 3 * out.grad")))
    (found,) = next(task.diagnoses for task in report.tasks if task.id == "mul")
    assert found.id == "mul/inferred"
    assert found.checks
    assert found.explanation.startswith(
        "In `a * b` with a = 2, b = 3 and out.grad = 1, what reaches `b` is "
        "`3 * a * out.grad` = 6; `a * out.grad` = 2 is right. "
    )
    assert found.explanation.count("?") == 1


def test_two_facts_of_one_place_name_it_once():
    report = graded(
        changed((TO_SELF, "self.grad += self.data"), (TO_OTHER, "other.grad += other.data"))
    )
    (found,) = next(task.diagnoses for task in report.tasks if task.id == "mul")
    assert found.rule == "a <- a; b <- b"
    assert found.explanation.count("In `a * b`") == 1
    assert "What reaches `b` is `b` = 3; `a * out.grad` = 2 is right." in found.explanation


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [(WALK, "for node in order[-1:] + sorted(order[:-1], key=lambda n: n.data):")],
            id="walk",
        ),
        pytest.param([(TO_SELF, "import random; self.grad += random.random()")], id="random"),
        pytest.param(
            [
                ("def __mul__", "made = []\n\n    def __mul__"),
                (PRODUCT, f"{PRODUCT} + len(Value.made)"),
                ('"*")\n', '"*")\n        Value.made.append(1)\n'),
            ],
            id="keeps state",
        ),
        pytest.param(
            [(TO_SELF, "self.grad += (other.data + 0.37 * self.data**3) * out.grad")],
            id="no small formula",
        ),
        pytest.param([("self.grad = 1\n", "self.grad = 2\n")], id="seed"),
        pytest.param([(WALK, ZEROES + WALK)], id="zeroes first"),
    ],
)
def test_nothing_is_said(changes):
    assert told(changed(*changes)) == {}


def test_an_output_that_does_not_begin_at_1_speaks_against_the_walk(rules):
    assert rules(changed(("self.grad = 1\n", "self.grad = 2\n"))) == {}


@pytest.mark.parametrize("oracle", [None, SimpleNamespace(), SimpleNamespace(FINISH="run")])
def test_an_exercise_without_operations_has_nothing_inferred(oracle):
    assert not Inference(oracle, "Value").operations
    assert operations(oracle, "Value") == ()


def test_a_negation_is_an_operation_of_its_own():
    (negation,) = operations(SimpleNamespace(OPERATIONS={"neg": "-a"}), "Value")
    assert (negation.inputs, negation.step) == (("a",), Step("op", "neg", (Ref(0),)))


@pytest.mark.parametrize("text", ["a * b + a", "a * a", "a * 2", "(", "-2", "-a * b"])
def test_what_is_not_one_operation_is_refused(text):
    with pytest.raises(ExerciseProblem, match="not one operation"):
        operations(SimpleNamespace(OPERATIONS={"mul": text}), "Value")
