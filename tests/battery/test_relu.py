"""The rectifier: passes value and gradient where its input is positive, nothing elsewhere.

Of 21 parts, values count 4, slopes 5, the arriving gradient 4, several uses 5, what is no part of
the relu 1, and random expressions 2. A check that needs another operation says so: until that is
right, its failing says nothing new.
"""

import expressions
import pytest

pytestmark = pytest.mark.task("relu")


@pytest.mark.check(weight=3)
def test_forward_only_computes(submission, expect_values):
    """relu gives 0 or its input, and changes neither its input nor any gradient."""
    submission.Value(-2.0).relu()
    submission.Value(2.0).relu()
    expect_values()


@pytest.mark.check(weight=2)
def test_positive_input(submission, expect_gradients):
    """A positive input passes, and so does its gradient."""
    expect_gradients(submission.Value(3.0).relu())


def test_negative_input(submission, expect_gradients):
    """A negative input gives 0 and gets no gradient."""
    expect_gradients(submission.Value(-2.0).relu())


def test_zero_input(submission, expect_gradients):
    """At exactly 0 the slope is 0, as the task says."""
    expect_gradients(submission.Value(0.0).relu())


def test_input_below_one(submission, expect_gradients):
    """An input between 0 and 1 passes unchanged."""
    expect_gradients(submission.Value(0.25).relu())


def test_gradients_survive_new_relus(submission, expect_values):
    """Building another relu leaves the gradients that are there alone."""
    a, b = submission.Value(3.0), submission.Value(-2.0)
    a.relu().backward()
    a.relu()
    b.relu()
    expect_values()


def test_twice(submission, expect_gradients):
    """The relu of a relu lets a positive input through."""
    expect_gradients(submission.Value(2.5).relu().relu())


@pytest.mark.check(needs=["add"])
def test_gradient_from_above(submission, expect_gradients):
    """relu passes on the gradient that arrives, not always 1."""
    r = submission.Value(3.0).relu()
    expect_gradients(r + r)


@pytest.mark.check(weight=2, needs=["add"])
def test_beside_its_input(submission, expect_gradients):
    """An input used beside its relu gets both contributions."""
    a = submission.Value(3.0)
    expect_gradients(a.relu() + a)


@pytest.mark.check(needs=["add"])
def test_inputs_of_equal_value(submission, expect_gradients):
    """Two inputs that hold the same number are two inputs, and each gets its gradient."""
    a, b = submission.Value(3.0), submission.Value(3.0)
    expect_gradients(a.relu() + b.relu())


@pytest.mark.check(weight=2, needs=["add"])
def test_same_relu_written_twice(submission, expect_gradients):
    """The same relu written twice passes its gradient on twice."""
    a = submission.Value(3.0)
    expect_gradients(a.relu() + a.relu())


@pytest.mark.check(needs=["add"])
def test_closed_gate_adds_nothing(submission, expect_gradients):
    """With a negative input relu adds nothing to the gradient and takes nothing away."""
    a = submission.Value(-3.0)
    expect_gradients(a.relu() + a)


@pytest.mark.check(needs=["mul"])
def test_negative_gradient(submission, expect_gradients):
    """A negative gradient passes too, where the input is positive."""
    expect_gradients(submission.Value(3.0).relu() * submission.Value(-2.0))


@pytest.mark.check(needs=["mul"])
def test_input_is_a_product(submission, expect_gradients):
    """A relu passes its gradient on to the operation below it."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    expect_gradients((a * b).relu())


@pytest.mark.check(weight=2, needs=["add"])
def test_random_expressions(submission, rng, expect_values):
    """Twenty random sums of relus have the right values and gradients."""
    expressions.batch(submission, rng, ["relu", "add", "add"], length=5)
    expect_values()
