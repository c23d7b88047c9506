"""A recorded program as a tree: its graph for the terminal."""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text
from rich.tree import Tree

from grader.model.report import FieldValue, Graph, GraphEdge
from grader.render.graph.svg import FIRST_WRONG
from grader.render.terminal.lines import BAD, CODE, GOOD, QUIET, Page
from grader.render.text import beside
from grader.text.words import _


def tree(graph: Graph) -> RenderableType:
    """The graph for a terminal, from the result to its inputs: the way the gradient goes.

    A node that is used again is written out once and named after that.
    """
    return _Tree(graph)


class _Tree:
    """The renderable; the signs and the width are the console's."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = {node.id: node for node in graph.nodes}
        self.into: dict[str, list[GraphEdge]] = defaultdict(list)
        for edge in graph.edges:
            if edge.source in self.nodes and edge.target in self.nodes:
                self.into[edge.target].append(edge)
        used = {edge.source for edges in self.into.values() for edge in edges}
        results = [node.id for node in graph.nodes if node.id not in used]
        self.results = list(reversed(results)) or [node.id for node in graph.nodes[-1:]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = Page(console, options)
        written: set[str] = set()
        for result in self.results:
            yield self._grow(page, result, written)

    def _grow(self, page: Page, result: str, written: set[str]) -> Tree:
        root = Tree(self._words(page, result, "", written), guide_style=QUIET)
        open_branches = [(result, root)]
        while open_branches:
            name, branch = open_branches.pop()
            grown = []
            for edge in self.into[name]:
                again = edge.source in written
                leaf = branch.add(self._words(page, edge.source, edge.label, written))
                if not again:
                    grown.append((edge.source, leaf))
            open_branches.extend(reversed(grown))
        return root

    def _words(self, page: Page, name: str, slope: str, written: set[str]) -> Text:
        """A node in a line: slope, name, code, numbers, and the mark of the first wrong one."""
        node = self.nodes[name]
        parts: list[str | Text | tuple[str, str]] = []
        if slope:
            parts += [(f"{page.fit(slope, 14)}  ", GOOD)]
        parts += [(page.fit(name, 14), "bold")]
        if name in written:
            return page.line(*parts, (f"  {_('as above')}", QUIET))
        written.add(name)
        parts += [("  ", ""), (page.fit(node.label, 32), CODE)]
        for field in node.fields:
            parts += [(f"  {page.fit(field.name, 14)} ", QUIET), *_numbers(page, field)]
        if node.first_wrong:
            parts += [(f"  {page.signs.pointer} {_(FIRST_WRONG)}", f"bold {BAD}")]
        return page.line(*parts)


def _numbers(page: Page, field: FieldValue) -> list[tuple[str, str]]:
    expected, got = (page.fit(text, 14) for text in beside(field.expected, field.got))
    if field.ok:
        return [(got, "")]
    # the value stands in its own colour, wherever the language puts it
    before, _mark, after = _("expected {value}").partition("{value}")
    return [(got, f"bold {BAD}"), (f" {before}", QUIET), (expected, GOOD), (after, QUIET)]
