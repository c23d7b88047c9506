"""A report for a learner: hidden checks keep outcome and points, nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from grader.model.check import Visibility
from grader.model.report import CheckResult, Diagnosis, Report, TaskResult
from grader.text.words import said


def for_learner(report: Report) -> Report:
    """The report with every hidden check reduced to `task/hidden[n]`, its outcome and its points.

    The diagnosis stays: it speaks of the mistake, and its program is one that anybody could have
    written.
    """
    hidden = _hidden_names(report)
    if not hidden:
        return report
    tasks = tuple(_task(task, hidden) for task in report.tasks)
    checks = {hidden.get(check, check): s for check, s in report.timing.checks.items()}
    timing = replace(report.timing, checks=checks)
    return replace(report, tasks=tasks, timing=timing)


def _hidden_names(report: Report) -> dict[str, str]:
    names: dict[str, str] = {}
    for task in report.tasks:
        place = 0
        for check in task.checks:
            if check.visibility is not Visibility.VISIBLE:
                place += 1
                names[check.id] = f"{task.id}/hidden[{place}]"
    return names


def _task(task: TaskResult, hidden: Mapping[str, str]) -> TaskResult:
    return replace(
        task,
        checks=tuple(_check(check, hidden) for check in task.checks),
        diagnoses=tuple(_diagnosis(diagnosis, hidden) for diagnosis in task.diagnoses),
    )


def _diagnosis(diagnosis: Diagnosis, hidden: Mapping[str, str]) -> Diagnosis:
    return replace(diagnosis, checks=tuple(hidden.get(c, c) for c in diagnosis.checks))


def _check(check: CheckResult, hidden: Mapping[str, str]) -> CheckResult:
    if check.id not in hidden:
        return check
    return CheckResult(
        id=hidden[check.id],
        title=said("Hidden check"),
        outcome=check.outcome,
        score=check.score,
        max_score=check.max_score,
        visibility=check.visibility,
        same_as=check.same_as,
    )
