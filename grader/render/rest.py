"""What is said of the tasks that are not opened, in a line each, and what a learner may not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from grader.model.check import Audience, Outcome, Visibility
from grader.model.report import CheckResult, Diagnosis, Report, TaskResult
from grader.render.outcomes import NOT_DONE, not_done
from grader.render.text import counted_checks, hidden_failed
from grader.text.words import N_, _, ngettext, translated

WRONG = (
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.TIMEOUT,
    Outcome.MEMORY,
    Outcome.CRASHED,
    Outcome.MISSING,
)
"""The outcomes in which something was seen to go wrong, best explanation first."""

_SUFFIX = {
    Outcome.ERROR: N_("raised an error"),
    Outcome.TIMEOUT: N_("out of time"),
    Outcome.MEMORY: N_("out of memory"),
    Outcome.CRASHED: N_("crashed"),
    Outcome.MISSING: N_("never reported"),
}


class Focus(NamedTuple):
    """What is spoken of first: a task, and its named mistake or its first failing check."""

    task: TaskResult
    diagnosis: Diagnosis | None
    check: CheckResult | None


class Folded(NamedTuple):
    """A task that is not opened, or the rest of one that is, in one line of words."""

    task: TaskResult
    words: tuple[str, ...]


def may_see(check: CheckResult, audience: Audience) -> bool:
    """Whether this audience may see more of a check than that it exists."""
    return audience is Audience.GRADER or check.visibility is Visibility.VISIBLE


def wrong_checks(task: TaskResult) -> list[CheckResult]:
    """The checks in which something was seen to go wrong, in the order of the battery."""
    return [check for check in task.checks if check.outcome in WRONG]


def home_of(report: Report, same_as: str) -> str:
    """The task in which the mistake a check repeats was named."""
    for task in report.tasks:
        if same_as == task.id or any(same_as == found.id for found in task.diagnoses):
            return task.id
    return same_as.split("/", maxsplit=1)[0]


def is_told(check: CheckResult, focus: Focus, report: Report) -> bool:
    """Whether what is said of the focus explains this check already: its diagnosis, or the line
    of the submission that raised in both."""
    if focus.diagnosis is None:
        return focus.check is not None and _raised_alike(check, focus.check)
    if check.id in focus.diagnosis.checks:
        return True
    return bool(check.same_as) and home_of(report, check.same_as or "") == focus.task.id


def _raised_alike(check: CheckResult, other: CheckResult) -> bool:
    """Whether the same line of the submission raised in both checks."""
    if check.outcome is not Outcome.ERROR or other.outcome is not Outcome.ERROR:
        return False
    place = check.path, check.cell, check.line
    return check.line is not None and place == (other.path, other.cell, other.line)


def fold(report: Report, focus: Focus | None, audience: Audience) -> list[Folded]:
    """A line for every task of which more is to be said than the table and the panel say."""
    lines = [Folded(task, _rest_of(task, focus, report, audience)) for task in report.tasks]
    return [line for line in lines if line.words]


def _rest_of(
    task: TaskResult, focus: Focus | None, report: Report, audience: Audience
) -> tuple[str, ...]:
    opened = focus is not None and focus.task is task
    words, explained = _named(task, focus, report)
    rest = [check for check in wrong_checks(task) if check.id not in explained]
    if opened and focus and focus.diagnosis is None and focus.check:
        told_of = focus.check
        rest = [c for c in rest if c is not told_of and not is_told(c, focus, report)]
    seen = [check for check in rest if may_see(check, audience)]
    more = bool(words) or opened
    hidden = [check for check in wrong_checks(task) if not may_see(check, audience)]
    told = opened and focus is not None and focus.check is None and focus.diagnosis is None
    if hidden and not told:
        words.append(hidden_failed(len(hidden)))
    words += _not_judged(task)
    if seen:  # last, because a long line loses its end
        words.append(_not_passed(seen, more=more))
    return tuple(words)


def _not_passed(checks: Sequence[CheckResult], *, more: bool) -> str:
    """How many checks did not pass, and which; `more` than were spoken of before."""
    number = len(checks)
    words = ngettext(
        "{number} check did not pass; should hold: {titles}",
        "{number} checks did not pass; should hold: {titles}",
        number,
    )
    if more:
        words = ngettext(
            "{number} more check did not pass; should hold: {titles}",
            "{number} more checks did not pass; should hold: {titles}",
            number,
        )
    return words.format(number=number, titles="; ".join(_titled(check) for check in checks))


def _named(task: TaskResult, focus: Focus | None, report: Report) -> tuple[list[str], set[str]]:
    """What is known of a task's mistakes by name, and the ids of the checks that explains."""
    words: list[str] = []
    explained: set[str] = set()
    here = focus.diagnosis if focus and focus.task is task else None
    ties = {other.id for other in here.alternatives} if here else set()
    for found in task.diagnoses:
        explained.update(found.checks)
        if found is not here and found.id not in ties:
            words.append(translated(found.title))
            ties.update(other.id for other in found.alternatives)
    for check in wrong_checks(task):
        home = home_of(report, check.same_as) if check.same_as else ""
        if not home and focus and focus.task is not task and is_told(check, focus, report):
            home = focus.task.id
        if home and home != task.id:
            explained.add(check.id)
            sentence = _("same mistake as in {task}").format(task=home)
            words += [sentence] if sentence not in words else []
    return words, explained


def _titled(check: CheckResult) -> str:
    """A check's title, with what a reader of titles alone would miss."""
    title = translated(check.title)
    remarks = [_(_SUFFIX[check.outcome])] if check.outcome in _SUFFIX else []
    remarks += [_("hidden")] if check.visibility is not Visibility.VISIBLE else []
    return f"{title} ({', '.join(remarks)})" if remarks else title


def _not_judged(task: TaskResult) -> list[str]:
    """How many checks are neither right nor wrong yet, and why."""
    left = [check for check in task.checks if check.outcome in NOT_DONE]
    if len(left) == len(task.checks) and all(c.outcome is Outcome.UNWRITTEN for c in left):
        return []  # which is what the table says
    reasons = Counter(_reason(check) for check in left)
    return [
        _("{reason}: {checks}").format(reason=reason, checks=counted_checks(number))
        for reason, number in reasons.items()
    ]


def _reason(check: CheckResult) -> str:
    """What a check waits for, or what else keeps it from being right or wrong."""
    waits = translated(check.message) if check.outcome is Outcome.BLOCKED else ""
    return waits or not_done(check.outcome)
