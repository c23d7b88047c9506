"""Two thousand gradings in one process leave it as large as five hundred did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.surroundings import ROOT

COUNT = 2000
GROWTH_KB = 6 * 1024
"""Under 4 KiB for each of 1,500 gradings: a kept report, program or traceback is larger."""


@pytest.mark.slow
def test_nothing_grows(tmp_path: Path):
    command = [sys.executable, "-m", "tests.hostile.soak_process"]
    done = subprocess.run(
        [*command, str(tmp_path / "tiny"), str(COUNT)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    early, *_, last = json.loads(done.stdout)
    assert last["done"] == COUNT
    assert last["wrong"] == {}
    assert last["descriptors"] == early["descriptors"]
    assert last["processes"] <= early["processes"]
    assert last["memory_kb"] - early["memory_kb"] < GROWTH_KB
