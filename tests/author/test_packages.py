"""Exercises that name packages: numpy's numbers and arrays, and their proof in the real box."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.author.verify import verify
from grader.grading.pipeline import Options, grade
from grader.intake.take import take_source
from tests import plain_exercise

NUMPY = """
import numpy as np

class Table:
    def __init__(self, cells=()):
        self.cells = np.array(cells)

def scaled(x):
    return 2 * x

def total(x):
    return x.sum()

def third():
    return np.float32(1) / 3

def above(x):
    return x > 1

def objects():
    return np.array([Table(), None])
"""
BATTERY = """
import numpy as np
import pytest

pytestmark = pytest.mark.task("rows")

def test_array(submission):
    assert submission.scaled(np.array([1.5, 2.0])) == [3.0, 4.0]

def test_battery_side(submission):
    np.testing.assert_allclose(submission.scaled(np.eye(2)), 2 * np.eye(2))

def test_number(submission):
    assert submission.total(np.array([[1, 2], [3, 4]])) == 10
    assert isinstance(submission.total(np.array([1])), int)
    assert submission.third() == pytest.approx(1 / 3, rel=1e-6)

def test_truths(submission):
    assert submission.above(np.array([1, 2])) == [False, True]

def test_attribute(submission):
    assert submission.Table([1, 2]).cells == [1, 2]

def test_sent_number(submission):
    assert submission.scaled(np.int64(3)) == 6
    assert submission.scaled([np.float64(1.0)]) == [1.0, 1.0]

def test_bound(submission):
    assert submission.scaled(np.zeros(10_000)) == [0.0] * 10_000
    assert not isinstance(submission.scaled(np.zeros(10_001)), list)

def test_objects(submission):
    assert not isinstance(submission.objects(), list)
"""


def exercise(folder: Path, package: str, **changed: str):
    manifest = plain_exercise.MANIFEST.replace("parts:", f"packages: [{package}]\nparts:")
    return plain_exercise.build(folder, **{"tasks.yaml": manifest}, **changed)


def test_arrays_and_numbers_of_numpy_read_as_lists_and_numbers(tmp_path: Path):
    pytest.importorskip("numpy")
    parts = {"reference/value.py": NUMPY, "battery/test_rows.py": BATTERY}
    made = exercise(tmp_path, "numpy", **parts)
    taken = take_source("value.py", NUMPY.encode(), "value.py")
    report = grade(made, taken, Options(isolation="none"))
    assert report.score == report.max_score, [
        check for task in report.tasks for check in task.checks if check.message
    ]


@pytest.mark.parametrize(
    ("package", "what"), [("iniconfig", ""), ("no-such-package", "which is not installed")]
)
def test_packages_are_proved_in_the_box(tmp_path: Path, package: str, what: str):
    found = verify(exercise(tmp_path, package))
    assert "box" in {proof.id for proof in found.proofs}
    said = [defect.what for defect in found.defects if defect.proof == "box"]
    assert len(said) == bool(what)
    assert all(what in one for one in said)
