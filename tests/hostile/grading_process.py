"""A grading process of its own, so that whatever it is shot with hits nobody else.

`python -m tests.hostile.grading_process LEVEL FOLDER CASE...` grades the named cases one after
the other, a right submission after each, and writes a line of JSON for each to descriptor 1.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from grader.exercise import load as exercises
from grader.grading.pipeline import Options, grade_each
from grader.intake import take as intake
from grader.model.errors import IsolationUnavailable
from grader.model.exercise import Exercise, Limits, Submission
from grader.model.report import Report, Timing
from grader.report import wire
from tests.hostile import natural_exercise, surroundings
from tests.hostile.cases import Case, load_cases
from tests.hostile.listeners import Listeners
from tests.processes import descendants

GRADERS_OWN_MEMORY = 1 << 30
"""A grader that grows without bound fails a case here, and not the machine."""


class Room(NamedTuple):
    """Which exercise is graded, how much of it, and with what limits."""

    name: str
    task: str | None
    limits: Limits


SMALL = {"memory_mb": 192, "output_kb": 16, "import_s": 0.5}
WHOLE = Room("whole", None, Limits(check_cpu_s=0.3, check_wall_s=0.6, submission_s=3.0, **SMALL))
# most attacks need no more than one task to show themselves, and the slow ones must be short
ONE_TASK = Room("one_task", "add", Limits(0.2, 0.4, submission_s=1.5, **SMALL))
NATURAL = Room("natural", None, WHOLE.limits)


class Session:
    """Grades cases and watches what happens around them."""

    def __init__(self, level: str, folder: Path, cases: Sequence[Case]) -> None:
        self.level = level
        self.folder = folder
        self.cases = cases
        self.room = WHOLE
        self.say_to = os.dup(1)
        self.listeners = Listeners(Path(os.environ["HOSTILE_SUITE_SOCKETS"]))
        self.known: set[int] = set()
        self.descriptors = 0
        self.before = b""
        self.started = 0.0
        self.awaited: Case | None = None
        self.result: dict[str, Any] = {}

    def say(self, message: Mapping[str, Any]) -> None:
        """A line to whoever started this process."""
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(self.say_to, data) :]

    def run(self) -> None:
        """All cases, room by room."""
        natural_exercise.build(self.folder / NATURAL.name)
        for room in (WHOLE, ONE_TASK, NATURAL):
            cases = [case for case in self.cases if case.room == room.name]
            if cases:
                self._session(room, cases)

    def _session(self, room: Room, cases: Sequence[Case]) -> None:
        exercise = exercises.load(self.folder / room.name)
        self.room = room
        self.known = set()
        right = intake.take(exercise.reference_file, exercise.module_file)
        # one seed for all, since each has its price
        options = Options(isolation=self.level, seed=1, task=room.task, limits=room.limits)
        submissions = self._submissions(right, cases, self._places(exercise))
        grade_each(exercise, submissions, self._graded, options)

    def _submissions(
        self, right: Submission, cases: Sequence[Case], places: Mapping[str, str]
    ) -> Iterator[Submission]:
        yield right
        for case in cases:
            self.awaited, self.started = case, time.monotonic()
            self.say({"begins": case.id})
            yield case.submission(places)
            self.awaited = None
            yield right

    def _graded(self, _: Submission, report: Report) -> None:
        if self.awaited is not None:
            self._case_graded(self.awaited, report)
        elif not self.known:
            self.known = descendants(os.getpid())
            self.descriptors = surroundings.descriptors()
            self.before = without_timing(report)
        else:
            self._right_graded(report)

    def _case_graded(self, case: Case, report: Report) -> None:
        self.result = {
            "case": case.id,
            "seconds": time.monotonic() - self.started,
            "budget": self.room.limits.submission_s,
            "report": wire.encode(report, indent=0).decode(),
            "heard": self.listeners.heard(),
            "left": surroundings.left_behind(self.known),
            "written": surroundings.emptied(self.folder / "scratch"),
        }

    def _right_graded(self, report: Report) -> None:
        self.say(
            {
                **self.result,
                "after": wire.encode(report, indent=0).decode(),
                "after_is_as_before": without_timing(report) == self.before,
                "more_descriptors": surroundings.descriptors() - self.descriptors,
            }
        )

    def _places(self, exercise: Exercise) -> dict[str, str]:
        battery, packages = str(exercise.battery), Path(msgspec.__file__).parents[1]
        return {
            **self.listeners.places,
            "canary_file": f"{battery}/secret.txt",
            "battery": battery,
            "bundle": f"{battery}/test_add.py",
            "reference": str(exercise.reference_file),
            "neighbour": f"{self.folder}/submissions/neighbour/neighbour.py",
            "scratch": f"{self.folder}/scratch",
            "grader_pid": str(os.getpid()),
            "secret_name": surroundings.SECRET_NAME,
            "packages": f"{surroundings.ROOT}:{packages}",
            "escape": "\x1b",
            "backwards": "\u202e",
        }


def without_timing(report: Report) -> bytes:
    """The report as bytes, without the only part in which two equal gradings differ."""
    return wire.encode(msgspec.structs.replace(report, timing=Timing("", 0.0)))


def main(level: str, folder: str, *names: str) -> None:
    """Grades the named cases at a level."""
    resource.setrlimit(resource.RLIMIT_AS, (GRADERS_OWN_MEMORY, GRADERS_OWN_MEMORY))
    surroundings.adopt_orphans()
    session = Session(level, Path(folder), [case for case in load_cases() if case.id in names])
    try:
        session.run()
    except IsolationUnavailable as error:
        session.say({"unavailable": str(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
