"""What shows a mistake on the page: program, graph before and after, the backward pass in words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from grader.model.exercise import Contract
from grader.model.report import Evidence, FieldValue, Graph, GraphEdge, GraphNode, ProgramLine
from grader.render.graph.draw import DRAWN, svg
from grader.render.graph.svg import FIRST_WRONG, NARROW
from grader.render.html.markup import (
    EMPTY,
    Child,
    Html,
    around,
    fold,
    inline,
    join,
    sign,
    tag,
    unseen,
)
from grader.render.story import remark_on, same_objects
from grader.render.text import agree, beside, more_lines, one_line
from grader.text.clean import spell_out
from grader.text.words import _, ngettext

PROGRAM_LINES = 60
STEPS = 40
WIDEST_CODE = 240
EDGE = 48  # comments stand behind one another unless a line is longer
LONGEST_WORDS = 300
WIDEST_CELL = 40
START = 1.0  # what a backward pass begins with, at its output
COLUMN = 640  # up to this width a picture fits the text's column

_WIDTH = re.compile(r' width="(\d+)')


class Spot(NamedTuple):
    """The first wrong gradient: the node, and its field with what came."""

    node: GraphNode
    field: FieldValue

    @property
    def name(self) -> str:
        """As a sentence has it: `a.grad`."""
        return f"{one_line(self.node.id)}.{one_line(self.field.name)}"


def program(lines: Sequence[ProgramLine], contract: Contract | None, name: str) -> Html:
    """The program to copy and run; what was expected and what came stand behind it as comments."""
    codes = [one_line_of_code(line.code) for line in lines[:PROGRAM_LINES]]
    remarks = [
        one_line(remark_on(line).words, limit=LONGEST_WORDS) for line in lines[:PROGRAM_LINES]
    ]
    if contract is not None and codes and not _imports(codes[0]):
        imports = contract.imports(_used(contract, codes))
        codes[:0] = imports
        remarks[:0] = [""] * len(imports)
    for at in range(1, len(codes)):
        if _imports(codes[at - 1]) and codes[at] and not _imports(codes[at]):
            codes.insert(at, "")
            remarks.insert(at, "")
            break
    commented = [code for code, remark in zip(codes, remarks, strict=True) if remark]
    edge = max((len(code) for code in commented if len(code) <= EDGE), default=0)
    written: list[Child] = []
    for code, remark in zip(codes, remarks, strict=True):
        comment = tag("span", f"# {remark}", class_="remark") if remark else EMPTY
        written += [f"{code.ljust(edge)}   " if remark else code, comment, "\n"]
    if len(lines) > PROGRAM_LINES:
        more = more_lines(len(lines) - PROGRAM_LINES)
        written.append(tag("span", f"# … {more}\n", class_="remark"))
    copy = tag(
        "button",
        _("Copy"),
        type="button",
        class_="copy",
        hidden=True,
        data_copy=name,
        data_copied=_("Copied"),
        data_selected=_("Selected"),
    )
    shown = tag("pre", tag("code", *written, id=name))
    return tag("div", copy, shown, class_="program")


def _used(contract: Contract, codes: Sequence[str]) -> list[str]:
    """The graded objects that lines of code call; one class is known in any program."""
    if contract.is_one_class:
        return [contract.class_name]
    text = "\n".join(codes)
    return [one for one in contract.objects if re.search(rf"(?<![\w.]){re.escape(one)}\(", text)]


def _imports(code: str) -> bool:
    return code.startswith(("from ", "import "))


def one_line_of_code(code: str, *, limit: int = WIDEST_CODE) -> str:
    """A line of code without line ends, its inner spaces kept."""
    return spell_out(code, limit=limit).replace("\n", " ")


# --- the graph -------------------------------------------------------------------------------


def pictures(graph: Graph) -> Html:
    """The graph before and after backward, side by side where there is room; then in numbers."""
    title = _("The graph of the program")
    before = svg(graph, title=title, when="before backward", styled=False)
    after = svg(graph, title=title, when="after backward", styled=False)
    widths = [int(found[1]) for found in map(_WIDTH.search, (before, after)) if found]
    wide = max(widths, default=0)
    kind = "pair" if wide <= NARROW else "column" if wide <= COLUMN else "wide"
    scrolls = kind != "pair"
    shown = [
        tag(
            "div",
            Html(picture),
            class_="picture",
            tabindex=0 if scrolls else None,
            role="group" if scrolls else None,
            aria_label=f"{title}, {_(when)}" if scrolls else None,
        )
        for picture, when in ((before, "before backward"), (after, "after backward"))
    ]
    left = len(graph.nodes) - DRAWN
    part = ngettext(
        "The part around the first wrong value; {number} node not drawn.",
        "The part around the first wrong value; {number} nodes not drawn.",
        left,
    ).format(number=left)
    legend = _(
        "Before, the values go down from the inputs to the result. After, the gradient comes back "
        "up, multiplied on each way by the slope beside it; where none arrives the way is dashed."
    )
    caption = tag("figcaption", legend, f" {part}" if left > 0 else "")
    figure = tag("figure", *shown, caption, class_=f"pictures {kind}")
    alike = [tag("p", inline(one_line(words))) for words in same_objects(graph)]
    return join(figure, *alike, numbers(graph))


def numbers(graph: Graph) -> Html:
    """The same in a table, for those who read it better or hear it."""
    fields = list(dict.fromkeys(field.name for node in graph.nodes for field in node.fields))
    heads = [tag("th", words, scope="col") for words in (_("Node"), _("Step"))]
    heads += [tag("th", name, scope="col", class_="number") for name in fields]
    rows = [_node_row(node, fields) for node in graph.nodes[:DRAWN]]
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows))
    scroll = tag(
        "div", table, class_="scroll", tabindex=0, role="group", aria_label=_("Every node")
    )
    return fold(_("The same in numbers"), scroll)


def _node_row(node: GraphNode, fields: Sequence[str]) -> Html:
    known = {field.name: field for field in node.fields}
    mark = tag("span", _(FIRST_WRONG), class_="mark") if node.first_wrong else None
    name = tag("th", tag("code", _cell(node.id)), scope="row")
    cells = [_field(known.get(field)) for field in fields]
    return tag("tr", name, tag("td", tag("code", _cell(node.label)), " ", mark), cells)


def _field(field: FieldValue | None) -> Html:
    if field is None:
        return tag("td")
    expected, got = (_cell(text) for text in beside(field.expected, field.got))
    if field.ok:
        return tag("td", got, class_="number")
    words = tag("span", _("got {value}").format(value=got), class_="wrong")
    return tag("td", words, " ", _("expected {value}").format(value=expected), class_="number")


def _cell(text: str) -> str:
    return one_line(text, limit=WIDEST_CELL)


# --- the backward pass -----------------------------------------------------------------------


def backward_pass(evidence: Evidence) -> Html:
    """What should happen, a sentence a step, and the step at which the submission departs."""
    spot = wrong_spot(evidence)
    if not evidence.steps or spot is None:
        return EMPTY
    wrong = departure(evidence, spot)
    items = []
    for number, sentence in enumerate(evidence.steps[:STEPS]):
        mark = _departs(spot) if number == wrong else None
        words = _with_code(
            one_line(sentence, limit=LONGEST_WORDS).rstrip(".") + ".", evidence.graph
        )
        items.append(tag("li", words, mark, class_="wrong" if mark else None))
    if left := len(evidence.steps) - STEPS:
        more = ngettext("… and {number} more step.", "… and {number} more steps.", left)
        items += [tag("li", more.format(number=left))] if left > 0 else []
    return join(tag("h3", _("The backward pass, step by step")), tag("ol", items, class_="steps"))


def _with_code(sentence: str, graph: Graph | None) -> Html:
    """A sentence in which `a.grad` and its like, wherever they stand, are set as code."""
    names = {
        f"{re.escape(node.id)}\\.{re.escape(field.name)}"
        for node in (graph.nodes[:DRAWN] if graph else ())
        for field in node.fields
    }
    if not names:
        return inline(sentence)
    return inline(re.sub(rf"(?<![\w.`])(?:{'|'.join(sorted(names))})\b", r"`\g<0>`", sentence))


def _departs(spot: Spot) -> Html:
    expected, got = (one_line(text) for text in beside(spot.field.expected, spot.field.got))
    words = around(
        _("{name} ends at {got} in your code; expected {expected}."),
        name=tag("code", spot.name),
        got=tag("strong", got),
        expected=expected,
    )
    return tag("span", sign("✘"), unseen(f"{_('Wrong here:')} "), words, class_="departs")


def wrong_spot(evidence: Evidence) -> Spot | None:
    """The first wrong value, where it is one that backward filled in."""
    for node in evidence.graph.nodes if evidence.graph else ():
        wrong = [field for field in node.fields if not field.ok]
        if node.first_wrong and wrong and wrong[0] is not node.fields[0]:
            return Spot(node, wrong[0])
    return None


def departure(evidence: Evidence, spot: Spot) -> int | None:
    """The step that went wrong: the contribution after the one at which the value stayed, else
    the first one that the blamed operation sends.

    Steps and graph tell the same: after the step with which the pass starts, there is one for each
    edge that a gradient comes over, from the last node to the first. Where their numbers differ
    the exercise's oracle tells it otherwise, and nothing is marked.
    """
    graph = evidence.graph
    edges = contributions(graph) if graph else []
    if graph is None or len(edges) + 1 != len(evidence.steps):
        return None
    totals = {0: START} if spot.node.id == graph.nodes[-1].id else {}
    total = 0.0
    for at, (edge, amount) in enumerate(edges, start=1):
        if edge.source == spot.node.id:
            total += amount
            totals[at] = total
    for before, after in pairwise(totals):
        if agree(str(totals[before]), spot.field.got):
            return after
    blamed = {node.id for node in graph.nodes if f"{node.id} = {node.label}" == evidence.blame}
    sent = [at for at in totals if at and edges[at - 1][0].target in blamed]
    return next(iter([*sent, *totals]), None)


def contributions(graph: Graph) -> list[tuple[GraphEdge, float]]:
    """The edges that a gradient comes over when the last node's `backward` runs, in the order in
    which it does, and what each brings; NaN where a slope is not known."""
    arrived = {graph.nodes[-1].id: START} if graph.nodes else {}
    found = []
    for node in reversed(graph.nodes):
        for edge in graph.edges if node.id in arrived else ():
            if edge.target == node.id:
                amount = (math.nan if edge.slope is None else edge.slope) * arrived[node.id]
                arrived[edge.source] = arrived.get(edge.source, 0.0) + amount
                found.append((edge, amount))
    return found
