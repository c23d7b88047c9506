"""Checks of `norm`."""

import pytest

pytestmark = pytest.mark.task("norm")


def test_triangle(submission):
    """Three to the right and four up."""
    assert submission.Vector(3, 4).norm() == 5
