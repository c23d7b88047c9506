"""What a scorecard says where no mistake is opened: nothing written, all right, not judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from grader.model.import_failure import ImportFailure
from grader.model.report import Report, TaskResult
from grader.render.rest import Folded
from grader.render.story import LOOK_HERE, NOT_JUDGED, REFUSED, not_imported
from grader.render.terminal.lines import BAD, GOOD, QUIET, Line, Page
from grader.render.terminal.panel import panel
from grader.render.terminal.table import WIDEST_ID
from grader.text.words import _, ngettext, translated


def unloaded(page: Page, failure: ImportFailure) -> list[Line]:
    """The panel of a submission that could not be imported."""
    return panel(page, _(LOOK_HERE), not_loaded(page, failure))


def not_loaded(page: Page, failure: ImportFailure) -> list[list[Line]]:
    """That a submission could not be imported, and why."""
    name, reason = failure
    return [
        page.prose(not_imported(name), f"bold {BAD}"),
        page.prose(translated(reason)),
        page.prose(_(NOT_JUDGED)),
    ]


def refusal(page: Page, report: Report) -> list[Line]:
    """The panel of a submission that was not taken in."""
    heading = page.prose(_(REFUSED), f"bold {BAD}")
    return panel(page, _("Refused"), [heading, page.prose(translated(report.message))])


def fault(page: Page, report: Report) -> list[Line]:
    """A failure of ours: it says nothing about the submission, and holds nothing like a mark."""
    reason, _end, rest = translated(report.message).partition("\n")
    words = _("The grader failed here, not the submission. There is no mark: grade it again.")
    told = _("Not graded: {reason}").format(reason=reason)
    heading = page.prose(told, f"bold {BAD}")
    return [*heading, page.line(), *page.prose(rest), *page.prose(words)]


def unwritten(
    page: Page, task: TaskResult, hints: Mapping[str, str], *, is_begun: bool
) -> list[Line]:
    """The task to write next, with its first hint, where nothing that was written is wrong."""
    words = _("Next is {task}") if is_begun else _("Begin with {task}")
    told = words.format(task=task.id)
    heading = page.prose(f"{told} {page.signs.dot} {task.title}", "bold")
    return [*heading, *page.prose(hints.get(task.id, ""), reflow=True)]


def praise(page: Page, report: Report, number: int, explanations: Mapping[str, str]) -> list[Line]:
    """A line of praise, and one that leads on: what the last task's author has to tell."""
    words = ngettext(
        "Full marks: the check passes. Well done.",
        "Full marks: all {number} checks pass. Well done.",
        max(1, number),
    ).format(number=number)
    lead = next((explanations[t.id] for t in reversed(report.tasks) if explanations.get(t.id)), "")
    return [*page.prose(words, f"bold {GOOD}"), *page.prose(lead, reflow=True)]


def folded(page: Page, lines: Sequence[Folded]) -> list[Line]:
    """One line a task, cut where the page ends."""
    ids = [page.fit(line.task.id, WIDEST_ID) for line in lines]
    width = max(map(cell_len, ids), default=0)
    dot = f" {page.signs.dot} "
    return [
        page.line(
            page.cell(name, width, "bold"),
            "  ",
            (page.fit(dot.join(line.words).replace("`", ""), page.width - width - 2), QUIET),
        )
        for name, line in zip(ids, lines, strict=True)
    ]


def notes(page: Page, report: Report) -> list[Line]:
    """What is worth knowing about the whole grading."""
    return [line for note in report.notes for line in page.prose(_note(note), QUIET)]


def _note(note: str) -> str:
    return _("note: {note}").format(note=translated(note))
