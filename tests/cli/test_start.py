"""What is imported when: what takes long, and only where it is needed."""

from __future__ import annotations

import subprocess
import sys


def test_the_grading_is_there_before_pytest():
    code = "import sys, grader.grading.pipeline; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_list_of_tasks_needs_nothing_that_tells_of_a_report():
    code = (
        "import sys; from grader.cli import carry_out; carry_out(['tasks']);"
        "print('grader.render.story' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\nFalse\n")
