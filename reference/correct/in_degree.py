"""Nothing is sorted beforehand. A first walk counts how often each node is used on the
way to the result; then a node passes its gradient on as soon as the last of its users
has reported. Counting only inside this graph matters: a use elsewhere would never
report.
"""

# inherits: reference

from collections import Counter
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Value:
    data: float
    grad: float = 0.0
    inputs: tuple = field(default=(), repr=False)
    slopes: tuple = field(default=(), repr=False)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, inputs=(self, other), slopes=(1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        slopes = (other.data, self.data)
        return Value(self.data * other.data, inputs=(self, other), slopes=slopes)

    def relu(self):
        is_open = self.data > 0
        return Value(self.data if is_open else 0.0, inputs=(self,), slopes=(float(is_open),))

    def backward(self):
        waiting_for = self.count_uses()
        self.grad = 1.0
        complete = [self]
        while complete:
            node = complete.pop()
            for child, slope in zip(node.inputs, node.slopes, strict=True):
                child.grad += slope * node.grad
                waiting_for[child] -= 1
                if waiting_for[child] == 0:
                    complete.append(child)

    def count_uses(self):
        uses = Counter()
        to_walk = [self]
        while to_walk:
            for child in to_walk.pop().inputs:
                if child not in uses:
                    to_walk.append(child)
                uses[child] += 1
        return uses
