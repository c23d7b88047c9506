"""Checks as people write them: plain assertions, arithmetic and loops on what was returned."""

import math

import pytest

number = pytest.mark.task("number")
function = pytest.mark.task("function")
errors = pytest.mark.task("errors")


@number
def test_difference(submission):
    """The difference is small."""
    assert abs(submission.Value(5.0).data - 5.0) < 1e-6


@number
def test_difference_the_other_way_round(submission):
    """The difference is small the other way round."""
    assert abs(5.0 - submission.Value(5.0).data) < 1e-6


@number
def test_difference_of_an_item(submission):
    """The difference of what a method returns is small."""
    assert abs(submission.Value(5.0).item() - 5.0) < 1e-6


@number
def test_difference_squared(submission):
    """The square of the difference is small."""
    assert (submission.Value(5.0).item() - 5.0) ** 2 < 1e-6


@number
def test_equal(submission):
    """The number is there."""
    assert submission.Value(5.0).data == 5.0


@number
def test_nearly_equal(submission):
    """The number is nearly there."""
    assert submission.Value(5.0).data == pytest.approx(5.0)


@number
def test_close(submission):
    """The number is close, as the standard library says it."""
    assert math.isclose(submission.Value(5.0).item(), 5.0)


@number
def test_close_attribute(submission):
    """The attribute is close, as the standard library says it."""
    assert math.isclose(submission.Value(5.0).data, 5.0)


@number
def test_converted(submission):
    """The number can be converted."""
    assert float(submission.Value(5.0).data) == 5.0
    assert int(submission.Value(5.0).item()) == 5


@number
def test_between(submission):
    """The number lies where it should."""
    assert 4.9 < submission.Value(5.0).item() < 5.1


@number
def test_root(submission):
    """The number has the right root."""
    assert math.sqrt(submission.Value(25.0).item()) == 5.0


@number
def test_sum(submission):
    """A sum has the right number."""
    assert abs((submission.Value(2.0) + 3.0).data - 5.0) < 1e-6


@function
def test_area(submission):
    """An area has the right size."""
    assert abs(submission.area(2.0, 3.0) - 6.0) < 1e-6


@function
def test_sum_of_parts(submission):
    """The parts have the right sum."""
    assert sum(submission.parts(5.0)) == 6.0


@function
def test_list_of_parts(submission):
    """The parts are the right ones."""
    assert list(submission.parts(5.0)) == [5.0, 1.0]


@function
def test_length_of_parts(submission):
    """There are as many parts as there should be, and the first is right."""
    found = submission.parts(5.0)
    assert len(found) == 2
    assert found[0] == 5.0


@function
def test_parts_by_number(submission):
    """The parts are the right ones, counted through."""
    found = submission.parts(5.0)
    assert [found[place] for place in range(len(found))] == [5.0, 1.0]


@function
def test_part_found(submission):
    """A part is found among the parts."""
    assert 5.0 in submission.parts(5.0)


@function
def test_largest_part(submission):
    """The largest part is the right one."""
    assert max(submission.parts(5.0)) == 5.0


@errors
def test_text_refused(submission):
    """A text is refused, where it is added and nowhere else."""
    value = submission.Value(5.0)
    with submission.raises("TypeError"):
        value + "text"
