"""What a platform is shown of a report: the mark if there is one, rows of checks, words.

A fault and a refusal are no mark, whatever numbers a report carries. Everything here is fit for a
learner's eyes unless hidden checks are asked for: they are folded into one row a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from grader.export.common import MESSAGE, OUTPUT, TITLE, number, one_line, points_text, visible
from grader.model import (
    CheckResult,
    Outcome,
    ProgramLine,
    Report,
    TaskResult,
    Verdict,
    Visibility,
)
from grader.verdict import task_outcome

NOT_RUN = frozenset({Outcome.BLOCKED, Outcome.ABORTED})

_WORDS = {
    Outcome.FAILED: "A value is not what it should be.",
    Outcome.ERROR: "The code raised an error.",
    Outcome.UNWRITTEN: "Not written yet.",
    Outcome.TIMEOUT: "Stopped: it ran out of time.",
    Outcome.MEMORY: "Stopped: it ran out of memory.",
    Outcome.CRASHED: "The process that ran the code ended.",
    Outcome.ABORTED: "Not run: too many checks before it had to be stopped.",
    Outcome.BLOCKED: "Not judged yet: what it needs does not work.",
    Outcome.MISSING: "This check never reported. That is a defect of the exercise.",
}


class Mark(NamedTuple):
    """Points earned and points to be had; the latter are more than 0."""

    score: float
    maximum: float

    @property
    def share(self) -> float:
        """From 0 to 1; exactly 1 for full marks only, exactly 0 for nothing only."""
        exact = min(1.0, max(0.0, self.score / self.maximum))
        short = round(exact, 6)
        return short if (short in (0, 1)) == (exact in (0, 1)) else exact


class Row(NamedTuple):
    """A check as a platform lists it, or all hidden checks of a task as one.

    `skipped` is true for what was not judged while something else shows why.
    """

    number: str
    id: str
    task: str
    task_id: str
    title: str
    outcome: Outcome
    score: float
    maximum: float
    visibility: Visibility
    message: str = ""
    code: str = ""
    output: str = ""
    seconds: float = 0.0
    skipped: bool = False

    @property
    def passed(self) -> bool:
        """Whether it passed."""
        return self.outcome is Outcome.PASSED

    def details(self) -> str:
        """All there is to say of a check that did not pass, a paragraph each."""
        parts = [self.message]
        parts += [f"What this check runs:\n{self.code}"] if self.code else []
        parts += [f"Printed:\n{self.output}"] if self.output else []
        return "\n\n".join(part for part in parts if part)


def mark(report: Report) -> Mark | None:
    """The mark, or None: a fault, a refusal, or nothing to be had."""
    if report.outcome is not Verdict.GRADED or report.score is None or not report.max_score:
        return None
    return Mark(float(number(report.score)), float(number(report.max_score)))


def rows(report: Report, *, hidden: bool = False) -> list[Row]:
    """The checks in the report's order; with `hidden` each hidden one for itself.

    Where nothing could be judged because the submission cannot be imported, that comes first.
    """
    made: list[Row] = []
    for place, task in enumerate(report.tasks, start=1):
        seen = [c for c in task.checks if hidden or c.visibility is Visibility.VISIBLE]
        made += [_row(report, task, c, f"{place}.{n}") for n, c in enumerate(seen, start=1)]
        folded = [c for c in task.checks if c not in seen]
        made += [_fold(report, task, folded, f"{place}.{len(seen) + 1}")] if folded else []
    if not_loaded(report):
        made.insert(0, _import_row(report))
    broken = any(not row.passed and row.outcome not in NOT_RUN for row in made)
    return [row._replace(skipped=broken and row.outcome in NOT_RUN) for row in made]


def _row(report: Report, task: TaskResult, check: CheckResult, place: str) -> Row:
    passed = check.outcome is Outcome.PASSED
    return Row(
        number=place,
        id=one_line(check.id),
        task=one_line(task.title) or one_line(task.id),
        task_id=one_line(task.id),
        title=one_line(check.title) or one_line(check.id) or place,
        outcome=check.outcome,
        score=number(check.score),
        maximum=number(check.max_score),
        visibility=check.visibility,
        message="" if passed else _message(report, check),
        code=listing(check.program or ()),
        output=visible(check.output.text, OUTPUT) if check.output else "",
        seconds=report.timing.checks.get(check.id, 0.0),
    )


def _fold(report: Report, task: TaskResult, checks: Sequence[CheckResult], place: str) -> Row:
    """All hidden checks of a task: how many there are and how many did not pass, no more."""
    wrong = sum(check.outcome is not Outcome.PASSED for check in checks)
    noun = "hidden check" if len(checks) == 1 else "hidden checks"
    return Row(
        number=place,
        id=f"{one_line(task.id)}/(hidden)",
        task=one_line(task.title) or one_line(task.id),
        task_id=one_line(task.id),
        title=f"{len(checks)} {noun}",
        outcome=task_outcome(check.outcome for check in checks),
        score=number(round(sum(check.score for check in checks), 4)),
        maximum=number(round(sum(check.max_score for check in checks), 4)),
        visibility=Visibility.HIDDEN,
        message=f"{wrong} of {len(checks)} {noun} did not pass." if wrong else "",
        seconds=sum(report.timing.checks.get(check.id, 0.0) for check in checks),
    )


def _import_row(report: Report) -> Row:
    title = f"{main_file(report)} can be imported"
    place = ("0", "(import)", "The submission", "submission", title)
    return Row(*place, Outcome.ERROR, 0, 0, Visibility.VISIBLE, visible(report.message))


def _message(report: Report, check: CheckResult) -> str:
    """What happened, in words; never empty."""
    words = [visible(check.message) or _WORDS.get(check.outcome, check.outcome.value)]
    for task in report.tasks:
        if check.same_as and any(found.id == check.same_as for found in task.diagnoses):
            words.append(f"It is the same mistake as in {one_line(task.title)}.")
    words += [visible(note) for note in check.notes[:2]]
    return visible("\n".join(words))


def not_loaded(report: Report) -> bool:
    """Whether the submission could not be imported, so that no check could run."""
    checks = [check for task in report.tasks for check in task.checks]
    blocked = all(check.outcome is Outcome.BLOCKED for check in checks)
    return bool(checks) and bool(report.message) and blocked


def main_file(report: Report) -> str:
    """The file the learner handed in, by its name."""
    files = report.submission.files
    name = files[0].path if files else report.submission.name or report.submission.id
    return one_line(name) or "submission"


def listing(program: Sequence[ProgramLine]) -> str:
    """A program as code to paste, with what it gave and should have given."""
    return visible("\n".join(map(_code_line, program[:60])), OUTPUT)


def _code_line(line: ProgramLine) -> str:
    code = one_line(line.code)
    if line.error:
        return f"{code}  # raised {one_line(line.error)}"
    if line.expected is None or line.result is None:
        return code
    return f"{code}  # expected {one_line(line.expected, 80)}, got {one_line(line.result, 80)}"


def summary(report: Report) -> str:
    """One line: the points of all tasks, or why there are none."""
    found = mark(report)
    if found is None:
        return one_line(not_graded(report), MESSAGE)
    tasks = [
        f"{one_line(task.id, 80)} {points_text(task.score)}/{points_text(task.max_score)}"
        for task in report.tasks
    ]
    total = f"{points_text(found.score)} of {points_text(found.maximum)} points"
    return one_line(f"{total}: {', '.join(tasks)}" if tasks else total, MESSAGE)


def not_graded(report: Report) -> str:
    """Why there is no mark, and what to do about it."""
    message = visible(report.message) or "no reason was given"
    if report.outcome is Verdict.REFUSED:
        return f"The submission was refused, and nothing in it was run.\n{message}"
    if report.outcome is Verdict.FAULT:
        return f"Not graded: {message}\nThe grader failed here, not the submission."
    return "Not graded: there are no points to be had."


def feedback(report: Report) -> str:
    """The words for a learner: points, the one thing to look at first, remarks."""
    if mark(report) is None:
        return not_graded(report)
    parts = [summary(report), visible(report.message), _focus(report)]
    parts += [visible(note) for note in report.notes[:5]]
    return "\n\n".join(part for part in parts if part)


def _focus(report: Report) -> str:
    """The first mistake that is known by name or shown by a program."""
    for task in report.tasks:
        known = task.diagnoses[0] if task.diagnoses else None
        evidence = (known.evidence if known else None) or task.evidence
        if known is None and evidence is None:
            continue
        title = one_line(known.title, TITLE) if known else ""
        parts = [f"Look here first: {one_line(task.title)}", title]
        parts += [visible(known.explanation)] if known else []
        parts += [f"The smallest program that shows it:\n{listing(evidence.program)}"] if (
            evidence and evidence.program
        ) else []
        return "\n\n".join(part for part in parts if part)
    return ""
