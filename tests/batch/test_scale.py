"""A large class: flat memory, constant time a submission, and a quick second run.

The helpers here grade nothing, so that thousands of submissions take seconds; what is measured is
the batch's own process.
"""

import json
import sys
from pathlib import Path

import pytest

from tests.batch import kit

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 1000, 5000

pytestmark = pytest.mark.slow


def measured(exercise, school, out):
    script = Path(__file__).with_name("measured_batch.py")
    done = kit.execute(
        *(sys.executable, str(script), str(exercise.root), str(school), str(out)),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_memory_is_flat_and_a_second_run_quick(exercise, tmp_path):
    first = measured(exercise, kit.write_class(exercise, tmp_path / "a", SMALL), tmp_path / "x")
    large = kit.write_class(exercise, tmp_path / "b", LARGE)
    second = measured(exercise, large, tmp_path / "y")
    again = measured(exercise, large, tmp_path / "y")
    assert (first["graded"], second["graded"], again["cached"]) == (SMALL, LARGE, LARGE)
    assert second["memory_mb"] < first["memory_mb"] + 25
    assert second["cpu_s"] / LARGE < 1.5 * first["cpu_s"] / SMALL
    # processor time, as the machine may be busy with other tests
    assert again["cpu_s"] / LARGE < 0.001
