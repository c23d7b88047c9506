"""Every name says what it holds, and a type checker can confirm it before the first
run: numbers are told apart from nodes, slopes from gradients, and the inputs of a node
cannot be changed once it is made. The types cost nothing at run time and read like a
second statement of the exercise.
"""

# inherits: reference

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NewType, TypeAlias, final

Number: TypeAlias = int | float
Slope = NewType("Slope", float)


@final
@dataclass(frozen=True, slots=True)
class Edge:
    source: Value
    slope: Slope


@final
class Value:
    data: Final[Number]
    grad: float

    def __init__(self, data: Number, edges: tuple[Edge, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self._edges: Final = edges

    def __repr__(self) -> str:
        return f"Value(data={self.data!r}, grad={self.grad!r})"

    def __add__(self, other: Value | Number) -> Value:
        right = _as_value(other)
        one = Slope(1.0)
        return Value(self.data + right.data, (Edge(self, one), Edge(right, one)))

    def __mul__(self, other: Value | Number) -> Value:
        right = _as_value(other)
        to_self, to_right = Slope(right.data), Slope(self.data)
        return Value(self.data * right.data, (Edge(self, to_self), Edge(right, to_right)))

    def relu(self) -> Value:
        if self.data > 0:
            return Value(self.data, (Edge(self, Slope(1.0)),))
        return Value(0.0, (Edge(self, Slope(0.0)),))

    def backward(self) -> None:
        order: list[Value] = list(_inputs_first(self, set()))
        self.grad = 1.0
        for node in reversed(order):
            for edge in node._edges:
                edge.source.grad += edge.slope * node.grad


def _as_value(x: Value | Number) -> Value:
    return x if isinstance(x, Value) else Value(x)


def _inputs_first(node: Value, seen: set[Value]) -> Iterator[Value]:
    if node not in seen:
        seen.add(node)
        for edge in node._edges:
            yield from _inputs_first(edge.source, seen)
        yield node
