"""The one thing a scorecard opens: the mistake by name, why, and what shows it.

A panel has a line above and a line below and nothing at its sides, and everything in it starts at
the left edge: what a reader selects in a terminal is the program itself, ready to paste.
"""

from __future__ import annotations

from grader.model.program import Output
from grader.render.origin import ShownOrigin
from grader.render.story import LOOK_HERE, Mistake
from grader.render.terminal.evidence import nodes, program
from grader.render.terminal.lines import BAD, CODE, QUIET, Line, Page
from grader.render.text import more_lines
from grader.text.clean import spell_out
from grader.text.words import _

OUTPUT_LINES = 6
SHORT_PROGRAM = 10
"""A program of no more lines is read at a glance, and comes before the reason."""


def panel(page: Page, title: str, blocks: list[list[Line]]) -> list[Line]:
    """The blocks that are not empty, blank lines between them, a rule above and below."""
    return [page.rule(title), *spaced(page, blocks), page.rule()]


def spaced(page: Page, blocks: list[list[Line]]) -> list[Line]:
    """The blocks that are not empty, with a blank line between two of them."""
    lines: list[Line] = []
    for block in filter(None, blocks):
        lines += [page.line(), *block] if lines else block
    return lines


def mistake(page: Page, told: Mistake) -> list[Line]:
    """The panel of the first wrong thing, entitled with where to look."""
    where = told.origin.where if told.origin else ""
    title = f" {page.signs.dot} ".join(filter(None, [_(LOOK_HERE), told.focus.task.id, where]))
    return panel(page, title, [*at_a_glance(page, told), *the_rest(page, told)])


def at_a_glance(page: Page, told: Mistake) -> list[list[Line]]:
    """The mistake's name, and the program that shows it; a long one comes after the reason."""
    blocks = [_name(page, told), _program(page, told)]
    return blocks if _is_short(told) else blocks[:1]


def the_rest(page: Page, told: Mistake) -> list[list[Line]]:
    """Why it is wrong, where that comes from, and all else there is to see of it."""
    blocks = [_why(page, told), _origin(page, told.origin)]
    if not _is_short(told):
        blocks.append(_program(page, told))
    if told.evidence and told.evidence.graph and told.evidence.graph.nodes:
        blocks.append(nodes(page, told.evidence.graph))
    blocks.append([*page.prose(told.blame), *page.prose(told.explains)])
    blocks.append([line for note in told.notes for line in page.prose(note)])
    if told.output:
        blocks.append(_printed(page, told.output, told.printed))
    return blocks


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


def _is_short(told: Mistake) -> bool:
    return told.evidence is not None and len(told.evidence.program) <= SHORT_PROGRAM


def _program(page: Page, told: Mistake) -> list[Line]:
    if told.evidence is None or not told.evidence.program:
        return []
    return [page.line((told.shown, "bold")), *program(page, told.evidence.program)]


def _origin(page: Page, told: ShownOrigin | None) -> list[Line]:
    """The line that the wrong value comes from."""
    if told is None:
        return []
    if not told.code:
        return page.prose(told.words)
    code = page.fit(told.code, page.width - 4, spaced=True)
    words = _("{what}: {where}").format(what=told.words, where=told.where)
    return [*page.prose(words, "bold"), page.line("    ", (code, CODE))]


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
