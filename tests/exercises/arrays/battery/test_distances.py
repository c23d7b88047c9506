"""Checks of `distances`."""

import numpy as np
import pytest

pytestmark = pytest.mark.task("distances")


def test_two_rows(submission):
    """One distance a row."""
    rows, point = np.array([[3.0, 4.0], [6.0, 8.0]]), np.array([0.0, 0.0])
    assert submission.distances(rows, point) == pytest.approx([5, 10])


def test_another_point(submission):
    """The point need not be the origin."""
    rows, point = np.array([[4.0, 5.0], [1.0, 3.0]]), np.array([1.0, 1.0])
    assert submission.distances(rows, point) == pytest.approx([5, 2])
