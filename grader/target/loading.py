"""How a submission is imported, and what earlier tries have taught. Pure.

Theory of operation. The first try imports the file as it is. Where it fails for a reason that is
no mistake in what is graded, that is learnt, and the import starts again in a fresh worker: with
stand-ins for modules that are missing, with annotations left unevaluated, and once anything that
the file counts on is missing, with each statement by itself, for what fails then may fail for that.
A try that does not come to an end, or ends its worker, is made again with every statement
announced; the one that did it ends its file or cell from then on. So in the end there is the graded
class, with notes, or there is not, with one sentence. What a worker says of all this is its claim:
it moves only how its own code is run.
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

MOST_LESSONS = 40

MOST_ENDINGS = 3
"""Where so many cells do not end, nothing is run after the last of them."""

QUICK = 0.25
"""The share of an import's time that the first try has: what does not end is found out sooner."""


class Kind(Enum):
    """What a failed try has taught."""

    MODULE = "module"
    """A module is missing: something stands in for it."""
    NAME = "name"
    """So for a name that only notebooks have."""
    SURROUNDINGS = "surroundings"
    """A file, a network, a thread is not to be had: statements are run each by itself."""
    ANNOTATION = "annotation"
    """Annotations are left unevaluated."""


_KINDS = frozenset(kind.value for kind in Kind)


class Lesson(Struct, frozen=True):
    """What a failed try has taught, and the name that is missing, where it is one."""

    kind: Kind
    name: str
    raised: Raised


class Problem(Struct, frozen=True):
    """What failed in the end: a statement at a line, or the rest of its file or cell; nothing of
    what `is_unread` was run."""

    unit: int
    line: int | None
    is_unread: bool
    raised: Raised


class Ending(Struct, frozen=True):
    """The statement at which a file or cell ends: it came to no end, or ended its worker."""

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
        self.cells = submission.main_file.cells
        self.lessons: list[Lesson] = []
        self.problems: tuple[Problem, ...] = ()
        self.failed = 0
        self.endings: list[Ending] = []
        self.is_announced = False
        self.is_complete = False  # whether it came to anything that is graded
        self.absent: tuple[str, ...] = ()  # what is graded and was not found
        self.names: tuple[str, ...] = ()  # what was found, graded or not
        self.needs: dict[str, str] = {}  # without which package something cannot be made

    @property
    def file(self) -> str:
        """The name of the file, as its learner knows it."""
        return self.submission.name if self.cells else self.submission.main

    def named(self, kind: Kind) -> list[Lesson]:
        """The lessons of a kind."""
        return [one for one in self.lessons if one.kind is kind]

    @property
    def is_forgiving(self) -> bool:
        """Whether each statement is run by itself, for something is missing."""
        return any(one.kind is not Kind.ANNOTATION for one in self.lessons)

    def request(self) -> dict[str, object]:
        """The frame that asks a worker for the import."""
        contract = self.contract
        changes: dict[str, object] = {
            "cells": [[cell.first, cell.last] for cell in self.cells],
            "missing": [one.name for one in self.named(Kind.MODULE)],
            "names": [one.name for one in self.named(Kind.NAME)],
            "deferred": bool(self.named(Kind.ANNOTATION)),
            "forgiving": self.is_forgiving,
            "announced": self.is_announced,
            "ends": [[one.unit, one.statement] for one in self.endings],
            "is_over": len(self.endings) == MOST_ENDINGS,
            "others": contract.modules[1:],
            "requires": contract.enforced,
        }
        return {
            "op": "load",
            "module": contract.module,
            "objects": contract.objects,
            "main": self.submission.main,
            "files": [[file.path, file.text] for file in self.submission.files],
            **{name: value for name, value in changes.items() if value},
        }

    def path_of(self, unit: int) -> str:
        """The file that a unit of the import is in."""
        other = unit - (len(self.cells) or 1)
        others = self.contract.files[1:]
        return others[other] if 0 <= other < len(others) else self.submission.main

    @property
    def missing_files(self) -> list[str]:
        """The modules' files that were not handed in."""
        there = {file.path for file in self.submission.files}
        return [
            name
            for name, module in zip(self.contract.files, self.contract.modules, strict=True)
            if name != self.submission.main and not {name, f"{module}/__init__.py"} & there
        ]

    def deadline(self, left: float, cpu: Callable[[], float | None]) -> Deadline:
        """The time that a try has, where so much of the submission's is left."""
        share = 1.0 if self.is_announced else QUICK
        seconds = share * self.limits.import_s
        return Deadline(min(2 * seconds, left), seconds, cpu, "import")

    def goes_on_after(self, failure: TargetFailure, at: WireStatement | None, reason: str) -> bool:
        """Whether there is another try after one that did not come to an end.

        `at` is the statement announced last, `reason` the failure in words.
        """
        if not isinstance(failure, TargetTimeout | TargetDied):
            return False
        if not self.is_announced:
            self.is_announced = True
            return True
        if at is None or len(self.endings) == MOST_ENDINGS:
            return False
        self.endings.append(Ending(at.unit, at.statement, at.line, reason))
        return True

    def is_settled(self, loaded: Loaded) -> bool:
        """Whether this is how the submission is imported; if not, there is another try."""
        news = self._news(loaded.problems)
        if news:
            self.lessons += news
            return False
        self.problems = tuple(
            Problem(one.unit, one.line or None, one.kind == "unread", decode_raised(one.raised))
            for one in loaded.problems
        )
        self.failed = loaded.failed
        self.names, self.needs = tuple(loaded.names), loaded.needs
        self.absent = tuple([one for one in self.contract.objects if one not in loaded.names])
        self.is_complete = len(self.absent) < len(self.contract.objects)
        return True

    def _news(self, problems: Sequence[WireProblem]) -> list[Lesson]:
        """What these problems teach that is not known yet."""
        known = {(lesson.kind, lesson.name) for lesson in self.lessons}
        news: dict[tuple[Kind, str], Lesson] = {}
        for one in problems:
            if one.kind in _KINDS:
                lesson = Lesson(Kind(one.kind), one.name, decode_raised(one.raised))
                if (lesson.kind, lesson.name) not in known and self._is_possible(lesson):
                    news.setdefault((lesson.kind, lesson.name), lesson)
        # what else failed may have failed for a name that is missing
        missing = [one for one in news.values() if one.name]
        return (missing or list(news.values()))[: MOST_LESSONS - len(self.lessons)]

    def _is_possible(self, lesson: Lesson) -> bool:
        if lesson.kind is Kind.NAME:
            return lesson.name in stand_ins.IN_A_NOTEBOOK
        if lesson.kind is not Kind.MODULE:
            return not lesson.name
        own = {file.path.partition("/")[0].removesuffix(".py") for file in self.submission.files}
        own.update(self.contract.modules)
        is_ours = lesson.name in own or lesson.name in sys.stdlib_module_names
        return lesson.name.isidentifier() and not is_ours
