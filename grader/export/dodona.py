"""Dodona: what a judge prints, one JSON command a line.

A tab is a task, a context a check; hidden checks are folded into one a task. Dodona has no points:
they are told in the first message, and a judgement is accepted for full marks only. The lines of
the file become annotations. `data.statements` is what Dodona's debugger runs on the learner's
code, line by line: the smallest program that shows the mistake, or else the check's own.

Not graded: a judgement of the status "internal error" without a tab, the one status that is not
the learner's; the message says why. The judge has to print these lines and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from grader.export.common import json_text, one_line
from grader.export.facts import Mark, main_file, mark, not_loaded
from grader.export.rows import Row, check_rows
from grader.export.words import feedback, listing, smallest
from grader.model.check import Outcome
from grader.model.report import Report, TaskResult

STATUSES = {
    Outcome.MISSING: "internal error",
    Outcome.MEMORY: "memory limit exceeded",
    Outcome.TIMEOUT: "time limit exceeded",
    Outcome.ERROR: "runtime error",
    Outcome.CRASHED: "runtime error",
    Outcome.FAILED: "wrong",
    Outcome.UNWRITTEN: "wrong",
    Outcome.ABORTED: "wrong",
    Outcome.BLOCKED: "wrong",
    Outcome.PASSED: "correct",
}
"""Dodona's words, the worst first."""

_WORST = list(dict.fromkeys(STATUSES.values()))
_MOST_ANNOTATIONS = 20

Command = dict[str, Any]


def export(report: Report) -> str:
    """The lines."""
    return "".join(json_text(command, indent=None) for command in _judgement(report))


def _judgement(report: Report) -> Iterator[Command]:
    found = mark(report)
    yield {"command": "start-judgement"}
    yield _message(feedback(report))
    if found is None:
        status = {"enum": "internal error", "human": f"Not graded: {report.outcome.value}"}
        yield {"command": "close-judgement", "accepted": False, "status": status}
        return
    made = check_rows(report)
    tasks = {one_line(task.id): task for task in report.tasks}
    for (task_id, title), rows in groupby(made, key=lambda row: (row.task_id, row.task)):
        yield from _tab(title, list(rows), tasks.get(task_id))
    yield from _annotations(report, made)
    worst = _worst(report, made, found)
    accepted = worst == "correct"
    yield {"command": "close-judgement", "accepted": accepted, "status": {"enum": worst}}


def _worst(report: Report, made: list[Row], found: Mark) -> str:
    if not_loaded(report):
        return "compilation error"
    worst = min((STATUSES[row.outcome] for row in made), key=_WORST.index, default="wrong")
    return "wrong" if worst == "correct" and found.share < 1 else worst


def _tab(title: str, rows: list[Row], task: TaskResult | None) -> Iterator[Command]:
    # without its import, which has a step below 0: the debugger runs it after the file itself
    program = listing([line for line in smallest(task) if line.step >= 0]) if task else ""
    yield {"command": "start-tab", "title": title}
    for row in rows:
        yield from _context(row, "" if row.passed else program or row.code)
        program = program if row.passed else ""
    yield {"command": "close-tab", "badgeCount": sum(not row.passed for row in rows)}


def _context(row: Row, statements: str) -> Iterator[Command]:
    status = STATUSES[row.outcome]
    yield {"command": "start-context"}
    yield {"command": "start-testcase", "description": _plain(row.title)}
    if not row.passed:
        yield _message(row.details())
    yield {"command": "start-test", "expected": row.expected or Outcome.PASSED.value}
    yield {
        "command": "close-test",
        "generated": row.got or row.outcome.value,
        "status": {"enum": status},
        "accepted": row.passed,
    }
    yield {"command": "close-testcase"}
    data = {"data": {"statements": statements}} if statements else {}
    yield {"command": "close-context", **data}


def _annotations(report: Report, made: list[Row]) -> Iterator[Command]:
    """One for a line: the known mistake that is in it, or else what the first check says."""
    told: dict[int, str] = {}
    file = main_file(report)
    for known in (known for task in report.tasks for known in task.diagnoses):
        if known.line and not known.cell and (one_line(known.path) or file) == file:
            told.setdefault(known.line, known.title)
    for row in made:
        if row.line and row.file == file and not row.passed:
            told.setdefault(row.line, f"{row.title}: {row.message}")
    for line, words in sorted(told.items())[:_MOST_ANNOTATIONS]:
        text = one_line(words, 400)
        yield {"command": "annotate-code", "row": line - 1, "text": text, "type": "error"}


def _message(text: str) -> Command:
    return {"command": "append-message", "message": _plain(text)}


def _plain(text: str) -> dict[str, str]:
    """A text that Dodona shows as it is; without a format it would read it as its own."""
    return {"format": "plain", "description": text}
