"""Shows a recorded program: as code a learner can paste and run, and as a graph. Pure.

Where the exercise brings an oracle, its words label nodes and edges; everything here works
without one too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from grader.model.check import Difference
from grader.model.exercise import Contract
from grader.model.program import Comparison, Plain, Raised, Ref, Result, Step
from grader.model.report import Evidence, FieldValue, Graph, GraphEdge, GraphNode, ProgramLine
from grader.program.expression import drawn_as
from grader.program.listing import Listing, finite, number_text, value_text
from grader.text.clean import clean_text


def first_wrong(comparisons: Sequence[Comparison]) -> Comparison | None:
    """The first wrong forward value in recorded order; else the first wrong backward value
    in reverse order: the node nearest to the output, where the wrong gradient begins."""
    wrong = [comparison for comparison in comparisons if not comparison.ok]
    forward = [comparison for comparison in wrong if comparison.direction == "forward"]
    if forward:
        return min(forward, key=lambda comparison: comparison.step)
    return max(wrong, key=lambda comparison: comparison.step, default=None)


def program_lines(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison] = (),
    difference: Difference | None = None,
) -> tuple[ProgramLine, ...]:
    """The program as code up to the first wrong value; reads of no interest are left out."""
    return _lines(Listing(steps, results), comparisons, difference)


def _lines(
    listing: Listing, comparisons: Sequence[Comparison], difference: Difference | None = None
) -> tuple[ProgramLine, ...]:
    results = listing.results
    wrong = first_wrong(comparisons)
    lines = []
    for index, step in enumerate(listing.steps):
        result = results[index] if index < len(results) else None
        if difference is not None and index == difference.step:
            code = listing.expression(index)
            lines.append(ProgramLine(index, code, difference.got, expected=difference.expected))
            break
        plain_read = step.action == "get" and index not in listing.names and bool(comparisons)
        if step.action == "read" or plain_read or listing.is_aside(index):
            continue
        lines.append(_line(listing, index, result))
        if isinstance(result, Raised):
            break
    if wrong is not None and wrong.step in listing.names:
        lines.append(
            ProgramLine(
                step=wrong.step,
                code=f"{listing.names[wrong.step]}.{wrong.field}",
                result=number_text(wrong.got),
                number=finite(wrong.got),
                expected=number_text(wrong.expected),
            )
        )
    return tuple(lines)


def _line(listing: Listing, index: int, result: Result | None) -> ProgramLine:
    code = listing.line(index)
    if isinstance(result, Raised):
        name = clean_text(result.type_name, limit=80)
        message = clean_text(result.message, limit=200)
        return ProgramLine(index, code, error=f"{name}: {message}" if message else name)
    if isinstance(result, Plain) and result.value is not None and index not in listing.names:
        return ProgramLine(index, code, value_text(result.value), finite(result.value))
    return ProgramLine(index, code)


def graph(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison],
    oracle: Oracle | None = None,
) -> Graph | None:
    """Nodes in recorded order with expected and got; None when nothing was compared."""
    return _graph(Listing(steps, results), comparisons, oracle)


def _graph(
    listing: Listing, comparisons: Sequence[Comparison], oracle: Oracle | None
) -> Graph | None:
    if not comparisons:
        return None
    wrong = first_wrong(comparisons)
    fields: dict[int, list[FieldValue]] = {}
    for c in comparisons:
        fields.setdefault(c.step, []).append(
            FieldValue(
                c.field,
                number_text(c.expected),
                number_text(c.got),
                c.ok,
                finite(c.expected),
                finite(c.got),
            )
        )
    nodes: list[GraphNode] = []
    edges: list[GraphEdge] = []
    for index, values in fields.items():
        if index not in listing.names:
            continue
        is_wrong = wrong is not None and wrong.step == index
        label = listing.expression(index)
        nodes.append(GraphNode(listing.names[index], label, tuple(values), is_wrong))
        edges.extend(_edges(listing, index, oracle))
    return Graph(tuple(nodes), tuple(edges))


def _edges(listing: Listing, index: int, oracle: Oracle | None) -> Iterator[GraphEdge]:
    label, steps = getattr(oracle, "edge_label", None), listing.steps
    for position, operand in enumerate(steps[index].operands):
        if isinstance(operand, Ref) and operand.step in listing.names:
            words = label(steps, index, position) if label else ""
            yield GraphEdge(listing.names[operand.step], listing.names[index], words)


IMPORT_STEP = -1
"""The number of the line that imports what a program uses."""


def import_lines(steps: Sequence[Step], contract: Contract) -> list[ProgramLine]:
    """`from value import Value`: what makes a program run when it is pasted."""
    used = [step.name for step in steps if step.action == "new"]
    return [ProgramLine(IMPORT_STEP, code) for code in contract.imports(used)]


def evidence(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison],
    contract: Contract,
    oracle: Oracle | None = None,
    blamed: int | None = None,
    named: Mapping[int, str] = MappingProxyType({}),
) -> Evidence:
    """Program, graph, the step to blame and the oracle's walk of one program; some of its steps
    may have a name already."""
    listing = Listing(steps, results, named)
    walk = getattr(oracle, "walk", None)
    words = tuple(walk(steps, listing.names)) if walk and comparisons else ()
    return Evidence(
        (*import_lines(steps, contract), *_lines(listing, comparisons)),
        _graph(listing, comparisons, oracle),
        "" if blamed is None else listing.line(blamed),
        words,
        drawn_as(steps) if comparisons else "",
    )


class Oracle(Protocol):
    """What an exercise's `oracle.py` may bring; each part is optional."""

    FIELDS: Mapping[str, str]

    def expected(self, program: Sequence[Step]) -> Mapping[int, Mapping[str, float]]:
        """The true value of every field of every node, by step."""

    def edge_label(self, program: Sequence[Step], step: int, position: int) -> str:
        """The words on the edge from a step's operand to the step."""

    def walk(self, program: Sequence[Step], names: Mapping[int, str]) -> Sequence[str]:
        """The backward pass of the program in words, one step a line."""
