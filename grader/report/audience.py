"""A report for a learner: of hidden checks their outcomes and points, nothing else. Pure.

A submission knows what a hidden check asks, and would tell it through whatever is shown of that
check: its words, which of several it fails, how long it takes. So all of it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from grader.model.check import Audience, Outcome, Visibility
from grader.model.report import CheckResult, Diagnosis, Report, TaskResult, Timing
from grader.text.words import said

_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


def for_audience(report: Report, audience: Audience) -> Report:
    """The report as far as this audience may see it."""
    return for_learner(report) if audience is Audience.LEARNER else report


def for_learner(report: Report) -> Report:
    """The report with every hidden check reduced to `task/hidden[n]`, its outcome and its points.

    Those of a task are numbered by their outcomes, so that it is not told which of them was which,
    and their times are in the whole duration alone. The diagnosis stays: it speaks of the mistake,
    and its program is one that anybody could have written.
    """
    names: dict[str, str] = {}
    for task in report.tasks:
        places = enumerate(_hidden_of(task), start=1)
        names |= {check.id: f"{task.id}/hidden[{place}]" for place, check in places}
    if not names:
        return report
    tasks = tuple(_task(task, names) for task in report.tasks)
    return replace(report, tasks=tasks, timing=_timing(report.timing, names))


def _is_visible(check: CheckResult) -> bool:
    return check.visibility is Visibility.VISIBLE


def _hidden_of(task: TaskResult) -> list[CheckResult]:
    """The task's hidden checks in an order that depends on nothing but what is shown of them."""
    hidden = [check for check in task.checks if not _is_visible(check)]
    return sorted(hidden, key=lambda c: (_ORDER[c.outcome], c.max_score, c.same_as or ""))


def _timing(timing: Timing, names: Mapping[str, str]) -> Timing:
    return replace(timing, checks={c: s for c, s in timing.checks.items() if c not in names})


def _task(task: TaskResult, names: Mapping[str, str]) -> TaskResult:
    hidden = iter(_hidden_of(task))
    return replace(
        task,
        checks=tuple(c if _is_visible(c) else _reduced(next(hidden), names) for c in task.checks),
        diagnoses=tuple(_diagnosis(diagnosis, names) for diagnosis in task.diagnoses),
    )


def _diagnosis(diagnosis: Diagnosis, names: Mapping[str, str]) -> Diagnosis:
    seen = [check for check in diagnosis.checks if check not in names]
    hidden = [name for check, name in names.items() if check in diagnosis.checks]
    return replace(diagnosis, checks=(*seen, *hidden))


def _reduced(check: CheckResult, names: Mapping[str, str]) -> CheckResult:
    return CheckResult(
        id=names[check.id],
        title=said("Hidden check"),
        outcome=check.outcome,
        score=check.score,
        max_score=check.max_score,
        visibility=check.visibility,
        same_as=check.same_as,
    )
