"""A node can only be made from nodes that exist already, so the order of birth is a
right order. Each node carries its number; `backward` keeps the nodes it has reached in
a heap and always takes the youngest. Whoever could still send it something is younger
and has had its turn.
"""

# inherits: reference

from heapq import heappop, heappush
from itertools import count

births = count()


class Value:
    def __init__(self, data, sources=()):
        self.data = data
        self.grad = 0.0
        self.born = next(births)
        self.sources = sources

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return Value(max(self.data, 0.0), [(self, slope)])

    def backward(self):
        self.grad = 1.0
        reached = {self}
        heap = [(-self.born, self)]
        while heap:
            _, youngest = heappop(heap)
            for source, slope in youngest.sources:
                source.grad += slope * youngest.grad
                if source not in reached:
                    reached.add(source)
                    heappush(heap, (-source.born, source))
