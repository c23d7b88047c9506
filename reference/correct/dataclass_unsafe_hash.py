"""A dataclass that is hashed by what it holds: `unsafe_hash` makes equal nodes equal
keys. A set of such nodes would take two for one, and lose them when `grad` changes, so
the walk numbers the nodes as they are made and works on the numbers.
"""

# inherits: reference

from dataclasses import dataclass, field
from itertools import count

NUMBERS = count()


@dataclass(unsafe_hash=True)
class Value:
    data: float
    grad: float = 0.0
    slopes: tuple = field(default=(), repr=False)
    number: int = field(default_factory=lambda: next(NUMBERS), compare=False, repr=False)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, slopes=((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, slopes=((self, other.data), (other, self.data)))

    def relu(self):
        if self.data > 0:
            return Value(self.data, slopes=((self, 1.0),))
        return Value(0.0, slopes=((self, 0.0),))

    def backward(self):
        below = {self.number: self}
        waiting = [self]
        while waiting:
            for node, _ in waiting.pop().slopes:
                if node.number not in below:
                    below[node.number] = node
                    waiting.append(node)
        self.grad = 1.0
        for number in sorted(below, reverse=True):
            node = below[number]
            for source, slope in node.slopes:
                source.grad += slope * node.grad
