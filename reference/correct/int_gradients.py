"""Whole numbers stay whole: gradients start at the int 0, the seed is the int 1, and
the gate of the rectifier is a bool, which multiplies as 0 or 1. Python turns a sum into
a float by itself as soon as a fraction takes part, so nothing is lost, and whole
numbers of any size stay exact.
"""

# inherits: reference


class Value:
    def __init__(self, data, inputs=(), height=0):
        self.data = data
        self.grad = 0
        self.inputs = inputs
        self.height = height

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return above((self, 1), (other, 1), data=self.data + other.data)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return above((self, other.data), (other, self.data), data=self.data * other.data)

    def relu(self):
        gate = self.data > 0
        return above((self, gate), data=gate * self.data)

    def backward(self):
        """Highest first: a node stands at least one step above each of its inputs."""
        self.grad = 1
        for node in sorted(everything_below(self), key=lambda node: -node.height):
            for child, slope in node.inputs:
                child.grad += slope * node.grad


def above(*inputs, data):
    return Value(data, inputs, height=1 + max(node.height for node, _ in inputs))


def everything_below(result):
    found = [result]
    known = {result}
    for node in found:  # the list grows while it is being read
        for child, _ in node.inputs:
            if child not in known:
                known.add(child)
                found.append(child)
    return found
