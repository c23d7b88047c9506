"""Fixtures: the small exercise, and a class of it."""

import pytest

from tests.batch import kit


@pytest.fixture
def exercise(tmp_path):
    """A stack with four tasks, in a folder of its own."""
    return kit.small_exercise(tmp_path / "exercise")


@pytest.fixture
def school(tmp_path, exercise):
    """A class of twelve."""
    return kit.write_class(exercise, tmp_path / "class")


@pytest.fixture
def out(tmp_path):
    """Where outputs go."""
    return tmp_path / "out"
