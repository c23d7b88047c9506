"""What a learner's folder remembers of the last attempt: one small file beside the work.

The file is the learner's own and never decides a mark: rubbish in it counts as nothing
remembered, and a folder that cannot be written to only loses the memory.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from grader.model.check import Outcome, Visibility
from grader.model.files import atomic_write
from grader.model.report import CheckResult, Report, Verdict
from grader.text.words import _, ngettext

FILE = ".grader-progress.json"
LARGEST = 1 << 20
TITLES = 3


class Progress(Struct, frozen=True):
    """Attempts so far, the last outcome of every visible check, and hints seen by task.

    An attempt that could not be imported changes no outcome: `is_imported` tells of it.
    """

    exercise: str = ""
    attempts: int = 0
    outcomes: dict[str, str] = {}
    hints: dict[str, int] = {}
    is_imported: bool = True


class Change(Struct, frozen=True):
    """What an attempt changed: titles of checks, and whether the file could be imported."""

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    left: int = 0
    """How many checks do not pass."""
    was_imported: bool = True
    is_imported: bool = True


def load(folder: Path, exercise_id: str) -> Progress:
    """The folder's memory of this exercise; an empty one where there is none to be read."""
    try:
        data = (folder / FILE).read_bytes()[:LARGEST]
        found = msgspec.json.decode(data, type=Progress)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return Progress(exercise_id)
    return found if found.exercise == exercise_id else Progress(exercise_id)


def save(folder: Path, progress: Progress) -> None:
    """Writes the memory in one step; a folder that cannot be written to is left alone."""
    with contextlib.suppress(OSError):
        data = msgspec.json.encode(progress) + b"\n"
        atomic_write(folder / FILE, data, private=True)


def visible_checks(report: Report) -> list[CheckResult]:
    """The checks a learner may see."""
    checks = [check for task in report.tasks for check in task.checks]
    return [check for check in checks if check.visibility is Visibility.VISIBLE]


def attempt(before: Progress, report: Report) -> tuple[Progress, Change]:
    """The memory after one more attempt, and what that attempt changed.

    A check that passed and is not judged this time is worse off; where nothing could be imported,
    every one is, and what was known before is kept.
    """
    # takes a while to import, and most who look at the memory add nothing to it
    from grader.render.story import is_unloaded

    checks = visible_checks(report)
    passed = {check.id for check in checks if before.outcomes.get(check.id) == Outcome.PASSED}
    is_imported = not is_unloaded(report)
    outcomes = {check.id: check.outcome.value for check in checks} if is_imported else {}
    change = Change(
        better=tuple(
            check.title
            for check in checks
            if check.outcome is Outcome.PASSED
            and check.id in before.outcomes
            and check.id not in passed
        ),
        worse=tuple(
            check.title
            for check in checks
            if check.outcome is not Outcome.PASSED
            and check.id in passed
            and (is_imported or before.is_imported)
        ),
        left=sum(check.outcome is not Outcome.PASSED for check in checks),
        was_imported=before.is_imported,
        is_imported=is_imported,
    )
    after = replace(
        before,
        attempts=before.attempts + 1,
        outcomes={**before.outcomes, **outcomes},
        is_imported=is_imported,
    )
    return after, change


def next_hint(before: Progress, task: str, available: int) -> tuple[Progress, int]:
    """The memory after one more hint for the task, and which hint that is, counted from 0."""
    place = min(before.hints.get(task, 0), available - 1)
    hints = {**before.hints, task: place + 1}
    return replace(before, hints=hints), place


def solved(progress: Progress, task: str) -> bool:
    """Whether every check of the task passed when it was last judged."""
    mine = [outcome for check, outcome in progress.outcomes.items() if check.startswith(task + "/")]
    return bool(mine) and all(outcome == Outcome.PASSED for outcome in mine)


class Attempt(NamedTuple):
    """A result, the number of attempts so far, and what this one changed."""

    report: Report
    number: int
    change: Change


class Memory:
    """What is remembered beside the file, for one thread that grades and one that answers keys."""

    def __init__(self, folder: Path, exercise: str) -> None:
        self.folder = folder
        self.progress = load(folder, exercise)
        self.lock = threading.Lock()

    def attempt(self, report: Report) -> Attempt:
        """Keeps one more attempt; a report without a mark is none."""
        with self.lock:
            change = Change()
            if report.outcome is Verdict.GRADED:
                self.progress, change = attempt(self.progress, report)
                save(self.folder, self.progress)
            return Attempt(report, self.progress.attempts, change)

    def next_hint(self, task: str, available: int) -> int:
        """Keeps one more hint; which one that is, counted from 0."""
        with self.lock:
            self.progress, place = next_hint(self.progress, task, available)
            save(self.folder, self.progress)
            return place

    def solved(self, task: str) -> bool:
        """Whether the task is done."""
        return solved(self.progress, task)


def change_at_a_glance(change: Change) -> str:
    """How many checks are better off and worse off, in a few words."""
    better = ngettext("{number} better", "{number} better", len(change.better))
    worse = ngettext("{number} worse", "{number} worse", len(change.worse))
    counts = (better, len(change.better)), (worse, len(change.worse))
    return ", ".join(words.format(number=number) for words, number in counts if number)


def change_lines(change: Change, attempts: int) -> list[str]:
    """The change in words, a line each; nothing on a first attempt."""
    if attempts < 2:
        return []
    if not change.is_imported:
        number = len(change.worse)
        words = ngettext(
            "worse: {number} check that passed waits for the import",
            "worse: {number} checks that passed wait for the import",
            number,
        )
        return [words.format(number=number)] if number else []
    lines = [] if change.was_imported else [_("better: the file can be imported again")]
    if change.better:
        words = ngettext(
            "better: {number} check now passes ({titles})",
            "better: {number} checks now pass ({titles})",
            len(change.better),
        )
        lines.append(_listed(words, change.better))
    if change.worse:
        words = ngettext(
            "worse: {number} check no longer passes ({titles})",
            "worse: {number} checks no longer pass ({titles})",
            len(change.worse),
        )
        lines.append(_listed(words, change.worse))
    if change.left and not lines:
        lines.append(_("the same checks pass as at the last attempt"))
    if change.left:
        words = ngettext(
            "{number} check does not pass yet", "{number} checks do not pass yet", change.left
        )
        lines.append(words.format(number=change.left))
    return lines


def _listed(words: str, titles: Sequence[str]) -> str:
    shown = "; ".join(titles[:TITLES])
    if len(titles) > TITLES:
        shown = _("{titles} and more").format(titles=shown)
    return words.format(number=len(titles), titles=shown)
