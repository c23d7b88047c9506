"""Draws a recorded graph as SVG: inputs above, the result below, numbers in every node.

Before backward the arrows follow the values down. After backward they follow the gradient up,
each with the local slope it is multiplied by; where no gradient arrives the edge is dashed. The
first wrong node is an octagon with a double border and says so in words. Colours come from
`templates/graph.css`, which the page's own colours override.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from grader.model.report import Graph, GraphNode
from grader.render.graph.layout import Point, Size, layout
from grader.render.graph.wires import LETTER, Socket, curve, px, safe, slopes, wires_of
from grader.render.resources import resource
from grader.render.text import beside, fit, one_line
from grader.text.words import N_, _

When = Literal["before backward", "after backward"]
WHEN = (N_("before backward"), N_("after backward"))

LINE = 21.0
PAD = 13.0
CUT = 11.0  # the corner an octagon lacks
BORDER = 4.5  # between the two lines of a double border
BAND = 22.0
GAP = (26.0, 58.0)
MARGIN = 10.0
HEAD = 30.0
NARROW = 330.0  # fits a phone
WIDEST_LABEL = 26
WIDEST_NUMBER = 12
FIRST_WRONG = N_("first wrong value")


class Row(NamedTuple):
    """A line of numbers in a node."""

    name: str
    number: str
    kind: str


class Box(NamedTuple):
    """A node as it is drawn, with its size."""

    node: GraphNode
    rows: tuple[Row, ...]
    marked: bool
    wrong: bool
    size: Size


def draw(graph: Graph, *, title: str, when: When, styled: bool) -> str:
    """The picture; `styled` brings the style sheet along, for a picture that stands alone."""
    after = when == "after backward"
    sizes = _sizes(graph)
    at = {node.id: number for number, node in enumerate(graph.nodes)}
    edges = [edge for edge in graph.edges if edge.source in at and edge.target in at]
    pairs = [(at[edge.source], at[edge.target]) for edge in edges]
    placed = layout(sizes, pairs, gap=GAP)
    boxes = [box_of(node, after=after) for node in graph.nodes]
    sockets = [_socket(box, centre) for box, centre in zip(boxes, placed.centres, strict=True)]
    wires = wires_of(edges, pairs, sockets, placed.bends)
    width = max(placed.size[0], LETTER * len(_(when))) + 2 * MARGIN
    height = placed.size[1] + HEAD + MARGIN
    shift = (width - placed.size[0]) / 2
    parts = [f'<g transform="translate({px(shift)} {px(HEAD)})">']
    parts += [curve(wire, after) for wire in wires]
    parts += [_node(box, centre) for box, centre in zip(boxes, placed.centres, strict=True)]
    parts += slopes(wires) if after else []
    parts.append("</g>")
    style = f"<style>{resource('graph.css')}</style>" if styled else ""
    return (
        f'<svg class="program-graph" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'width="{px(width)}" height="{px(height)}" viewBox="0 0 {px(width)} {px(height)}">'
        f"<title>{safe(title)}, {safe(_(when))}</title>{style}"
        f"{_caption(width, when)}"
        f"{''.join(parts)}</svg>"
    )


def _caption(width: float, when: When) -> str:
    """`before backward` above the middle; at the left of a picture that may have to scroll."""
    if width > NARROW:
        return _words(MARGIN, 17, _(when), "when", "start")
    return _words(width / 2, 17, _(when), "when", "middle")


def _sizes(graph: Graph) -> list[Size]:
    """The larger of a node's two sizes, so that both pictures have their nodes in one place."""
    both = [(box_of(node, after=False), box_of(node, after=True)) for node in graph.nodes]
    return [
        (max(one.size[0], other.size[0]), max(one.size[1], other.size[1])) for one, other in both
    ]


