"""A dataclass, with the equality that comes with it: two nodes that hold the same are
equal, and cannot be put in a set. The walk never asks whether nodes are equal. It keeps
a dict from `id(node)` to the node, in the order in which nodes are finished.
"""

# inherits: reference

from collections.abc import Callable
from dataclasses import dataclass, field


def nothing():
    pass


@dataclass
class Value:
    data: float
    grad: float = 0.0
    sources: list["Value"] = field(default_factory=list, repr=False)
    send: Callable[[], None] = field(default=nothing, repr=False)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, sources=[self, other])

        def send():
            for term in out.sources:
                term.grad += out.grad

        out.send = send
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, sources=[self, other])

        def send():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out.send = send
        return out

    def relu(self):
        out = Value(max(0.0, self.data), sources=[self])

        def send():
            if out.data > 0:
                self.grad += out.grad

        out.send = send
        return out

    def backward(self):
        finished: dict[int, Value] = {}

        def finish(node):
            if id(node) not in finished:
                for source in node.sources:
                    finish(source)
                finished[id(node)] = node

        finish(self)
        self.grad = 1.0
        for node in reversed(finished.values()):
            node.send()
