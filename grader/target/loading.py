"""How a submission is imported, and what earlier tries have taught. Pure.

Theory of operation. The first try imports the file as it is. Where it fails for a reason that is
no mistake in what is graded, that is learnt, and the import starts again in a fresh worker: with
stand-ins for modules that are missing, with annotations left unevaluated, without statements that
the box forbids. A try that does not come to an end, or ends its worker, is made again with every
statement announced; what stands before the one that did it is then all that is run. So in the end
there is the graded class, with a note for each thing learnt, or there is not, with one sentence.
What a worker says of all this is its claim: it moves only how its own code is run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from enum import Enum

from msgspec import Struct

from grader.inside import stand_ins
from grader.model.exercise import Contract, Limits, Submission
from grader.model.program import Raised
from grader.target.base import TargetDied, TargetFailure, TargetTimeout
from grader.target.channel import Deadline, Loaded, WireProblem, WireStatement
from grader.target.results import decode_raised

MOST_LESSONS = 20

QUICK = 0.25
"""The share of an import's time that the first try has: what does not end is found out sooner."""


class Kind(Enum):
    """What was changed for another try."""

    MODULE = "module"
    NAME = "name"
    ANNOTATION = "annotation"
    FORBIDDEN = "forbidden"


class Lesson(Struct, frozen=True):
    """What a failed try has taught: the name that is missing, or the statement left out."""

    kind: Kind
    name: str
    unit: int
    statement: int
    raised: Raised

    @property
    def change(self) -> tuple[Kind, str, tuple[int, int] | None]:
        """What it changes; another lesson of the same would change nothing."""
        at = (self.unit, self.statement) if self.kind is Kind.FORBIDDEN else None
        return self.kind, self.name if self.kind in (Kind.MODULE, Kind.NAME) else "", at


class Ending(Struct, frozen=True):
    """The statement before which an import ends: it came to no end, or ended its worker."""

    unit: int
    statement: int
    line: int
    reason: str


class Loading:
    """The import of one submission; all its targets share what is learnt."""

    def __init__(self, submission: Submission, contract: Contract, limits: Limits) -> None:
        self.submission = submission
        self.contract = contract
        self.limits = limits
        main = next((file for file in submission.files if file.path == submission.main), None)
        self.cells = main.cells if main is not None else ()
        self.lessons: list[Lesson] = []
        self.problems: tuple[tuple[int, Raised], ...] = ()
        self.ending: Ending | None = None
        self.is_announced = False
        self.is_complete = False  # whether it came to a graded class
        self._was_idle = False

    @property
    def file(self) -> str:
        """The name of the file, as its learner knows it."""
        return self.submission.name if self.cells else self.submission.main

    def request(self) -> dict[str, object]:
        """The frame that asks a worker for the import."""
        by_kind = {kind: [one for one in self.lessons if one.kind is kind] for kind in Kind}
        changes: dict[str, object] = {
            "cells": [[cell.first, cell.last] for cell in self.cells],
            "missing": [one.name for one in by_kind[Kind.MODULE]],
            "names": [one.name for one in by_kind[Kind.NAME]],
            "deferred": bool(by_kind[Kind.ANNOTATION]),
            "left_out": [[one.unit, one.statement] for one in by_kind[Kind.FORBIDDEN]],
            "announced": self.is_announced,
            "end": [self.ending.unit, self.ending.statement] if self.ending else None,
        }
        return {
            "op": "load",
            "module": self.contract.module,
            "class": self.contract.class_name,
            "main": self.submission.main,
            "files": [[file.path, file.text] for file in self.submission.files],
            **{name: value for name, value in changes.items() if value},
        }

    def deadline(self, left: float, cpu: Callable[[], float | None]) -> Deadline:
        """The time that a try has, where so much of the submission's is left."""
        share = 1.0 if self.is_announced else QUICK
        seconds = share * self.limits.import_s
        return Deadline(min(2 * seconds, left), seconds, cpu, "import")

    def goes_on_after(self, failure: TargetFailure, at: WireStatement | None, reason: str) -> bool:
        """Whether there is another try after one that did not come to an end.

        `at` is the statement announced last, `reason` the failure in words.
        """
        if not isinstance(failure, TargetTimeout | TargetDied) or self.ending is not None:
            return False
        if not self.is_announced:
            self.is_announced = True
            return True
        # the processor may have been idle for our own load: once more
        if isinstance(failure, TargetTimeout) and failure.kind == "wall" and not self._was_idle:
            self._was_idle = True
            return True
        if at is None:
            return False
        self.ending = Ending(at.unit, at.statement, at.line, reason)
        return True

    def is_settled(self, loaded: Loaded) -> bool:
        """Whether this is how the submission is imported; if not, there is another try."""
        news = self._news(loaded.problems)
        if news:
            self.lessons += news
            return False
        self.problems = tuple((one.unit, decode_raised(one.raised)) for one in loaded.problems)
        self.is_complete = self.contract.class_name in loaded.names and not loaded.needs
        return True

    def _news(self, problems: Sequence[WireProblem]) -> list[Lesson]:
        """What these problems teach that is not known yet."""
        known = {lesson.change for lesson in self.lessons}
        news: list[Lesson] = []
        for one in problems:
            if not one.kind or len(self.lessons) + len(news) == MOST_LESSONS:
                continue
            raised = decode_raised(one.raised)
            lesson = Lesson(Kind(one.kind), one.name, one.unit, one.statement, raised)
            if lesson.change not in known and self._is_possible(lesson):
                known.add(lesson.change)
                news.append(lesson)
        return news

    def _is_possible(self, lesson: Lesson) -> bool:
        if lesson.kind is Kind.NAME:
            return lesson.name in stand_ins.IN_A_NOTEBOOK
        if lesson.kind is not Kind.MODULE:
            return True
        own = {file.path.partition("/")[0].removesuffix(".py") for file in self.submission.files}
        own.add(self.contract.module)
        is_ours = lesson.name in own or lesson.name in sys.stdlib_module_names
        return lesson.name.isidentifier() and not is_ours
