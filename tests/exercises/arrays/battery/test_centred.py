"""Checks of `centred`."""

import numpy as np
import pytest

pytestmark = pytest.mark.task("centred")


def test_two_columns(submission):
    """Each column is centred by itself."""
    assert submission.centred(np.array([[1.0, 10.0], [3.0, 30.0]])) == [[-1, -10], [1, 10]]


def test_left_alone(submission):
    """The array that is given stays as it was."""
    rows = submission.given(np.array([[1.0, 10.0], [3.0, 31.0]]))
    assert submission.centred(rows) == [[-1, -10.5], [1, 10.5]]
    assert rows == [[1, 10], [3, 31]]
