"""The one thing a scorecard opens: the mistake by name, why, and what shows it.

A panel has a line above and a line below and nothing at its sides, and everything in it starts at
the left edge: what a reader selects in a terminal is the program itself, ready to paste.
"""

from __future__ import annotations

from grader.model.program import Output
from grader.model.report import Evidence
from grader.render.origin import MARK, ShownOrigin
from grader.render.story import LOOK_HERE, Mistake
from grader.render.terminal.evidence import nodes, program
from grader.render.terminal.lines import BAD, CODE, QUIET, Line, Page
from grader.render.text import more_lines
from grader.text.clean import spell_out
from grader.text.words import _

OUTPUT_LINES = 6


def panel(page: Page, title: str, blocks: list[list[Line]]) -> list[Line]:
    """The blocks that are not empty, blank lines between them, a rule above and below."""
    lines = [page.rule(title)]
    for block in blocks:
        if block:
            lines += [page.line(), *block]
    return [*lines, page.rule()]


def mistake(page: Page, told: Mistake) -> list[Line]:
    """The panel of the first wrong thing."""
    blocks = [_name(page, told), _why(page, told)]
    if told.evidence:
        blocks += _shown(page, told.evidence, told.shown)
    blocks.append(_origin(page, told.origin))
    blocks.append([*page.prose(told.blame), *page.prose(told.explains)])
    blocks.append([line for note in told.notes for line in page.prose(note)])
    if told.output:
        blocks.append(_printed(page, told.output, told.printed))
    return panel(page, f"{_(LOOK_HERE)} {page.signs.dot} {told.focus.task.id}", blocks)


def _name(page: Page, told: Mistake) -> list[Line]:
    """What is wrong, in a line."""
    strong = f"bold {BAD}"
    if told.focus.diagnosis:
        lines = page.prose(_plain(told.name), strong, reflow=True)
        for other in told.alternatives:
            words = _("or: {mistake}").format(mistake=_plain(other))
            lines += page.prose(words, "bold", reflow=True)
        return lines
    if told.focus.check:
        return page.prose(f"{page.signs.bad} {told.name}", strong, reflow=True)
    return page.prose(told.name, strong)


def _plain(title: str) -> str:
    """A name without the backticks around its code."""
    return title.replace("`", "")


def _why(page: Page, told: Mistake) -> list[Line]:
    why = page.prose(told.why, reflow=told.focus.diagnosis is not None)
    return [*why, *page.prose(told.cause)]


def _shown(page: Page, evidence: Evidence, heading: str) -> list[list[Line]]:
    blocks = []
    if evidence.program:
        blocks.append([page.line((heading, "bold")), *program(page, evidence.program)])
    if evidence.graph and evidence.graph.nodes:
        blocks.append(nodes(page, evidence.graph))
    return blocks


def _origin(page: Page, told: ShownOrigin | None) -> list[Line]:
    """The line that the wrong value comes from, marked where it begins."""
    if told is None:
        return []
    if not told.code:
        return page.prose(told.words)
    code = page.fit(told.code, page.width - 4, spaced=True)
    return [
        *page.prose(told.words, "bold"),
        page.line(told.where),
        page.line("    ", (code, CODE)),
        page.line("    ", (MARK, f"bold {BAD}")),
    ]


def _printed(page: Page, output: Output, heading: str) -> list[Line]:
    """The beginning of what the learner's code printed, behind a line at its left."""
    printed = spell_out(output.text).rstrip("\n").split("\n")
    gutter = (f"{page.signs.gutter} ", QUIET)
    block = [page.line((heading, "bold"))]
    for line in printed[:OUTPUT_LINES]:
        block.append(page.line(gutter, page.fit(line, page.width - 2, spaced=True)))
    left = len(printed) - OUTPUT_LINES
    if output.truncated or left > 0:
        words = _("and more") if output.truncated else more_lines(left)
        block.append(page.line(gutter, (f"{page.signs.ellipsis} {words}", QUIET)))
    return block
