"""Every check that does not pass, task by task, for who asks for all of them."""

from __future__ import annotations

from itertools import groupby

from grader.model.check import Audience, Outcome
from grader.model.report import CheckResult, Report, TaskResult
from grader.render.outcomes import NOT_DONE, not_done
from grader.render.rest import may_see
from grader.render.terminal.lines import BAD, QUIET, Line, Page
from grader.render.text import counted_checks
from grader.text.words import _, translated

MESSAGE_LINES = 6
INDENT = "    "


def failing(page: Page, report: Report, audience: Audience) -> list[Line]:
    """The checks by task; neighbours that end in the same way have its words once, below them."""
    lines: list[Line] = []
    for task in report.tasks:
        if block := _task(page, task, audience):
            lines += [page.line(), *block] if lines else block
    return lines


def _task(page: Page, task: TaskResult, audience: Audience) -> list[Line]:
    left = [check for check in task.checks if check.outcome is not Outcome.PASSED]
    seen = [check for check in left if may_see(check, audience)]
    lines: list[Line] = []
    for words, checks in groupby(seen, _ending):
        lines += [line for check in checks for line in _title(page, check)]
        told = page.prose(words, QUIET, most=MESSAGE_LINES, less=len(INDENT))
        lines += [page.line(INDENT, line) for line in told]
    if hidden := len(left) - len(seen):
        lines += page.prose(_("hidden: {checks}").format(checks=counted_checks(hidden)), QUIET)
    if not lines:
        return []
    return [page.line((f"{task.id} {page.signs.dot} {task.title}", "bold")), *lines]


def _ending(check: CheckResult) -> str:
    """How a check ended, in words."""
    if check.outcome is Outcome.UNWRITTEN:
        return not_done(check.outcome)
    return translated(check.message) or not_done(check.outcome)


def _title(page: Page, check: CheckResult) -> list[Line]:
    is_open = check.outcome in NOT_DONE
    sign, style = (page.signs.todo, QUIET) if is_open else (page.signs.bad, BAD)
    first, *more = page.wrapped(translated(check.title), less=len(sign) + 1)
    return [
        page.line((f"{sign} ", style), first),
        *(page.line(" " * (len(sign) + 1), line) for line in more),
    ]
