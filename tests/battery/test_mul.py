"""The product: each factor gets the other factor times the gradient that arrives.

Of 29 parts, values count 4, slopes 8, the arriving gradient 6, several uses 6, plain numbers 2,
what is no part of the product 1, and random products 2.
"""

import expressions
import pytest

pytestmark = pytest.mark.task("mul")


@pytest.mark.check(weight=3)
def test_forward_only_computes(submission, expect_values):
    """Multiplying gives the product, and changes neither its inputs nor any gradient."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    c = a * b
    c * c
    expect_values()


@pytest.mark.check(weight=2)
def test_left_factor(submission, expect_gradients):
    """The left factor gets the value of the right one."""
    a = submission.Value(2.0)
    expect_gradients(a * submission.Value(3.5), of=[a])


@pytest.mark.check(weight=2)
def test_right_factor(submission, expect_gradients):
    """The right factor gets the value of the left one."""
    b = submission.Value(3.5)
    expect_gradients(submission.Value(2.0) * b, of=[b])


def test_two_factors(submission, expect_gradients):
    """Each factor gets the value of the other."""
    expect_gradients(submission.Value(2.0) * submission.Value(3.5))


@pytest.mark.check(weight=2)
def test_plain_number(submission, expect_gradients):
    """A plain number on the right is taken like a Value."""
    a = submission.Value(-2.5)
    expect_gradients((a * 3) * 0.5)


@pytest.mark.check(weight=2)
def test_square(submission, expect_gradients):
    """A value times itself gets both contributions."""
    a = submission.Value(3.0)
    expect_gradients(a * a)


def test_factors_of_equal_value(submission, expect_gradients):
    """Two factors that hold the same number are two factors, and each gets its gradient."""
    expect_gradients(submission.Value(3.0) * submission.Value(3.0))


@pytest.mark.check(weight=2)
def test_gradient_for_the_left(submission, expect_gradients):
    """A left factor gets the gradient that arrives, times the other factor."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    expect_gradients((a * b) * c, of=[a])


@pytest.mark.check(weight=2)
def test_gradient_for_the_right(submission, expect_gradients):
    """A right factor gets the gradient that arrives, times the other factor."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    expect_gradients(c * (a * b), of=[b])


def test_product_on_the_left(submission, expect_gradients):
    """The left factor may be a product itself."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    expect_gradients((a * b) * c)


def test_product_on_the_right(submission, expect_gradients):
    """The right factor may be a product itself."""
    a, b, c = submission.Value(2.0), submission.Value(3.0), submission.Value(5.0)
    expect_gradients(c * (a * b))


def test_zero_factor(submission, expect_gradients):
    """A factor of 0 still gets the other factor as its gradient."""
    expect_gradients(submission.Value(0.0) * submission.Value(3.0))


def test_negative_factors(submission, expect_gradients):
    """Gradients carry the sign of the other factor."""
    a, b, c = submission.Value(-2.0), submission.Value(3.0), submission.Value(-4.0)
    expect_gradients((a * b) * c)


def test_fractions(submission, expect_gradients):
    """Factors below 1 are not rounded."""
    expect_gradients(submission.Value(0.5) * submission.Value(0.75))


@pytest.mark.check(weight=2)
def test_factor_used_again(submission, expect_gradients):
    """A factor used again in an outer product gets a contribution from each use."""
    a, b = submission.Value(2.0), submission.Value(-3.0)
    expect_gradients((a * b) * a)


def test_uses_at_unequal_depth(submission, expect_gradients):
    """A product used twice passes its gradient on only when both contributions have arrived."""
    a, b, c = submission.Value(1.5), submission.Value(2.0), submission.Value(0.5)
    u = a * b
    expect_gradients(u * ((u * c) * b))


def test_same_product_written_twice(submission, expect_gradients):
    """The same product written twice is two products, and both pass their gradient on."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    expect_gradients((a * b) * (a * b))


def test_gradients_survive_new_products(submission, expect_values):
    """Building another product leaves the gradients that are there alone."""
    a, b = submission.Value(2.0), submission.Value(3.0)
    (a * b).backward()
    b * a
    expect_values()


@pytest.mark.check(weight=2)
def test_random_products(submission, rng, expect_values):
    """Twenty random products have the right values and gradients."""
    expressions.batch(submission, rng, ["mul"], length=4)
    expect_values()
