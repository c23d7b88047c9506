"""What people are told: points, what went wrong, the one thing to look at first, why no mark.

All of it is fit for a learner's eyes: nothing of a hidden check is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.export.common import MESSAGE, OUTPUT, one_line, points_text, visible
from grader.export.facts import mark, not_loaded
from grader.export.table import Marked
from grader.model.check import Outcome, Visibility
from grader.model.report import ProgramLine, Report, TaskResult, Verdict

OUTCOMES = {
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
"""For checks that come without a message of their own."""

_LINES = 60


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


def comment(marked: Marked) -> str:
    """One line for a feedback column: the points, what went wrong, and the rule for the mark."""
    told = [_points(marked), *_wrong(marked.report), one_line(marked.remark, MESSAGE)]
    return one_line(" ".join(_sentence(one) for one in told if one), MESSAGE)


def _points(marked: Marked) -> str:
    """The mark that is handed over, and the grading's own where that is another."""
    report, found = marked.report, mark(marked.report)
    if marked.score is None:
        return "No mark" if found else summary(report)
    if found and points_text(found.score) == points_text(marked.score):
        return summary(report)
    most = f" of {points_text(marked.maximum)}" if marked.maximum is not None else ""
    total = f"{points_text(marked.score)}{most} points"
    return f"{total}; as graded {summary(report)}" if found else total


def _wrong(report: Report) -> Iterator[str]:
    """The named mistakes by task; where there is none, what the first failing check says."""
    if mark(report) is None:
        return
    named = [(task, known) for task in report.tasks for known in task.diagnoses]
    for task, known in named:
        yield f"{one_line(task.id, 80)}: {one_line(known.title)}"
    if named:
        return
    if not_loaded(report):
        yield one_line(report.message, MESSAGE)
        return
    for task in report.tasks:
        for check in task.checks:
            if check.outcome is not Outcome.PASSED and check.visibility is Visibility.VISIBLE:
                outcome = OUTCOMES.get(check.outcome, check.outcome.value)
                words = check.message or f"{check.title}: {outcome}"
                yield f"{one_line(task.id, 80)}: {one_line(words, 300)}"
                return


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "\u2026")) else f"{text}."


def not_graded(report: Report) -> str:
    """Why there is no mark, and what to do about it."""
    message = visible(report.message) or "no reason was given"
    if report.outcome is Verdict.REFUSED:
        return f"The submission was refused, and nothing in it was run.\n{message}"
    if report.outcome is Verdict.FAULT:
        return f"Not graded: {message}\nThe grader failed here, not the submission. Grade it again."
    return "Not graded: there are no points to be had."


def feedback(report: Report) -> str:
    """The words for a learner: points, the one thing to look at first, remarks."""
    if mark(report) is None:
        return not_graded(report)
    parts = [summary(report), visible(report.message)]
    for task in report.tasks:
        if told := explained(task):
            parts += [f"Look here first: {one_line(task.title)}", told]
            break
    parts += [visible(note) for note in report.notes[:5]]
    return "\n\n".join(part for part in parts if part)


def explained(task: TaskResult) -> str:
    """A task's first known mistake and the smallest program that shows it; often empty."""
    known = task.diagnoses[0] if task.diagnoses else None
    parts = [one_line(known.title), visible(known.explanation)] if known else []
    if program := smallest(task):
        parts.append(f"The smallest program that shows it:\n{listing(program)}")
    return "\n\n".join(part for part in parts if part)


def smallest(task: TaskResult) -> Sequence[ProgramLine]:
    """The smallest program that shows what is wrong in a task; often empty."""
    known = task.diagnoses[0] if task.diagnoses else None
    evidence = (known.evidence if known else None) or task.evidence
    return evidence.program if evidence else ()


def listing(program: Sequence[ProgramLine]) -> str:
    """A program as code to paste, with what it gave and should have given."""
    return visible("\n".join(map(_code_line, program[:_LINES])), OUTPUT)


def _code_line(line: ProgramLine) -> str:
    code = one_line(line.code)
    if line.error:
        return f"{code}  # raised {one_line(line.error)}"
    if line.expected is None or line.result is None:
        return code
    return f"{code}  # expected {one_line(line.expected, 80)}, got {one_line(line.result, 80)}"
