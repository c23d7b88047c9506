"""Nodes begin without inputs, and each operation appends to the list of its result. The
same node may stand in the list twice, so that every entry is one contribution, and the
lists are all that `backward` needs.
"""

# inherits: reference


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0
        self.inputs = []

    def __add__(self, other):
        out, other = self._with(other, lambda a, b: a + b)
        out.inputs.append([self, 1])
        out.inputs.append([other, 1])
        return out

    def __mul__(self, other):
        out, other = self._with(other, lambda a, b: a * b)
        out.inputs.append([self, other.data])
        out.inputs.append([other, self.data])
        return out

    def _with(self, other, compute):
        if type(other) is not Value:
            other = Value(other)
        return Value(compute(self.data, other.data)), other

    def relu(self):
        out = Value(max(self.data, 0))
        if self.data > 0:
            out.inputs.append([self, 1])
        return out

    def backward(self):
        self.grad = 1
        for node in self._results_first([]):
            for source, slope in node.inputs:
                source.grad += slope * node.grad

    def _results_first(self, listed):
        if not any(self is node for node in listed):
            for source, _ in self.inputs:
                source._results_first(listed)
            listed.insert(0, self)
        return listed
