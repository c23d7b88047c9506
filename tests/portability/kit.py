"""The command line as on another system; see `double.py` for how far that goes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.cli.running import COMMAND, Done, grader

SYSTEMS = ("win32", "darwin")
DOUBLE = Path(__file__).with_name("double.py")


def command(system: str) -> tuple[str, ...]:
    """The command line of that system; text read without an encoding is an error there."""
    return (sys.executable, "-P", "-X", "warn_default_encoding", os.fspath(DOUBLE), system)


def elsewhere(system: str, *arguments: object, cwd: Path, **more: str) -> Done:
    """Runs `grader ARGUMENTS` there."""
    return grader(*arguments, cwd=cwd, command=command(system), **more)


def report(system: str, submission: Path, *arguments: object) -> dict[str, Any]:
    """The JSON report of a submission that is graded there, or here where the system is empty."""
    how = command(system) if system else COMMAND
    done = grader("grade", submission, "--json", "-", *arguments, command=how)
    assert done.code == 0, done
    found: dict[str, Any] = json.loads(done.out)
    return found


def marks(found: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """Outcome and points of every check, and of every task."""
    checks = [check for task in found["tasks"] for check in task["checks"]]
    return {one["id"]: (one["outcome"], one["score"]) for one in (*found["tasks"], *checks)}
