"""The one thing a page opens: the first mistake, the next task to write, or full marks."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.check import Outcome, Visibility
from grader.model.program import Output
from grader.model.report import Report, TaskResult
from grader.render.html.author import Style, explanation, hints, other_ways, statement
from grader.render.html.evidence import backward_pass, one_line_of_code, pictures, program
from grader.render.html.markup import Child, Html, around, inline, join, tag
from grader.render.html.prose import prose
from grader.render.html.sheet import Sheet, to_write
from grader.render.outcomes import usual_cause
from grader.render.story import (
    Focus,
    alternatives,
    explains,
    may_see,
    not_loaded,
    wrong_checks,
)
from grader.render.terminal.endings import not_imported, why_not_imported
from grader.render.terminal.panel import who_printed
from grader.render.text import hidden_failed, one_line
from grader.text.clean import spell_out
from grader.text.words import _, ngettext, translated

PRINTED = 24  # lines of what the submission printed
WIDEST_PRINTED = 400
LONGEST_MESSAGE = 1000


def first(sheet: Sheet, styles: Sequence[Style]) -> Html:
    """The section below the score."""
    if not_loaded(sheet.report):
        return _section(_("Look here first"), "bad", *_unloaded(sheet.report))
    if sheet.focus is not None:
        words = f"{_('Look here first')} · {sheet.focus.task.id}"
        return _section(words, "bad", *_mistake(sheet, sheet.focus))
    task = to_write(sheet.report)
    if task is None:
        return _section(_("All done"), "good", *_praise(sheet, styles))
    started = any(one.score > 0 for one in sheet.report.tasks)
    return _section(_("Next") if started else _("Begin here"), "good", *_begin(sheet, task))


def _section(eyebrow: str, kind: str, *body: Child) -> Html:
    above = tag("p", eyebrow, class_="eyebrow")
    return tag("section", above, *body, id="first", class_=f"first {kind}")


def _heading(words: Child) -> Html:
    return tag("h2", words)


def _mistake(sheet: Sheet, focus: Focus) -> list[Child]:
    evidence, contract = focus.evidence, sheet.contract
    parts: list[Child] = [_heading(_name(sheet, focus)), *_why(focus)]
    if evidence and evidence.program:
        words = _("What this check runs")
        if focus.smallest:
            words = _("The smallest program that shows it")
        parts += [tag("h3", words), program(evidence.program, contract, "program")]
    if focus.output and focus.output.text.strip():
        parts += _printed(sheet, focus.output)
    if evidence and evidence.graph and evidence.graph.nodes:
        parts += [tag("h3", _("Its graph, before and after backward")), pictures(evidence.graph)]
    if evidence:
        parts += [backward_pass(evidence), _blame(evidence.blame)]
    parts += [tag("p", translated(note)) for note in focus.check.notes[:2]] if focus.check else []
    parts.append(_explains(sheet, focus))
    return [*parts, *_next_move(sheet, focus.task)]


def _name(sheet: Sheet, focus: Focus) -> Html:
    """The mistake by name, or what the check promises, or how many checks are kept back."""
    if focus.diagnosis:
        return inline(one_line(focus.diagnosis.title))
    if focus.check:
        title = inline(one_line(translated(focus.check.title)))
        if focus.check.visibility is Visibility.VISIBLE:
            return title
        return around(_("{title} (hidden)"), title=title)
    kept_back = [one for one in wrong_checks(focus.task) if not may_see(one, sheet.audience)]
    return join(hidden_failed(len(kept_back)))


def _why(focus: Focus) -> list[Child]:
    if focus.diagnosis:
        others = [tag("li", inline(one_line(title))) for title in alternatives(focus)]
        ties = [tag("p", _("Nothing seen here tells it apart from:")), tag("ul", others)]
        return [
            tag("div", prose(focus.diagnosis.explanation), class_="why"),
            ties if others else None,
        ]
    if focus.check is None:
        words = _("What they test is not shown; the task's statement covers all of it.")
        return [tag("p", words, class_="why")]
    cause = usual_cause(focus.check.outcome)
    return [_message(translated(focus.check.message)), tag("p", cause) if cause else None]


def _message(message: str) -> Html:
    """A message as it was written, its lines and its caret in their places."""
    text = spell_out(message, limit=LONGEST_MESSAGE).strip("\n")
    if "\n" in text:
        return tag("pre", text)
    word = text.split(" ", maxsplit=1)[0]
    sentence = text[:1].upper() + text[1:] if len(word) > 1 and word.isalpha() else text
    return tag("p", inline(sentence), class_="why")


def _printed(sheet: Sheet, output: Output) -> list[Child]:
    lines = spell_out(output.text).rstrip("\n").split("\n")
    cut = output.truncated or len(lines) > PRINTED
    shown = [one_line_of_code(line, limit=WIDEST_PRINTED) for line in lines[:PRINTED]]
    text = "\n".join([*shown, "…"] if cut else shown)
    return [tag("h3", who_printed(sheet.audience)), tag("pre", tag("bdi", text), class_="printed")]


def _blame(blame: str) -> Html | None:
    if not blame:
        return None
    return tag("p", inline(_("The step to look at: `{step}`").format(step=one_line(blame))))


def _explains(sheet: Sheet, focus: Focus) -> Html | None:
    words = explains(sheet.report, focus)
    return tag("p", words, class_="quiet") if words else None


def _next_move(sheet: Sheet, task: TaskResult) -> list[Child]:
    """Where to write, what to run, and the task and its hints within reach."""
    author = sheet.task(task.id)
    if author is None:
        return []
    module = sheet.exercise.module_file if sheet.exercise else ""
    move = _("Change {hole} in {file}, then run {command}.") if author.hole else _("Run {command}.")
    told = around(move, hole=tag("code", author.hole), file=module, command=_command(task))
    words = tag("p", tag("strong", f"{_('Next.')} "), told, class_="next")
    return [words, tag("div", statement(author), hints(author), class_="folds")]


def _command(task: TaskResult) -> Html:
    return tag("code", f"grader check --task {task.id}", class_="command")


def _unloaded(report: Report) -> list[Child]:
    name, reason = why_not_imported(report)
    return [
        _heading(one_line(not_imported(name))),
        _message(translated(reason)),
        tag("p", _("Nothing could be judged yet: every check begins with that import.")),
        tag(
            "p",
            tag("strong", f"{_('Next.')} "),
            _("Mend that line, and everything else is looked at again."),
        ),
    ]


def _begin(sheet: Sheet, task: TaskResult) -> list[Child]:
    author = sheet.task(task.id)
    parts: list[Child] = [_heading(task.title)]
    if author is None:
        return [
            *parts,
            tag("p", _("Nothing is wrong; {task} is not written yet.").format(task=task.id)),
        ]
    module = sheet.exercise.module_file if sheet.exercise else ""
    if author.hole:
        told = around(
            _("Write {hole} in {file}, then run {command}."),
            hole=tag("code", author.hole),
            file=module,
            command=_command(task),
        )
        parts.append(tag("p", told, class_="next"))
    return [*parts, tag("div", statement(author, open_=True), hints(author), class_="folds")]


def _praise(sheet: Sheet, styles: Sequence[Style]) -> list[Child]:
    """A line of praise, why it works, and other right ways to write it."""
    report = sheet.report
    number = sum(check.outcome is Outcome.PASSED for task in report.tasks for check in task.checks)
    words = ngettext(
        "The check passes. Well done.", "All {number} checks pass. Well done.", number
    ).format(number=number)
    lead: list[Child] = []
    for result in reversed(report.tasks):
        author = sheet.task(result.id)
        if author is not None and explanation(author, result):
            lead = [tag("div", prose(author.explanation), class_="prose")]
            break
    return [_heading(_("Full marks")), tag("p", words, class_="why"), *lead, other_ways(styles)]
