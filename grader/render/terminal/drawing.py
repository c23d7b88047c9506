"""An expression for the terminal: its tree and its steps; a submission's under what is right."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult

from grader.model.report import Evidence
from grader.render.statement import from_the_course
from grader.render.terminal.evidence import program
from grader.render.terminal.lines import BAD, Page
from grader.render.terminal.tree import tree
from grader.render.text import one_line
from grader.text.words import _, translated


class Drawing:
    """The renderable. `name` is the submission's; `trouble` says why it has nothing to show."""

    def __init__(
        self, true: Evidence, name: str = "", own: Evidence | None = None, trouble: str = ""
    ) -> None:
        self.true = true
        self.name = one_line(name)
        self.own = own
        self.trouble = trouble

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = Page(console, options)
        own = self.own.graph if self.own is not None else None
        if own is not None and own.is_right:
            yield page.line((_("{name}: all is as it should be").format(name=self.name), "bold"))
        elif self.name:
            yield page.line((_("as it should be"), "bold"))
        yield from _tree_and_walk(page, self.true)
        if self.trouble:
            yield page.line()
            yield page.line((self.name, "bold"))
            yield from page.prose(translated(self.trouble), BAD)
        elif self.own is not None and own is not None and not own.is_right:
            yield page.line()
            yield page.line((self.name, "bold"))
            yield tree(own)
            for line in program(page, self.own.program[1:]):
                yield page.line("  ", line)


def _tree_and_walk(page: Page, evidence: Evidence) -> RenderResult:
    assert evidence.graph is not None
    yield tree(evidence.graph)
    if evidence.steps:
        yield from from_the_course()
    for line in evidence.steps:
        yield page.line(f"  {line}")
