"""A recorded program as a picture: SVG for pages, DOT for other tools."""

from __future__ import annotations

from collections import defaultdict, deque

from grader.model.report import FieldValue, Graph
from grader.render.graph.svg import FIRST_WRONG, When, draw
from grader.render.text import beside, one_line
from grader.text.words import _

DRAWN = 60
"""More nodes than this no picture can show at a size that can be read."""


def svg(graph: Graph, *, title: str, when: When, styled: bool = True) -> str:
    """The graph drawn, inputs above; of a very large one the part around the first wrong node.

    `when` stands in the picture. Before backward only the forward values are known; after it each
    node shows what was expected and what came. A page that has `templates/graph.css` already
    passes `styled=False`.
    """
    return draw(around(graph, DRAWN), title=title, when=when, styled=styled)


def around(graph: Graph, most: int) -> Graph:
    """At most `most` nodes: those nearest to the first wrong one, else to the last."""
    if len(graph.nodes) <= most:
        return graph
    near: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    start = next((node.id for node in graph.nodes if node.first_wrong), graph.nodes[-1].id)
    kept, queue = {start}, deque([start])
    while queue and len(kept) < most:
        for name in near[queue.popleft()]:
            if name not in kept and len(kept) < most:
                kept.add(name)
                queue.append(name)
    nodes = tuple(node for node in graph.nodes if node.id in kept)
    edges = tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept)
    return Graph(nodes, edges)


def dot(graph: Graph) -> str:
    """The graph in Graphviz's language; nothing here runs Graphviz."""
    lines = [
        "digraph program {",
        '  node [shape=box, fontname="monospace"];',
        '  edge [fontname="monospace"];',
    ]
    for node in graph.nodes:
        rows = [f"{node.id} = {node.label}" if node.label else node.id]
        rows += [f"{field.name} {_told(field)}" for field in node.fields]
        shape = ", shape=octagon, peripheries=2" if node.first_wrong else ""
        rows += [FIRST_WRONG] if node.first_wrong else []
        label = "\\n".join(_quoted(row) for row in rows)
        lines.append(f'  "{_quoted(node.id)}" [label="{label}"{shape}];')
    for edge in graph.edges:
        ends = f'"{_quoted(edge.source)}" -> "{_quoted(edge.target)}"'
        lines.append(f'  {ends} [label="{_quoted(edge.label)}"];')
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _told(field: FieldValue) -> str:
    expected, got = beside(field.expected, field.got)
    words = _("{got}, expected {expected}").format(got=got, expected=expected)
    return got if field.ok else words


__all__ = ["DRAWN", "When", "around", "dot", "svg"]
