"""Sums, products and relus together: weighted sums, shared nodes, whole small networks.

What has to be right before a check's failing says something new is what it needs.
"""

import expressions
import pytest

pytestmark = pytest.mark.task("neuron")
ALL, SUMS_AND_PRODUCTS = ["add", "mul", "relu"], ["add", "mul"]


def neuron(submission, weights, inputs, bias):
    """relu(w·x + b), with fresh Values for weights and bias."""
    total = submission.Value(bias)
    for weight, given in zip(weights, inputs, strict=True):
        total = total + submission.Value(weight) * given
    return total.relu()


@pytest.mark.check(weight=2, needs=ALL)
def test_active_neuron(submission, expect_gradients):
    """A neuron above its threshold passes gradients to weights, inputs and bias."""
    x = [submission.Value(2.0), submission.Value(-3.0)]
    expect_gradients(neuron(submission, [1.5, -0.5], x, 0.25))


@pytest.mark.check(needs=ALL)
def test_silent_neuron(submission, expect_gradients):
    """A neuron below its threshold passes no gradient at all."""
    x = [submission.Value(2.0), submission.Value(3.0)]
    expect_gradients(neuron(submission, [-1.5, -0.5], x, 0.25))


@pytest.mark.check(weight=2, needs=ALL)
def test_shared_inputs(submission, expect_gradients):
    """Inputs shared by two neurons get the contributions of both."""
    x = [submission.Value(2.0), submission.Value(-3.0)]
    one = neuron(submission, [1.5, -0.5], x, 0.5)
    two = neuron(submission, [0.25, -2.0], x, -1.0)
    expect_gradients(one * submission.Value(2.0) + two * submission.Value(-3.0))


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_two_ways_of_equal_length(submission, expect_gradients):
    """A node used twice passes its gradient on only when both contributions have arrived."""
    u = submission.Value(2.0) * submission.Value(3.0)
    expect_gradients((u + submission.Value(1.0)) + (u * submission.Value(2.0)))


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_short_way_and_long_way(submission, expect_gradients):
    """A node used near the output waits for the contribution from farther away."""
    u = submission.Value(2.0) * submission.Value(3.0)
    expect_gradients(u + ((u * submission.Value(2.0)) * submission.Value(5.0)))


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_sums_on_both_sides(submission, expect_gradients):
    """Both factors may be sums, and all four inputs get their gradients."""
    a, b, c, d = (submission.Value(x) for x in (2.0, 3.0, 5.0, 7.0))
    expect_gradients((a + b) * (c + d))


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_negative_node_used_twice(submission, expect_gradients):
    """The order of the backward pass does not depend on the values of the nodes."""
    b = submission.Value(2.0) * submission.Value(-2.0)
    expect_gradients(b + b * submission.Value(3.0))


@pytest.mark.check(needs=ALL)
def test_equal_values(submission, expect_gradients):
    """Two nodes with equal values are still two nodes."""
    a, b, c, d = (submission.Value(x) for x in (2.0, 6.0, 3.0, 4.0))
    expect_gradients((a * b + c * d).relu())


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_same_product_written_twice(submission, expect_gradients):
    """The same product written twice is two products, and both pass their gradient on."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    expect_gradients(a * b + a * b)


@pytest.mark.check(needs=ALL)
def test_equal_neurons(submission, expect_gradients):
    """Two neurons that start with equal weights are still two neurons."""
    x = [submission.Value(2.0), submission.Value(-3.0)]
    one = neuron(submission, [1.5, -0.5], x, 0.5)
    two = neuron(submission, [1.5, -0.5], x, 0.5)
    expect_gradients(one + two)


@pytest.mark.check(needs=ALL)
def test_finished_graph(submission, expect_gradients):
    """A second backward pass leaves a finished graph alone."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    (a * b + a).backward()
    c, d = submission.Value(5.0), submission.Value(-0.5)
    expect_gradients((c * d + submission.Value(1.0)).relu() + c)


@pytest.mark.check(needs=ALL)
def test_shared_input(submission, expect_gradients):
    """Two results that share an input add up in its gradient."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    (a * b + b).backward()
    c = submission.Value(-4.0)
    expect_gradients((a * c).relu() + a)


@pytest.mark.check(needs=SUMS_AND_PRODUCTS)
def test_unused_branch(submission, expect_gradients):
    """A use that the output does not depend on neither adds to a gradient nor delays one."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    u = a * b
    u * b
    expect_gradients(u + a)


@pytest.mark.check(needs=ALL)
def test_output_is_an_input(submission, expect_gradients):
    """The gradient of an output with respect to itself is 1, even for a lone input."""
    a = submission.Value(3.0)
    (a * a + a).relu()
    expect_gradients(a)


@pytest.mark.check(needs=ALL)
def test_long_chain(submission, expect_gradients):
    """A chain of 50 neurons carries its gradient from one end to the other."""
    x = submission.Value(0.5)
    for step in range(50):
        weight = submission.Value(1.25 if step % 2 else 0.8)
        x = (x * weight + submission.Value(0.125)).relu()
    expect_gradients(x)


@pytest.mark.check(weight=2, needs=ALL)
def test_random_networks(submission, rng, expect_values):
    """Twenty random expressions of all three kinds have the right values and gradients."""
    expressions.batch(submission, rng, ["add", "mul", "relu", "add", "mul"], length=7)
    expect_values()
