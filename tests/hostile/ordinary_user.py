"""Starts a grading process as a user without any rights, where this one is root."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.hostile.session import Start
from tests.hostile.surroundings import ROOT

NOBODY = 65534


@functools.cache
def start() -> Start:
    """How to start Python as that user; an interpreter in a closed home folder has a stand-in."""
    packages = f"{ROOT}:{Path(msgspec.__file__).parents[1]}"
    other = shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    complaint = ""
    for python in filter(None, (sys.executable, other)):
        candidate = Start((python,), user=NOBODY, packages=packages)
        try:
            done = subprocess.run(
                [python, "-c", "import grader.grading.pipeline, grader.grading.session"],
                cwd=ROOT,
                env={"PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1"},
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                capture_output=True,
                check=False,
            )
        except OSError as error:
            complaint = str(error)
            continue
        if done.returncode == 0:
            return candidate
        complaint = done.stderr.decode(errors="replace")[-300:]
    return Start((), unusable=f"user {NOBODY} cannot run this Python: {complaint} ({os.getuid()})")
