"""Which given parts a submission has otherwise, told by tokens."""

import time

import pytest

from grader.exercise import load as exercises
from grader.exercise.given_parts import LONGEST, LONGEST_LINE, GivenParts, given_functions
from grader.intake import take as intake

STARTER = exercises.load().starter_files[0].read_text("utf-8")
BACKWARD = STARTER[STARTER.index("    def backward") :]


def rewritten(text):
    """Names of the given functions that differ in the text."""
    exercise = exercises.load()
    taken = intake.take_source("value.py", text.encode(), exercise.module_file)
    return GivenParts(exercise).rewritten(taken)


def changed(old, new):
    assert old in STARTER
    return STARTER.replace(old, new)


def test_the_given_functions_are_what_no_task_asks_for():
    names = {"Value.__init__", "Value.__repr__", "Value.backward"}
    assert set(given_functions(exercises.load())) == names


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Value", "class Value"),
        ("        # Put every node", "        # Put each node"),
        ('"""Find the gradient of self with respect to', '"""Give the gradient of self to'),
        ("self.grad = 1\n", "self.grad = 1  # seed\n\n"),
        ('_op=""', "_op=''"),
        ("order, seen, visits = [], set(), [(self, False)]",
         "order, seen, visits = [\n        ], set(), [(self, False)]"),
        ("Value(data={self.data}, grad={self.grad})", "{self.data}"),
        ("    ", "  "),
        ('raise NotImplementedError("task add', 'raise ValueError("task add'),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_no_rewriting(old, new):
    assert rewritten(changed(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("tuple(_children)", "set(_children)", "Value.__init__"),
        ("self.grad = 1\n", "self.grad = 1.0\n", "Value.backward"),
        ("        for node in reversed(order):\n            node._backward()\n",
         "        for node in reversed(order):\n            pass\n        node._backward()\n",
         "Value.backward"),
        ("            node._backward()\n",
         "            node._backward()\n        self.grad = 0\n", "Value.backward"),
        ("            if inputs_done:\n                order.append(node)\n",
         "            if inputs_done:\n                pass\n            order.append(node)\n",
         "Value.backward"),
    ],
)  # fmt: skip
def test_other_code_is(old, new, name):
    assert rewritten(changed(old, new)) == [name]


def test_a_part_that_is_not_there_is_rewritten():
    assert rewritten(changed(BACKWARD, "")) == ["Value.backward"]


def test_one_that_is_overridden_counts_as_it_stands():
    assert rewritten(STARTER + "\n\nValue.backward = lambda self: None\n") == []


HOSTILE = {
    "nested": "(" * 500 + "\n",
    "open text": "x = '''" + "a\n" * 45_000,
    "long": "x = 1\n" * (LONGEST // 6),
    "too long": "x = 1\n" * (LONGEST // 5),
    "many functions": "def backward(self):\n" * (LONGEST // 20),
    "odd layout": "\tx\n  y\n",
    "quotes that never end": ("'\\" * (LONGEST_LINE // 2) + "\n") * (LONGEST // LONGEST_LINE - 1),
    "a long line of them": "'\\" * 40_000,
    "deep": "\n".join(" " * depth + "if x:" for depth in range(400)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_looked_through_in_a_moment(text):
    """Whatever is said of it, it ends and raises nothing."""
    begun = time.process_time()
    assert isinstance(rewritten(text), list)
    assert time.process_time() - begun < 3
