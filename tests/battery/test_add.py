"""The sum: both inputs get the gradient that arrives, and each of several uses counts.

Of 24 parts, values count 4, slopes 5, the arriving gradient 4, several uses 5, plain numbers 2,
what is no part of the sum 2, and random sums 2.
"""

import expressions
import pytest

pytestmark = pytest.mark.task("add")


@pytest.mark.check(weight=3)
def test_forward_only_computes(submission, expect_values):
    """Adding gives the sum, and changes neither its inputs nor any gradient."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    c = a + b
    c + c
    expect_values()


@pytest.mark.check(weight=2)
def test_left_input(submission, expect_gradients):
    """The left input gets the gradient of the sum."""
    a = submission.Value(2.0)
    expect_gradients(a + submission.Value(-3.5), of=[a])


@pytest.mark.check(weight=2)
def test_right_input(submission, expect_gradients):
    """The right input gets the gradient of the sum."""
    b = submission.Value(-3.5)
    expect_gradients(submission.Value(2.0) + b, of=[b])


def test_two_inputs(submission, expect_gradients):
    """A sum passes its gradient on to both inputs."""
    expect_gradients(submission.Value(2.0) + submission.Value(-3.5))


@pytest.mark.check(weight=2)
def test_plain_number(submission, expect_gradients):
    """A plain number on the right is taken like a Value."""
    a = submission.Value(2.5)
    expect_gradients((a + 3) + 1.5)


@pytest.mark.check(weight=2)
def test_same_node_twice(submission, expect_gradients):
    """A value added to itself gets both contributions."""
    a = submission.Value(3.0)
    expect_gradients(a + a)


def test_inputs_of_equal_value(submission, expect_gradients):
    """Two inputs that hold the same number are two inputs, and each gets its gradient."""
    expect_gradients(submission.Value(3.0) + submission.Value(3.0))


@pytest.mark.check(weight=2)
def test_gradient_from_above(submission, expect_gradients):
    """A sum passes on the gradient that arrives, not always 1."""
    a = submission.Value(-1.5)
    b = a + a
    expect_gradients(b + b)


def test_sum_on_the_left(submission, expect_gradients):
    """The left input may be a sum itself."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(0.25)
    expect_gradients((a + b) + c)


def test_sum_on_the_right(submission, expect_gradients):
    """The right input may be a sum itself, and share a node with the left."""
    a, b = submission.Value(2.0), submission.Value(-3.0)
    expect_gradients(a + (a + b))


def test_uses_at_unequal_depth(submission, expect_gradients):
    """A sum used twice passes its gradient on only when both contributions have arrived."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(1.0)
    u = a + b
    expect_gradients((u + ((u + c) + u)) + a)


def test_same_sum_written_twice(submission, expect_gradients):
    """The same sum written twice is two sums, and both pass their gradient on."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    expect_gradients((a + b) + (a + b))


def test_two_results(submission, expect_gradients):
    """What a second result brings is added to the gradient that is there."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    (a + b).backward()
    expect_gradients(c + a)


def test_gradients_survive_new_sums(submission, expect_values):
    """Building another sum leaves the gradients that are there alone."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    (a + b).backward()
    b + a
    expect_values()


def test_unused_branch(submission, expect_gradients):
    """A sum that the output does not use gets and gives no gradient."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    u = a + b
    u + c
    expect_gradients(u + b)


@pytest.mark.check(weight=2)
def test_random_sums(submission, rng, expect_values):
    """Twenty random sums have the right values and gradients."""
    expressions.batch(submission, rng, ["add"], length=4)
    expect_values()