def box_of(node: GraphNode, *, after: bool) -> Box:
    """The lines of a node. Its first field is its forward value; the others come by backward."""
    rows: list[Row] = []
    for place, field in enumerate(node.fields):
        if place and not after:
            rows.append(Row(field.name, "0", "quiet"))
            continue
        expected, got = beside(field.expected, field.got)
        if field.ok:
            rows.append(Row(field.name, _number(got), ""))
        else:
            rows.append(Row(_("{field} got").format(field=field.name), _number(got), "wrong"))
            rows.append(Row(_("expected"), _number(expected), "right"))
    shown = node.fields if after else node.fields[:1]
    wrong = any(not field.ok for field in shown)
    marked = node.first_wrong and (wrong or (after and all(field.ok for field in node.fields)))
    letters = max(
        [len(_heading(node)), *(len(row.name) + len(row.number) + 3 for row in rows)],
        default=0,
    )
    letters = max(letters, len(_(FIRST_WRONG)) if marked else 0)
    height = LINE * (len(rows) + 1) + PAD * 0.9 + (BAND if marked else 0)
    return Box(node, tuple(rows), marked, wrong, (letters * LETTER + 2 * PAD, height))


def _heading(node: GraphNode) -> str:
    return f"{_name(node)} = {_label(node)}" if node.label else _name(node)


def _name(node: GraphNode) -> str:
    return fit(one_line(node.id), WIDEST_NUMBER)


def _label(node: GraphNode) -> str:
    return fit(one_line(node.label), WIDEST_LABEL)


def _number(text: str) -> str:
    return fit(one_line(text), WIDEST_NUMBER)


def _socket(box: Box, centre: Point) -> Socket:
    """Where edges are fastened; nothing travels to a node whose gradient is expected to be 0."""
    half = box.size[1] / 2 + (BORDER if box.marked else 0)
    backward = [field.expected_number for field in box.node.fields[1:]]
    live = not backward or any(number != 0 for number in backward)
    return Socket(centre[0], centre[1] - half, centre[1] + half, box.size[0] - 4 * PAD, live)


def _node(box: Box, centre: Point) -> str:
    width, height = box.size
    left, top = centre[0] - width / 2, centre[1] - height / 2
    kind = "node first" if box.marked else "node wrong" if box.wrong else "node"
    parts = [f'<g class="{kind}" transform="translate({px(left)} {px(top)})">']
    parts.append(_shape(box))
    y = LINE * 0.5 + PAD * 0.45
    if box.marked:
        parts.append(_words(width / 2, BAND / 2 + 5.5, _(FIRST_WRONG), "flag", "middle"))
        y += BAND
    name, label = _name(box.node), _label(box.node)
    rest = f'<tspan class="label"> = {safe(label)}</tspan>' if label else ""
    parts.append(f'<text class="name" x="{px(PAD)}" y="{px(y + 5)}">{safe(name)}{rest}</text>')
    rule = y + LINE / 2
    parts.append(f'<path class="rule" d="M0 {px(rule)}H{px(width)}"/>')
    for row in box.rows:
        y += LINE
        parts.append(_words(PAD, y + 7, row.name, f"field {row.kind}", "start"))
        parts.append(_words(width - PAD, y + 7, row.number, f"number {row.kind}", "end"))
    parts.append("</g>")
    return "".join(parts)


def _shape(box: Box) -> str:
    width, height = box.size
    if not box.marked:
        return f'<rect class="shape" width="{px(width)}" height="{px(height)}" rx="7"/>'
    outer, inner = _octagon(width, height, -BORDER), _octagon(width, height, 0)
    band = (
        f"M0 {px(BAND)}V{px(CUT)}L{px(CUT)} 0H{px(width - CUT)}L{px(width)} {px(CUT)}V{px(BAND)}Z"
    )
    return (
        f'<path class="outer" d="{outer}"/><path class="shape" d="{inner}"/>'
        f'<path class="band" d="{band}"/>'
    )


def _octagon(width: float, height: float, inset: float) -> str:
    cut = CUT - inset * 0.4
    low, right, bottom = inset, width - inset, height - inset
    return (
        f"M{px(low + cut)} {px(low)}H{px(right - cut)}L{px(right)} {px(low + cut)}"
        f"V{px(bottom - cut)}L{px(right - cut)} {px(bottom)}H{px(low + cut)}"
        f"L{px(low)} {px(bottom - cut)}V{px(low + cut)}Z"
    )


def _words(x: float, y: float, words: str, kind: str, anchor: str) -> str:
    return (
        f'<text class="{kind.strip()}" x="{px(x)}" y="{px(y)}" text-anchor="{anchor}">'
        f"{safe(words)}</text>"
    )
