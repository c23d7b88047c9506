"""The programs that show what one operation does. Pure.

An exercise's oracle says which expressions are single operations. Each is carried out at a few
points: alone, its result used on by operations of the exercise, with a plain number on the right,
with one node as both inputs, with a gradient already there. What arrives at the result is read and
not computed, so an operation can be judged although the one that uses its result is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from grader.model.errors import ExerciseProblem, UsageProblem
from grader.model.program import Operand, Program, Ref, Step
from grader.program import expression
from grader.text.words import said

POINTS = ((2.0, 3.0), (-4.0, 5.0), (0.64, -2.35), (3.17, 1.73), (-2.26, -1.38), (1.25, 4.57))
POINTS_OF_ONE = ((2.0,), (-3.0,), (0.6,), (0.0,), (-0.4,), (3.1,), (1.3,))
SECOND = ((5.0, 4.0), (-0.8, 1.6), (1.9, -0.7), (0.45, 2.2), (-3.4, 0.9), (2.65, -1.1))
"""The inputs that a second operation on the same node does not share."""

BESIDE = (4.0, -1.75, 0.35, 2.4, -0.65, 3.05, -2.0)
"""What a result is combined with, point by point."""

FEW = 4
"""Points at which what is special is tried."""


class Kind(StrEnum):
    """What is special about a program: nothing, a plain number on the right, one node as both
    inputs, a gradient that is there already, an input used twice in one graph."""

    NODES = "nodes"
    PLAIN = "plain"
    SAME = "same"
    AGAIN = "again"
    TWICE = "twice"


class Operation(Struct, frozen=True):
    """What a task is about: its expression, the names of its inputs, and the step itself."""

    task: str
    text: str
    inputs: tuple[str, ...]
    step: Step


class Fields(NamedTuple):
    """What an object's value and gradient are called, and the method that fills gradients in."""

    data: str
    grad: str
    finish: str


class Probe(Struct, frozen=True):
    """A program, and where in it is what: the nodes that are inputs (None for a plain number) with
    their values, the results, the output, and the reads before and after the backward pass."""

    kind: Kind
    program: Program
    inputs: tuple[int | None, ...]
    values: tuple[float, ...]
    results: tuple[int, ...]
    output: int
    before: int
    after: int
    outer: Operation | None
    """What uses the result, beside a new input or (`is_doubled`) as both of its own."""
    is_doubled: bool
    beside: float
    shared: int | None
    """The input that was used before, or twice."""


def fields_of(oracle: Any) -> Fields | None:
    """The fields that the oracle compares, where there is one of each direction."""
    named = getattr(oracle, "FIELDS", {})
    by = {direction: name for name, direction in named.items()}
    finish = getattr(oracle, "FINISH", None)
    if finish is None or len(named) != 2 or set(by) != {"forward", "backward"}:
        return None
    return Fields(by["forward"], by["backward"], finish)


def operations(oracle: Any, class_name: str) -> tuple[Operation, ...]:
    """The operations that the oracle names; ExerciseProblem where one is none."""
    named = getattr(oracle, "OPERATIONS", {})
    return tuple(_operation(task, text, class_name) for task, text in named.items())


def _operation(task: str, text: str, class_name: str) -> Operation:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        called = tree.func if isinstance(tree, ast.Call) else None
        parts = ast.iter_child_nodes(tree)
        names = [one.id for one in parts if isinstance(one, ast.Name) and one is not called]
        last = expression.program(text, dict.fromkeys(names, 1.0), class_name).steps[-1]
        if isinstance(tree, ast.UnaryOp) and names:
            last = Step("op", "neg", (Ref(0),))  # which may be drawn where only `a * -1` is there
    except (SyntaxError, ValueError, UsageProblem):
        names, last = [], Step("", "")
    wanted = tuple(Ref(at) for at in range(len(names)))
    if not 1 <= len(set(names)) <= 2 or last.operands != wanted:
        raise ExerciseProblem(
            said("`{text}` in OPERATIONS of oracle.py is not one operation on inputs", text=text),
            next_move=said('Write it as `"mul": "a * b"` or `"relu": "relu(a)"`.'),
        )
    return Operation(task, text, tuple(names), last)


# --- the programs that are asked --------------------------------------------------------------


