"""The tasks on the page: the table of points, and a fold for each with all there is to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.model.check import Outcome
from grader.model.report import CheckResult, Report, TaskResult
from grader.render.html.author import explanation, hints, statement
from grader.render.html.evidence import pictures, program
from grader.render.html.markup import Child, Html, around, fold, inline, join, sign, tag, unseen
from grader.render.html.prose import prose
from grader.render.html.sheet import Sheet, bar, mark_of
from grader.render.outcomes import NOT_DONE, not_done
from grader.render.rest import Folded, may_see, wrong_checks
from grader.render.story import smallest_of, title_of
from grader.render.text import counted_checks, exact, one_line, points
from grader.text.words import N_, _, ngettext, translated

_ENDED: Mapping[str, str] = {
    Outcome.PASSED: N_("passed"),
    Outcome.FAILED: N_("a value differed"),
    Outcome.ERROR: N_("your code raised an error"),
    Outcome.TIMEOUT: N_("out of time"),
    Outcome.MEMORY: N_("out of memory"),
    Outcome.CRASHED: N_("the process ended"),
    Outcome.MISSING: N_("never reported"),
    **NOT_DONE,
}


def score_table(report: Report) -> Html:
    """A row a task."""
    rows = [_row(task) for task in report.tasks]
    heads = [
        tag("th", unseen(words), scope="col")
        for words in (_("Task"), _("Share"), _("Points"), _("Checks"))
    ]
    return tag(
        "table",
        tag("caption", unseen(_("Points by task"))),
        tag("thead", tag("tr", heads)),
        tag("tbody", rows),
        class_="scores",
    )


def _row(task: TaskResult) -> Html:
    character, words, kind = mark_of(task.outcome)
    name = tag(
        "th",
        tag("span", sign(character), unseen(f"{words}: "), class_=kind),
        tag("a", tag("code", task.id), href=f"#task-{task.id}"),
        " ",
        tag("span", task.title, class_="title"),
        scope="row",
    )
    share = tag("td", bar(task.score, task.max_score), class_="share")
    earned = points(task.score, task.max_score), " / ", exact(task.max_score)
    return tag(
        "tr",
        name,
        share,
        tag("td", earned, class_="number"),
        tag("td", note_of(task), class_="quiet note"),
    )


def note_of(task: TaskResult) -> Html:
    """How many checks pass, or why none was judged."""
    passed = sum(check.outcome is Outcome.PASSED for check in task.checks)
    if not passed and task.outcome in NOT_DONE:
        return join(not_done(task.outcome))
    # the noun is left out where a page is narrow
    noun = tag("span", " ", ngettext("check", "checks", len(task.checks)), class_="noun")
    told = _("{passed} of {number}").format(passed=passed, number=len(task.checks))
    return join(told, noun)


def task_folds(sheet: Sheet) -> Html:
    """Every task behind a fold of its own."""
    words = {line.task.id: line for line in sheet.story.folded}
    folds = [_task_fold(sheet, task, words.get(task.id)) for task in sheet.report.tasks]
    heading = tag("h2", _("Task by task"), id="tasks")
    return tag("section", heading, folds, class_="folds", aria_labelledby="tasks")


def _task_fold(sheet: Sheet, task: TaskResult, words: Folded | None) -> Html:
    character, state, kind = mark_of(task.outcome)
    heading = tag(
        "h3",
        tag("span", sign(character), unseen(f"{state}: "), class_=kind),
        tag("code", task.id),
        " ",
        task.title,
        id=f"task-{task.id}",
    )
    earned = tag("span", note_of(task), class_="quiet note")
    told = (
        tag("ul", [tag("li", inline(word)) for word in words.words], class_="told")
        if words
        else None
    )
    if task is sheet.story.opened:
        link = tag("a", _("opened above"), href="#first")
        here = tag("p", around(_("This task is {link}."), link=link))
        body: list[Child] = [here, told]
    else:
        author = sheet.task(task.id)
        own = [statement(author), hints(author), explanation(author, task)] if author else []
        body = [told, _shown(sheet, task), *own]
    return fold(join(heading, earned), *body, checks(sheet, task), class_="task")


def _shown(sheet: Sheet, task: TaskResult) -> Html:
    """What shows a mistake in a task that is not the one opened."""
    named = task.diagnoses[0] if task.diagnoses else None
    evidence = smallest_of(task)
    parts: list[Child] = [prose(translated(named.explanation))] if named else []
    if evidence and evidence.program and wrong_checks(task):
        parts.append(tag("p", _("The smallest program that shows it:")))
        parts.append(program(evidence.program, sheet.contract, f"program-{task.id}"))
        if evidence.graph and evidence.graph.nodes:
            parts.append(fold(_("Its graph"), pictures(evidence.graph)))
    return join(*parts)


def checks(sheet: Sheet, task: TaskResult) -> Html:
    """Every check this audience may see, and a count of the others."""
    seen = [check for check in task.checks if may_see(check, sheet.audience)]
    kept_back = [check for check in task.checks if not may_see(check, sheet.audience)]
    items: list[Child] = [_check(check) for check in seen]
    if kept_back:
        failed = sum(check.outcome is not Outcome.PASSED for check in kept_back)
        items.append(tag("li", _hidden(len(kept_back), failed)))
    return fold(counted_checks(len(task.checks)), tag("ul", items, class_="checks"))


def _hidden(number: int, failed: int) -> str:
    if failed:
        words = ngettext(
            "{number} hidden check, {failed} did not pass",
            "{number} hidden checks, {failed} did not pass",
            number,
        )
    else:
        words = ngettext(
            "{number} hidden check, all pass", "{number} hidden checks, all pass", number
        )
    return words.format(number=number, failed=failed)


def _check(check: CheckResult) -> Html:
    character, _state, kind = mark_of(check.outcome)
    ended, title = _(_ENDED[check.outcome]), inline(one_line(title_of(check)))
    mark = tag("span", sign(character), unseen(f"{ended}: "), class_=kind)
    parts: list[Child] = [mark, title]
    told: Sequence[str] = (check.message, *check.notes)
    if check.outcome is not Outcome.PASSED:
        words = " · ".join(one_line(translated(part)) for part in told if part) or ended
        parts.append(tag("span", words, class_="quiet told"))
    return tag("li", *parts)
