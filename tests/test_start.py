"""What is imported when: the box boots while pytest, which takes longest, is still being read."""

from __future__ import annotations

import subprocess
import sys


def test_the_grading_is_there_before_pytest():
    code = "import sys, grader.grading.pipeline; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
