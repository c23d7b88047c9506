"""Grades a tiny exercise over and over in one process and tells what that costs the process.

`python -m tests.hostile.soak_process FOLDER COUNT` writes one JSON list of measurements.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.exercise import load as exercises
from grader.grading.pipeline import Options, grade_each
from grader.intake import take as intake
from grader.model.exercise import Submission
from grader.model.report import Report
from tests.hostile import surroundings
from tests.processes import descendants

TASKS = """\
format: 1
id: tiny
title: A tiny exercise
submission: {module: value, class: Value}
parts: {starter: starter, reference: reference, battery: battery}
tasks:
  - {id: hold, title: Hold a number, points: 1, statement: "`Value(x).data` is x."}
"""
CHECKS = """\
import pytest

pytestmark = pytest.mark.task("hold")


def test_number(submission):
    assert submission.Value(2.0).data == 2.0


def test_sum(submission):
    value = submission.Value(2.0)
    value.data = 3.0
    assert value.data == 3.0
"""
RIGHT = "class Value:\n    def __init__(self, data):\n        self.data = data\n"
SOURCES = {
    "right": RIGHT,
    "wrong": RIGHT.replace("= data", "= 7.5"),
    "noisy": RIGHT + "        print('x' * 200_000)\n        raise ValueError('y' * 100_000)\n",
    "dying": RIGHT + "        __import__('os')._exit(3)\n",
    "forging": RIGHT + "        __import__('os').write(3, b'\\xff' * 64)\n",
    "broken": "class Value(:\n",
}
POINTS = {"right": 1.0, "wrong": 0.5}


def build(folder: Path) -> None:
    """Lays the tiny exercise out."""
    for part in ("starter", "reference", "battery"):
        (folder / part).mkdir(parents=True)
    (folder / "tasks.yaml").write_text(TASKS)
    (folder / "battery" / "test_hold.py").write_text(CHECKS)
    for part in ("starter", "reference"):
        (folder / part / "value.py").write_text(RIGHT)


class Soak:
    """Counts what came out and measures this process now and then."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done = 0
        self.wrong: Counter[str] = Counter()
        self.measured: list[dict[str, Any]] = []

    def submissions(self) -> Iterator[Submission]:
        """Every kind in turn; each is another text, so that nothing could be remembered."""
        for number, (name, source) in zip(
            range(self.count), itertools.cycle(SOURCES.items()), strict=False
        ):
            yield intake.take_source(f"{name}.py", f"{source}# {number}\n".encode(), "value.py")

    def graded(self, submission: Submission, report: Report) -> None:
        """Takes one report."""
        name = submission.name.removesuffix(".py")
        if report.score != POINTS.get(name, 0.0):
            self.wrong[f"{name}: {report.score} {report.message}"] += 1
        self.done += 1
        if self.done % (self.count // 4) == 0:
            self.measure()

    def measure(self) -> None:
        """Memory in KiB, open descriptors and processes."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        measured = {
            "done": self.done,
            "memory_kb": pages * os.sysconf("SC_PAGESIZE") // 1024,
            "descriptors": surroundings.descriptors(),
            "processes": len(descendants(os.getpid())),
            "wrong": dict(self.wrong),
        }
        self.measured.append(measured)


def main(folder: str, count: str) -> None:
    """Builds, grades, tells."""
    build(Path(folder))
    say_to = os.dup(1)
    soak = Soak(int(count))
    options = Options(isolation="none")
    grade_each(exercises.load(Path(folder)), soak.submissions(), soak.graded, options)
    os.write(say_to, json.dumps(soak.measured).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
