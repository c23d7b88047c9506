"""What is fixed once and for all goes into a named tuple: the number, the inputs and
their slopes can never change after the operation. The gradient, the one thing that does
change, stays outside in the `Value` that wraps it. The line between the two is the line
between forward and backward.
"""

# inherits: reference

from typing import NamedTuple


class Node(NamedTuple):
    number: float
    inputs: tuple = ()
    slopes: tuple = ()


class Value:
    def __init__(self, data):
        self.node = data if isinstance(data, Node) else Node(data)
        self.grad = 0.0

    @property
    def data(self):
        return self.node.number

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(Node(self.data + other.data, (self, other), (1.0, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(Node(self.data * other.data, (self, other), (other.data, self.data)))

    def relu(self):
        if self.data > 0:
            return Value(Node(self.data, (self,), (1.0,)))
        return Value(Node(0.0))

    def backward(self):
        self.grad = 1.0
        for value in sorted_by_depth(self):
            for source, slope in zip(value.node.inputs, value.node.slopes, strict=True):
                source.grad += slope * value.grad


def sorted_by_depth(result):
    """Deepest first, where a node's depth is the longest way down to an input."""
    depth = {}

    def measure(value):
        if value not in depth:
            for source in value.node.inputs:
                measure(source)
            depth[value] = 1 + max((depth[x] for x in value.node.inputs), default=0)

    measure(result)
    return sorted(depth, key=depth.get, reverse=True)
