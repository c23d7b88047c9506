"""What shows a mistake: a program to paste, and its nodes with expected and got side by side."""

from __future__ import annotations

from rich.cells import cell_len

from grader.model.report import Graph, GraphNode, ProgramLine
from grader.render.graph.svg import FIRST_WRONG
from grader.render.story import remark_on, same_objects
from grader.render.terminal.lines import BAD, CODE, QUIET, Line, Page
from grader.render.text import beside, more_lines, pad
from grader.text.words import _, ngettext

PROGRAM_LINES = 24
NODES = 12
NARROWEST_STEP = 6
WIDEST_NODE = 12
WIDEST_NUMBER = 14
GAP = "   "

Styled = tuple[str, str]


def program(page: Page, lines: tuple[ProgramLine, ...]) -> list[Line]:
    """The program as code; what was expected and what came stand behind it as comments.

    Of a long one the beginning is shown, and its last line: there the wrong value came to light.
    """
    left_out = len(lines) - PROGRAM_LINES
    shown = lines if left_out <= 0 else (*lines[: PROGRAM_LINES - 1], lines[-1])
    codes = [page.safe_spaced(line.code).rstrip() for line in shown]
    remarks = [_remark(line) for line in shown]
    pairs = list(zip(codes, remarks, strict=True))
    edge = max((cell_len(code) for code, (words, _) in pairs if words), default=0)
    block: list[Line] = []
    for number, (code, remark) in enumerate(pairs):
        block += _beside(page, code, remark, edge)
        if left_out > 0 and number == PROGRAM_LINES - 2:
            words = f"# {page.signs.ellipsis} {more_lines(left_out)}"
            block.append(page.line((words, QUIET)))
    return block


def _beside(page: Page, code: str, remark: Styled, edge: int) -> list[Line]:
    """A line of code and its comment, under each other where the page is too narrow."""
    words, style = remark
    comment = f"# {words}" if words else ""
    if max(edge, cell_len(code)) + len(GAP) + cell_len(page.safe(comment)) <= page.width:
        return [page.line(pad(code, edge), GAP, (comment, style))]
    below = [page.line((page.fit(comment, page.width), style))] if comment else []
    return [page.line(page.fit(code, page.width, spaced=True)), *below]


def _remark(line: ProgramLine) -> Styled:
    """What is to be said of a line of code, and in which style."""
    told = remark_on(line)
    return told.words, BAD if told.is_wrong else QUIET


def nodes(page: Page, graph: Graph) -> list[Line]:
    """The nodes in a table; a field in which all is right takes one column, else two."""
    shown = _window(graph.nodes)
    fields = dict.fromkeys(field.name for node in graph.nodes for field in node.fields)
    split = {f.name for node in graph.nodes for f in node.fields if not f.ok}
    head = [_("node"), _("step"), *(h for name in fields for h in _headings(name, name in split))]
    rows = [
        [(node.id, "bold"), (node.label, CODE)]
        + [cell for name in fields for cell in _cells(node, name, name in split)]
        for node in shown
    ]
    columns = list(zip([(h, QUIET) for h in head], *rows, strict=True))
    pointer = f"{page.signs.pointer} {_(FIRST_WRONG)}"
    widths = _widths(page, columns, cell_len(pointer))
    if sum(widths) + len(GAP) * len(widths) + cell_len(pointer) > page.width:
        pointer = page.signs.pointer
    block = [
        _row(page, [(h, QUIET) for h in head], widths),
        page.line((page.signs.rule * (sum(widths) + len(GAP) * (len(widths) - 1)), QUIET)),
    ]
    for node, row in zip(shown, rows, strict=True):
        block.append(_row(page, row, widths, pointer if node.first_wrong else ""))
    if left := len(graph.nodes) - len(shown):
        words = ngettext("{number} more node", "{number} more nodes", left).format(number=left)
        block.append(page.line((f"{page.signs.ellipsis} {words}", QUIET)))
    for words in same_objects(graph):
        block += page.prose(words)
    return block


def _widths(page: Page, columns: list[tuple[Styled, ...]], pointer: int) -> list[int]:
    """A width for each column; where they do not fit, the step gives way first."""
    widths = [max(cell_len(page.safe(text)) for text, _ in column) for column in columns]
    widths[0] = min(widths[0], WIDEST_NODE)
    widths[2:] = [min(width, WIDEST_NUMBER) for width in widths[2:]]
    too_wide = sum(widths) + len(GAP) * len(widths) + pointer - page.width
    if too_wide > 0:
        widths[1] = max(NARROWEST_STEP, widths[1] - too_wide)
    return widths


def _row(page: Page, cells: list[Styled], widths: list[int], pointer: str = "") -> Line:
    parts: list[str | Line | Styled] = []
    for number, ((text, style), width) in enumerate(zip(cells, widths, strict=True)):
        parts += [page.cell(text, width, style, right=number > 1), GAP]
    return page.line(*parts, (pointer, f"bold {BAD}"))


def _window(every: tuple[GraphNode, ...]) -> tuple[GraphNode, ...]:
    """The nodes around the first wrong one, where there are too many to show."""
    wrong = next((i for i, node in enumerate(every) if node.first_wrong), 0)
    start = max(0, min(wrong - NODES // 2, len(every) - NODES))
    return every[start : start + NODES]


def _headings(name: str, split: bool) -> list[str]:
    if not split:
        return [name]
    return [_("{field} expected").format(field=name), _("{field} got").format(field=name)]


def _cells(node: GraphNode, name: str, split: bool) -> list[Styled]:
    """A node's value of one field, or what was expected and what came."""
    field = next((field for field in node.fields if field.name == name), None)
    if field is None:
        return [("", "")] * (2 if split else 1)
    expected, got = beside(field.expected, field.got)
    if not split:
        return [(expected, "")]
    return [(expected, ""), (got, "" if field.ok else f"bold {BAD}")]
