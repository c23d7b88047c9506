"""The one thing a page opens: the first mistake, the next task to write, or full marks."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model.import_failure import ImportFailure
from grader.model.program import Output
from grader.model.report import TaskResult
from grader.render.html.author import Style, explanation, hints, other_ways, statement
from grader.render.html.evidence import backward_pass, one_line_of_code, pictures, program
from grader.render.html.markup import Child, Html, around, inline, tag
from grader.render.html.prose import prose
from grader.render.html.sheet import Sheet
from grader.render.origin import MARK, ShownOrigin
from grader.render.story import LOOK_HERE, NOT_JUDGED, Mistake, not_imported
from grader.render.text import one_line
from grader.text.clean import spell_out
from grader.text.words import _, ngettext, translated

PRINTED = 24  # lines of what the submission printed
WIDEST_PRINTED = 400
LONGEST_MESSAGE = 1000


def first(sheet: Sheet, styles: Sequence[Style]) -> Html:
    """The section below the score."""
    story = sheet.story
    if story.unloaded:
        return _section(_(LOOK_HERE), "bad", *_unloaded(story.unloaded))
    if story.mistake:
        words = f"{_(LOOK_HERE)} · {story.mistake.focus.task.id}"
        return _section(words, "bad", *_mistake(sheet, story.mistake))
    if story.to_write is None:
        return _section(_("All done"), "good", *_praise(sheet, styles))
    eyebrow = _("Next") if story.is_begun else _("Begin here")
    return _section(eyebrow, "good", *_begin(sheet, story.to_write))


def _section(eyebrow: str, kind: str, *body: Child) -> Html:
    above = tag("p", eyebrow, class_="eyebrow")
    return tag("section", above, *body, id="first", class_=f"first {kind}")


def _heading(words: Child) -> Html:
    return tag("h2", words)


def _mistake(sheet: Sheet, told: Mistake) -> list[Child]:
    evidence = told.evidence
    parts: list[Child] = [_heading(inline(one_line(told.name))), *_why(told)]
    if evidence and evidence.program:
        parts += [tag("h3", told.shown), program(evidence.program, sheet.contract, "program")]
    if told.output:
        parts += _printed(told.output, told.printed)
    if evidence and evidence.graph and evidence.graph.nodes:
        parts += [tag("h3", _("Its graph, before and after backward")), pictures(evidence.graph)]
    if evidence:
        parts.append(backward_pass(evidence))
    parts += _origin(told.origin)
    parts.append(tag("p", inline(one_line(told.blame))) if told.blame else None)
    parts += [tag("p", note) for note in told.notes]
    parts.append(tag("p", told.explains, class_="quiet") if told.explains else None)
    return [*parts, *_next_move(sheet, told.focus.task)]


def _why(told: Mistake) -> list[Child]:
    if told.focus.diagnosis:
        others = [tag("li", inline(one_line(title))) for title in told.alternatives]
        ties = [tag("p", _("Nothing seen here tells it apart from:")), tag("ul", others)]
        return [tag("div", prose(told.why), class_="why"), ties if others else None]
    if told.focus.check is None:
        return [tag("p", told.why, class_="why")]
    return [_message(told.why), tag("p", told.cause) if told.cause else None]


def _message(message: str) -> Html:
    """A message as it was written, its lines and its caret in their places."""
    text = spell_out(message, limit=LONGEST_MESSAGE).strip("\n")
    if "\n" in text:
        return tag("pre", text)
    word = text.split(" ", maxsplit=1)[0]
    sentence = text[:1].upper() + text[1:] if len(word) > 1 and word.isalpha() else text
    return tag("p", inline(sentence), class_="why")


def _origin(told: ShownOrigin | None) -> list[Child]:
    """The line that the wrong value comes from, marked where it begins."""
    if told is None:
        return []
    if not told.code:
        return [tag("p", inline(told.words))]
    code = f"    {told.code}\n    {MARK}"
    shown = tag("pre", f"{told.where}:", "\n", tag("bdi", code), class_="origin")
    return [tag("h3", inline(told.words)), shown]


def _printed(output: Output, heading: str) -> list[Child]:
    lines = spell_out(output.text).rstrip("\n").split("\n")
    cut = output.truncated or len(lines) > PRINTED
    shown = [one_line_of_code(line, limit=WIDEST_PRINTED) for line in lines[:PRINTED]]
    text = "\n".join([*shown, "…"] if cut else shown)
    return [tag("h3", heading), tag("pre", tag("bdi", text), class_="printed")]


def _next_move(sheet: Sheet, task: TaskResult) -> list[Child]:
    """Where to write, what to run, and the task and its hints within reach."""
    author = sheet.task(task.id)
    if author is None:
        return []
    file, hole = sheet.hole(author)
    move = _("Change {hole} in {file}, then run {command}.") if author.hole else _("Run {command}.")
    told = around(move, hole=tag("code", hole), file=file, command=_command(task))
    words = tag("p", tag("strong", f"{_('Next.')} "), told, class_="next")
    return [words, tag("div", statement(author), hints(author), class_="folds")]


def _command(task: TaskResult) -> Html:
    return tag("code", f"grader check --task {task.id}", class_="command")


def _unloaded(failure: ImportFailure) -> list[Child]:
    name, reason = failure
    return [
        _heading(one_line(not_imported(name))),
        _message(translated(reason)),
        tag("p", _(NOT_JUDGED)),
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
    file, hole = sheet.hole(author)
    if author.hole:
        told = around(
            _("Write {hole} in {file}, then run {command}."),
            hole=tag("code", hole),
            file=file,
            command=_command(task),
        )
        parts.append(tag("p", told, class_="next"))
    return [*parts, tag("div", statement(author, open_=True), hints(author), class_="folds")]


def _praise(sheet: Sheet, styles: Sequence[Style]) -> list[Child]:
    """A line of praise, why it works, and other right ways to write it."""
    report, number = sheet.report, sheet.story.passed
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
