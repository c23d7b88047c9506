"""The one thing a scorecard opens: the mistake by name, why, and what shows it.

A panel has a line above and a line below and nothing at its sides, and everything in it starts at
the left edge: what a reader selects in a terminal is the program itself, ready to paste.
"""

from __future__ import annotations

from grader.model.check import Audience, Visibility
from grader.model.program import Output
from grader.model.report import Evidence, Report
from grader.render.outcomes import usual_cause
from grader.render.story import Focus, alternatives, explains, may_see, wrong_checks
from grader.render.terminal.evidence import nodes, program
from grader.render.terminal.lines import BAD, QUIET, Line, Page
from grader.render.text import hidden_failed, more_lines
from grader.text.clean import spell_out
from grader.text.words import _, translated

OUTPUT_LINES = 6


def panel(page: Page, title: str, blocks: list[list[Line]]) -> list[Line]:
    """The blocks that are not empty, blank lines between them, a rule above and below."""
    lines = [page.rule(title)]
    for block in blocks:
        if block:
            lines += [page.line(), *block]
    return [*lines, page.rule()]


def mistake(page: Page, report: Report, focus: Focus, audience: Audience) -> list[Line]:
    """The panel of the first wrong thing."""
    blocks = [_name(page, focus, audience), _why(page, focus)]
    if focus.evidence:
        blocks += _shown(page, focus.evidence, smallest=focus.smallest)
    blocks.append([*_blame(page, focus), *page.prose(explains(report, focus))])
    if focus.check:
        blocks.append(
            [line for note in focus.check.notes[:2] for line in page.prose(translated(note))]
        )
    if focus.output and focus.output.text.strip():
        blocks.append(_printed(page, focus.output, audience))
    return panel(page, f"{_('Look here first')} {page.signs.dot} {focus.task.id}", blocks)


def _name(page: Page, focus: Focus, audience: Audience) -> list[Line]:
    """What is wrong, in a line: the mistake's name, or what the check promises."""
    strong = f"bold {BAD}"
    if focus.diagnosis:
        lines = page.prose(_plain(focus.diagnosis.title), strong, reflow=True)
        for other in alternatives(focus):
            words = _("or: {mistake}").format(mistake=_plain(other))
            lines += page.prose(words, "bold", reflow=True)
        return lines
    if focus.check:
        hidden_one = focus.check.visibility is not Visibility.VISIBLE
        words = _("{title} (hidden)") if hidden_one else "{title}"
        title = f"{page.signs.bad} {words.format(title=translated(focus.check.title))}"
        return page.prose(title, strong, reflow=True)
    hidden = [check for check in wrong_checks(focus.task) if not may_see(check, audience)]
    return page.prose(hidden_failed(len(hidden)), strong)


def _plain(title: str) -> str:
    """A name without the backticks around its code."""
    return title.replace("`", "")


def _why(page: Page, focus: Focus) -> list[Line]:
    if focus.diagnosis:
        return page.prose(focus.diagnosis.explanation, reflow=True)
    if focus.check is None:
        return page.prose(_("What they test is not shown; the task's statement covers all of it."))
    cause = usual_cause(focus.check.outcome)
    return [*page.prose(translated(focus.check.message)), *page.prose(cause)]


def _shown(page: Page, evidence: Evidence, *, smallest: bool) -> list[list[Line]]:
    blocks = []
    if evidence.program:
        heading = _("The smallest program that shows it") if smallest else _("What this check runs")
        code = program(page, evidence.program)
        blocks.append([page.line((heading, "bold")), *code])
    if evidence.graph and evidence.graph.nodes:
        blocks.append(nodes(page, evidence.graph))
    return blocks


def _blame(page: Page, focus: Focus) -> list[Line]:
    """The step at fault, a line of the program."""
    if not (focus.evidence and focus.evidence.blame):
        return []
    return page.prose(_("The step to look at: `{step}`").format(step=focus.evidence.blame))


def who_printed(audience: Audience) -> str:
    """The heading above what was printed."""
    learner = audience is Audience.LEARNER
    return _("Your code printed") if learner else _("The submission printed")


def _printed(page: Page, output: Output, audience: Audience) -> list[Line]:
    """The beginning of what the learner's code printed, behind a line at its left."""
    printed = spell_out(output.text).rstrip("\n").split("\n")
    gutter = (f"{page.signs.gutter} ", QUIET)
    block = [page.line((who_printed(audience), "bold"))]
    for line in printed[:OUTPUT_LINES]:
        block.append(page.line(gutter, page.fit(line, page.width - 2, spaced=True)))
    left = len(printed) - OUTPUT_LINES
    if output.truncated or left > 0:
        words = _("and more") if output.truncated else more_lines(left)
        block.append(page.line(gutter, (f"{page.signs.ellipsis} {words}", QUIET)))
    return block