class Prober(NamedTuple):
    """What the programs are made with: all operations, the names of fields, the class."""

    operations: tuple[Operation, ...]
    fields: Fields
    class_name: str

    def probes(self, operation: Operation) -> Iterator[Probe]:
        """Every program that is asked of an operation."""
        joining = [one for one in self.operations if len(one.inputs) == 2]
        fresh = [None, *joining]
        points = POINTS if len(operation.inputs) == 2 else POINTS_OF_ONE
        for at, values in enumerate(points):
            for outer in fresh:
                yield self._probe(operation, Kind.NODES, at, values, outer)
            for outer in joining:
                yield self._probe(operation, Kind.NODES, at, values, outer, is_doubled=True)
        for at, values in enumerate(points[:FEW]):
            for outer in fresh:
                if len(values) == 2:
                    yield self._probe(operation, Kind.PLAIN, at, values, outer)
                    yield self._probe(operation, Kind.SAME, at, values[:1] * 2, outer)
                for shared in range(len(values)):
                    yield self._probe(operation, Kind.AGAIN, at, values, outer, shared=shared)
            for outer in joining:
                for shared in range(len(values)):
                    yield self._probe(operation, Kind.TWICE, at, values, outer, shared=shared)

    def _probe(
        self,
        operation: Operation,
        kind: Kind,
        at: int,
        values: Sequence[float],
        outer: Operation | None,
        *,
        is_doubled: bool = False,
        shared: int | None = None,
    ) -> Probe:
        draft = _Draft(self, operation, kind)
        draft.first(values)
        if shared is not None:
            draft.second(shared, outer, at)
        before = draft.read(draft.inputs)
        output = draft.combined(outer, is_doubled, BESIDE[at])
        draft.add("method", self.fields.finish, output)
        after = draft.read([*draft.inputs, *draft.results, output])
        nodes = (one.step if isinstance(one, Ref) else None for one in draft.inputs)
        return Probe(
            kind=kind,
            program=Program.of(draft.steps),
            inputs=tuple(nodes),
            values=tuple(draft.values),
            results=tuple(ref.step for ref in draft.results),
            output=output.step,
            before=before,
            after=after,
            outer=outer,
            is_doubled=is_doubled,
            beside=BESIDE[at],
            shared=shared,
        )


class _Draft:
    """A program under way."""

    def __init__(self, prober: Prober, operation: Operation, kind: Kind) -> None:
        self.prober = prober
        self.operation = operation
        self.kind = kind
        self.steps: list[Step] = []
        self.inputs: list[Operand] = []
        self.values: list[float] = []
        self.results: list[Ref] = []

    def add(self, action: str, name: str, *operands: Operand) -> Ref:
        self.steps.append(Step(action, name, operands))
        return Ref(len(self.steps) - 1)

    def leaf(self, value: float) -> Ref:
        return self.add("new", self.prober.class_name, value)

    def apply(self, operation: Operation, operands: Sequence[Operand]) -> Ref:
        return self.add(operation.step.action, operation.step.name, *operands)

    def first(self, values: Sequence[float]) -> None:
        """The operation on inputs of these values."""
        self.inputs, self.values = [self.leaf(values[0])], list(values)
        if self.kind is Kind.SAME:
            self.inputs *= 2
        elif self.kind is Kind.PLAIN:
            self.inputs.append(values[1])
        else:
            self.inputs += [self.leaf(value) for value in values[1:]]
        self.results = [self.apply(self.operation, self.inputs)]

    def second(self, shared: int, outer: Operation | None, at: int) -> None:
        """The operation once more, on one of its inputs; a first backward pass may come before."""
        others = SECOND[at]
        inputs = [
            one if place == shared else self.leaf(others[place])
            for place, one in enumerate(self.inputs)
        ]
        values = [
            value if place == shared else others[place] for place, value in enumerate(self.values)
        ]
        if self.kind is Kind.AGAIN:
            output = self.combined(outer, False, BESIDE[-1 - at])
            self.add("method", self.prober.fields.finish, output)
            self.inputs, self.values, self.results = [], [], []
        self.results.append(self.apply(self.operation, inputs))
        self.inputs += inputs
        self.values += values

    def combined(self, outer: Operation | None, is_doubled: bool, beside: float) -> Ref:
        """The output: the result, or what another operation makes of it."""
        if outer is None:
            return self.results[0]
        if is_doubled or len(self.results) == 2:
            return self.apply(outer, (self.results[0], self.results[-1]))
        return self.apply(outer, (self.results[0], self.leaf(beside)))

    def read(self, nodes: Sequence[Operand]) -> int:
        """Reads value and gradient of every node once."""
        refs = [one for one in dict.fromkeys(nodes) if isinstance(one, Ref)]
        fields = self.prober.fields
        return self.add("read", f"{fields.data} {fields.grad}", *refs).step
