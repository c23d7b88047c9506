"""Checks of `mean`."""

import pytest

pytestmark = pytest.mark.task("mean")


def test_whole(submission):
    """The mean of three numbers."""
    assert submission.mean([1, 2, 6]) == 3


def test_half(submission):
    """A mean that is no whole number."""
    assert submission.mean([1, 2]) == 1.5
