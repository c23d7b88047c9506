"""Shows a recorded program: as code a learner can paste and run, and as a graph. Pure.

Where the exercise brings an oracle, its words label nodes and edges; everything here works
without one too.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from grader.model.program import (
    Comparison,
    Handle,
    Number,
    Operand,
    Plain,
    Raised,
    Ref,
    Result,
    Scalar,
    Step,
)
from grader.model.report import Evidence, FieldValue, Graph, GraphEdge, GraphNode, ProgramLine
from grader.text.clean import clean_text
from grader.text.words import said

SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
}
FUNCTIONS = frozenset({"len", "bool", "int", "float", "str", "abs", "tuple"})
PREFIXES = {"neg": "-", "pos": "+", "invert": "~"}


class Oracle(Protocol):
    """What an exercise's `oracle.py` may bring; each part is optional."""

    FIELDS: Mapping[str, str]

    def expected(self, program: Sequence[Step]) -> Mapping[int, Mapping[str, float]]:
        """The true value of every field of every node, by step."""

    def edge_label(self, program: Sequence[Step], step: int, position: int) -> str:
        """The words on the edge from a step's operand to the step."""

    def walk(self, program: Sequence[Step], names: Mapping[int, str]) -> Sequence[str]:
        """The backward pass of the program in words, one step a line."""


def number_text(value: object) -> str:
    """`6.0`, `-0.5`, `nan`; at most 12 significant digits, text as it is."""
    if isinstance(value, bool):
        return "1.0" if value else "0.0"
    if isinstance(value, int | float | Fraction):
        try:
            number = float(value)
        except OverflowError:
            return f"{value:.6e}" if isinstance(value, float) else said("a very large integer")
        rounded = float(f"{number:.12g}")
        return repr(rounded)
    return clean_text(str(value), limit=80)


