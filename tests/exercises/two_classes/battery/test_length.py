"""Checks of `length`."""

import pytest

pytestmark = pytest.mark.task("length")


@pytest.mark.parametrize("end", [4, -2])
def test_length(submission, end):
    """A segment to x = {param}."""
    point = submission.Point
    assert submission.Segment(point(1, 1), point(end, 5)).length() == 5
