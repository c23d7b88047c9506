"""The recursive order is the easiest to read, and Python stops it near a thousand calls
deep. This `backward` asks for more room before it starts, as much as the graph can
need, and gives it back when it is done, whatever happens in between. Every node knows
its depth, so the amount is known.
"""

# inherits: reference

import sys
from contextlib import contextmanager


class Value:
    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs
        self.depth = 1 + max((node.depth for node, _ in inputs), default=0)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def relu(self):
        return Value(max(self.data, 0.0), ((self, float(self.data > 0)),))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child, _ in node.inputs:
                    visit(child)
                order.append(node)

        with room_for(self.depth):
            visit(self)

        self.grad = 1.0
        for node in reversed(order):
            for child, slope in node.inputs:
                child.grad += slope * node.grad


@contextmanager
def room_for(calls):
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(usual + 2 * calls)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)