def finite(value: object) -> Number | None:
    """The value when it is a finite number, for JSON."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        try:
            return value if math.isfinite(float(value)) else None
        except OverflowError:
            return None
    return None


def variable_names() -> Iterator[str]:
    """a, b, ... z, a1, b1, ... without keywords."""
    suffix = ""
    count = 0
    while True:
        for letter in "abcdefghijklmnopqrstuvwxyz":
            if not keyword.iskeyword(letter + suffix):
                yield letter + suffix
        count += 1
        suffix = str(count)


class Listing:
    """Names and code for the steps of a program."""

    def __init__(self, steps: Sequence[Step], results: Sequence[Result]) -> None:
        self.steps = steps
        self.results = results
        self.used = {ref.step for step in steps if step.action != "read" for ref in _refs(step)}
        fresh = variable_names()
        self.names = {i: next(fresh) for i in range(len(steps)) if self._is_object(i)}

    def _is_object(self, index: int) -> bool:
        step = self.steps[index]
        if step.action in {"get", "set", "read"}:
            return index in self.used
        result = self.results[index] if index < len(self.results) else None
        if isinstance(result, Plain):
            return index in self.used
        if isinstance(result, Handle) or index in self.used:
            return True
        return step.action == "new"

    def operand(self, operand: Operand) -> str:
        """An operand as code."""
        if isinstance(operand, Ref):
            return self.names.get(operand.step, f"step{operand.step}")
        if isinstance(operand, list):
            return "[" + ", ".join(self.operand(item) for item in operand) + "]"
        if isinstance(operand, tuple):
            inner = ", ".join(self.operand(item) for item in operand)
            return f"({inner},)" if len(operand) == 1 else f"({inner})"
        if isinstance(operand, Mapping):
            pairs = (f"{self.operand(k)}: {self.operand(v)}" for k, v in operand.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(operand, Fraction):
            return repr(float(operand))
        return repr(operand)

    def expression(self, index: int) -> str:
        """The right-hand side of a step."""
        step = self.steps[index]
        values = [self.operand(operand) for operand in step.operands]
        named = [f"{key}={self.operand(value)}" for key, value in step.keywords.items()]
        if step.action == "new":
            return f"{step.name}({', '.join(values + named)})"
        if step.action == "method":
            return f"{values[0]}.{step.name}({', '.join(values[1:] + named)})"
        if step.action == "call":
            return f"{values[0]}({', '.join(values[1:] + named)})"
        if step.action == "get":
            return f"{values[0]}.{step.name}" if values else step.name
        if step.action == "set":
            return f"{values[0]}.{step.name} = {values[1]}"
        return self._operator(step.name, values)

    def _operator(self, name: str, values: list[str]) -> str:
        if name in SYMBOLS:
            return f"{values[0]} {SYMBOLS[name]} {values[1]}"
        if name in PREFIXES:
            return f"{PREFIXES[name]}{values[0]}"
        if name in FUNCTIONS:
            return f"{name}({values[0]})"
        if name == "getitem":
            return f"{values[0]}[{values[1]}]"
        if name == "setitem":
            return f"{values[0]}[{values[1]}] = {values[2]}"
        if name == "delitem":
            return f"del {values[0]}[{values[1]}]"
        return f"{values[1]} in {values[0]}" if name == "contains" else f"{name}({values[0]})"

    def line(self, index: int) -> str:
        """The step as a statement."""
        code = self.expression(index)
        return f"{self.names[index]} = {code}" if index in self.names else code


def _refs(step: Step) -> Iterator[Ref]:
    def walk(operand: Operand) -> Iterator[Ref]:
        if isinstance(operand, Ref):
            yield operand
        elif isinstance(operand, list | tuple):
            for item in operand:
                yield from walk(item)
        elif isinstance(operand, Mapping):
            for item in operand.values():
                yield from walk(item)

    for operand in (*step.operands, *step.keywords.values()):
        yield from walk(operand)


def first_wrong(comparisons: Sequence[Comparison]) -> Comparison | None:
    """The first wrong forward value in recorded order; else the first wrong backward value
    in reverse order: the node nearest to the output, where the wrong gradient begins."""
    wrong = [comparison for comparison in comparisons if not comparison.ok]
    forward = [comparison for comparison in wrong if comparison.direction == "forward"]
    if forward:
        return min(forward, key=lambda comparison: comparison.step)
    return max(wrong, key=lambda comparison: comparison.step, default=None)


def blamed_step(
    steps: Sequence[Step], comparisons: Sequence[Comparison], wrong: Comparison
) -> int | None:
    """The operation at fault: the node itself for a forward value; for a backward value an
    operation that consumes the node and whose own backward value is right. None where that cannot
    be told: an input that is used may have been made wrong, or changed by what uses it."""
    if wrong.direction == "forward":
        users = (step for step in steps if step.action in {"op", "method"})
        is_used = any(ref.step == wrong.step for step in users for ref in _refs(step))
        return None if steps[wrong.step].action == "new" and is_used else wrong.step
    right = {c.step for c in comparisons if c.ok and c.field == wrong.field}
    for index, step in enumerate(steps):
        consumes = any(ref.step == wrong.step for ref in _refs(step))
        if consumes and step.action in {"op", "method"} and index in right:
            return index
    return None


def program_lines(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison] = (),
) -> tuple[ProgramLine, ...]:
    """The program as code up to the first wrong value; reads of no interest are left out."""
    listing = Listing(steps, results)
    wrong = first_wrong(comparisons)
    lines = []
    for index, step in enumerate(steps):
        result = results[index] if index < len(results) else None
        plain_read = step.action == "get" and index not in listing.names and bool(comparisons)
        if step.action == "read" or plain_read:
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
        return ProgramLine(index, code, plain_text(result.value), finite(result.value))
    return ProgramLine(index, code)


def plain_text(value: Scalar) -> str:
    """Plain data as Python would print it, safe and short."""
    return clean_text(repr(value), limit=200)


def graph(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison],
    oracle: Oracle | None = None,
) -> Graph | None:
    """Nodes in recorded order with expected and got; None when nothing was compared."""
    if not comparisons:
        return None
    listing = Listing(steps, results)
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
        edges.extend(_edges(steps, listing, index, oracle))
    return Graph(tuple(nodes), tuple(edges))


def _edges(
    steps: Sequence[Step], listing: Listing, index: int, oracle: Oracle | None
) -> Iterator[GraphEdge]:
    label = getattr(oracle, "edge_label", None)
    for position, operand in enumerate(steps[index].operands):
        if isinstance(operand, Ref) and operand.step in listing.names:
            words = label(steps, index, position) if label else ""
            yield GraphEdge(listing.names[operand.step], listing.names[index], words)


IMPORT_STEP = -1
"""The number of the line that imports what a program uses."""


def import_line(steps: Sequence[Step], module: str) -> ProgramLine:
    """`from value import Value`: what makes a program run when it is pasted."""
    names = dict.fromkeys(step.name.split(".")[0] for step in steps if step.action == "new")
    return ProgramLine(IMPORT_STEP, f"from {module} import {', '.join(names)}")


def evidence(
    steps: Sequence[Step],
    results: Sequence[Result],
    comparisons: Sequence[Comparison],
    module: str,
    oracle: Oracle | None = None,
) -> Evidence:
    """Program, graph, blame and the oracle's walk of one failing program."""
    listing = Listing(steps, results)
    wrong = first_wrong(comparisons)
    blame = ""
    if wrong is not None:
        at = blamed_step(steps, comparisons, wrong)
        if at is not None and at in listing.names:
            blame = listing.line(at)
    walk = getattr(oracle, "walk", None)
    words = tuple(walk(steps, listing.names)) if walk and comparisons else ()
    return Evidence(
        (import_line(steps, module), *program_lines(steps, results, comparisons)),
        graph(steps, results, comparisons, oracle),
        blame,
        words,
        drawn_as(steps) if comparisons else "",
    )


DRAWN_OPERATORS = frozenset({"add", "sub", "mul", "truediv", "pow"})


def drawn_as(steps: Sequence[Step]) -> str:
    """The words for `grader draw` that give this program's graph, or an empty text.

    Inputs made from one number, operators and methods without arguments can be written so.
    """
    names = variable_names()
    words: dict[int, str] = {}
    values, output = [], ""
    for index, step in enumerate(steps):
        known = [words.get(o.step, "") if isinstance(o, Ref) else repr(o) for o in step.operands]
        first = step.operands[0] if step.operands else None
        if step.action == "new" and len(known) == 1 and isinstance(first, int | float):
            words[index] = name = next(names)
            values.append(f"{name}={first:g}")
        elif step.action == "op" and step.name in DRAWN_OPERATORS and all(known):
            left, right = (f"({word})" if " " in word else word for word in known)
            words[index] = output = f"{left} {SYMBOLS[step.name]} {right}"
        elif step.action == "method" and len(known) == 1 and known[0] and _has_result(steps, index):
            words[index] = output = f"{step.name}({known[0]})"
    return f'"{output}" {" ".join(values)}' if output else ""


def _has_result(steps: Sequence[Step], index: int) -> bool:
    """Whether a method's result is a node: something later works with it or reads it."""
    return any(ref.step == index for step in steps[index + 1 :] for ref in _refs(step))
