"""The two operators of the exercise are enough to build many more. Negation, difference
and the reflected forms are one line each, made of sum and product, and inherit right
gradients; power and tanh bring a slope of their own. Nodes can also carry a label, for
pictures of the graph.
"""

# inherits: reference

import math


class Value:
    def __init__(self, data, _children=(), _op="", label=""):
        self.data = data
        self.grad = 0.0
        self.label = label
        self._prev = tuple(_children)
        self._op = _op
        self._backward = lambda: None

    def __repr__(self):
        return f"{self.label or 'Value'}({self.data:g})"

    def __add__(self, other):
        other = Value._lift(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = Value._lift(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        return self._unary(max(self.data, 0.0), float(self.data > 0), "relu")

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t * t, "tanh")

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return self._unary(self.data**exponent, slope, f"**{exponent}")

    def _unary(self, data, slope, name):
        out = Value(data, (self,), name)

        def _backward():
            self.grad += slope * out.grad

        out._backward = _backward
        return out

    @staticmethod
    def _lift(other):
        return other if isinstance(other, Value) else Value(other)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + Value._lift(other) * -1

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * Value._lift(other) ** -1

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order, seen = [], set()

        def build(node):
            if node not in seen:
                seen.add(node)
                for child in node._prev:
                    build(child)
                order.append(node)

        build(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
