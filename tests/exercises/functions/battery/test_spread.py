"""Checks of `spread`."""

import pytest

pytestmark = pytest.mark.task("spread")


def test_below(submission):
    """The number that is farthest away lies below the mean."""
    assert submission.spread([0, 5, 7]) == 4


def test_nothing(submission):
    """Without numbers there is no spread."""
    with submission.raises("ValueError"):
        submission.spread([])


@pytest.mark.check(visibility="hidden")
def test_random(submission, rng):
    """Many numbers."""
    numbers = [rng.randint(-50, 50) for _ in range(20)]
    middle = sum(numbers) / 20
    expected = max(abs(number - middle) for number in numbers)
    assert abs(submission.spread(numbers) - expected) < 1e-9
