"""The command line as on another system; see `double.py` for how far that goes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.cli.forked import Start, forked
from tests.cli.running import ROOT, WALL_S, Done, variables

SYSTEMS = ("win32", "darwin")
DOUBLE = Path(__file__).with_name("double.py")
OPTIONS = ("-P", "-X", "warn_default_encoding")
"""Of the interpreter: text that is read without an encoding is an error there."""


def command(system: str) -> tuple[str, ...]:
    """The command line of that system, as a fresh process."""
    return (sys.executable, *OPTIONS, os.fspath(DOUBLE), system)


def elsewhere(system: str, *arguments: object, cwd: Path = ROOT, **more: str) -> Done:
    """Runs `grader ARGUMENTS` there, forked from a process that has imported all of it."""
    words = list(map(str, arguments))
    done = Done(*forked(words, cwd, variables(**more), WALL_S, start(system)))
    assert "Traceback" not in done.out + done.err, done
    return done


def start(system: str) -> Start:
    """A process that is that system's double, as `double.py` makes it."""
    text = f"""
import sys
sys.path.insert(0, {os.fspath(ROOT)!r})
from tests.portability import double
double.install({system!r})
def main():
    sys.exit(double.carry_out({system!r}, sys.argv[1:]))
"""
    return Start(OPTIONS, text)


def report(system: str, submission: Path, *arguments: object) -> dict[str, Any]:
    """The JSON report of a submission that is graded there."""
    done = elsewhere(system, "grade", submission, "--json", "-", *arguments)
    assert done.code == 0, done
    found: dict[str, Any] = json.loads(done.out)
    return found


def marks(found: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """Outcome and points of every check, and of every task."""
    checks = [check for task in found["tasks"] for check in task["checks"]]
    return {one["id"]: (one["outcome"], one["score"]) for one in (*found["tasks"], *checks)}
