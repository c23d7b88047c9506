"""Checks of `dot`."""

import pytest

pytestmark = pytest.mark.task("dot")


def test_two(submission):
    """Two numbers each."""
    assert submission.helpers.dot([1, 2], [3, 4]) == 11
