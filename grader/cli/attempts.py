"""What a learner's folder remembers of the last attempt: one small file beside the work.

The file is the learner's own and never decides a mark: rubbish in it counts as nothing
remembered, and a folder that cannot be written to only loses the memory.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from grader.model.check import Outcome, Visibility
from grader.model.files import atomic_write
from grader.model.report import CheckResult, Report
from grader.text.words import _

FILE = ".grader-progress.json"
LARGEST = 1 << 20


class Progress(Struct, frozen=True):
    """Attempts so far, the last outcome of every visible check, and hints seen by task."""

    exercise: str = ""
    attempts: int = 0
    outcomes: dict[str, str] = {}
    hints: dict[str, int] = {}


class Change(Struct, frozen=True):
    """What an attempt changed: titles of checks."""

    mended: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    still_open: int = 0


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

    A check that could not be judged this time keeps what was known of it.
    """
    outcomes = dict(before.outcomes)
    mended, broken = [], []
    for check in visible_checks(report):
        old, new = before.outcomes.get(check.id), check.outcome.value
        if check.outcome in (Outcome.BLOCKED, Outcome.ABORTED) and old is not None:
            continue
        if old is not None and old != Outcome.PASSED and new == Outcome.PASSED:
            mended.append(check.title)
        if old == Outcome.PASSED and new != Outcome.PASSED:
            broken.append(check.title)
        outcomes[check.id] = new
    still = sum(check.outcome is not Outcome.PASSED for check in visible_checks(report))
    after = replace(before, attempts=before.attempts + 1, outcomes=outcomes)
    return after, Change(tuple(mended), tuple(broken), still)


def next_hint(before: Progress, task: str, available: int) -> tuple[Progress, int]:
    """The memory after one more hint for the task, and which hint that is, counted from 0."""
    place = min(before.hints.get(task, 0), available - 1)
    hints = {**before.hints, task: place + 1}
    return replace(before, hints=hints), place


def solved(progress: Progress, task: str) -> bool:
    """Whether every check of the task passed when it was last judged."""
    mine = [outcome for check, outcome in progress.outcomes.items() if check.startswith(task + "/")]
    return bool(mine) and all(outcome == Outcome.PASSED for outcome in mine)


def change_lines(change: Change, attempts: int) -> list[str]:
    """The change in words, a line each; nothing on a first attempt."""
    if attempts < 2:
        return []
    lines = []
    for words, titles in (
        (_("now passing: {number} ({titles})"), change.mended),
        (_("newly broken: {number} ({titles})"), change.broken),
    ):
        if titles:
            shown = "; ".join(titles[:3])
            if len(titles) > 3:
                shown = _("{titles} and more").format(titles=shown)
            lines.append(words.format(number=len(titles), titles=shown))
    if not lines and change.still_open:
        lines.append(_("no change since the last attempt"))
    if change.still_open:
        lines.append(_("still open: {number}").format(number=change.still_open))
    return lines
