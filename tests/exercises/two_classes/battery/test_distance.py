"""Checks of `distance`."""

import pytest

pytestmark = pytest.mark.task("distance")


def test_triangle(submission):
    """Three to the right and four up."""
    assert submission.Point(1, 1).distance(submission.Point(4, 5)) == 5
