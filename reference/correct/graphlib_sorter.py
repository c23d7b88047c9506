"""Putting things behind what they depend on is such a common wish that Python comes
with it: `graphlib.TopologicalSorter` orders tasks, imports, recipes, and here the nodes
of a graph. What remains for `backward` is to name each node's inputs and to read the
order from the end.
"""

# inherits: reference

from graphlib import TopologicalSorter


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(max(self.data, 0.0), (self,), "relu")

        def _backward():
            self.grad += 0.0 if self.data <= 0 else out.grad

        out._backward = _backward
        return out

    def backward(self):
        inputs_of = {self: self._prev}
        unnamed = list(self._prev)
        while unnamed:
            node = unnamed.pop()
            if node not in inputs_of:
                inputs_of[node] = node._prev
                unnamed.extend(node._prev)

        self.grad = 1.0
        for node in reversed([*TopologicalSorter(inputs_of).static_order()]):
            node._backward()
