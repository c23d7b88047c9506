"""The seed is an argument of `backward` with the default 1, since the slope of a result
with respect to itself is 1. Whoever passes another number receives every gradient times
that number: -1 turns a descent into an ascent, and 1 / n makes a mean of n losses that
are run backward one by one.
"""

# inherits: reference


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = list(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, [self, other], "+")

        def _backward():
            self.grad = self.grad + out.grad
            other.grad = other.grad + out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, [self, other], "*")

        def _backward():
            self.grad = self.grad + other.data * out.grad
            other.grad = other.grad + self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(0.0 if self.data < 0 else self.data, [self], "relu")

        def _backward():
            if out.data > 0:
                self.grad = self.grad + out.grad

        out._backward = _backward
        return out

    def backward(self, seed=1.0):
        self.grad = seed
        for node in reversed(inputs_first(self, [], set())):
            node._backward()


def inputs_first(node, order, seen):
    seen.add(node)
    for child in node._prev:
        if child not in seen:
            inputs_first(child, order, seen)
    order.append(node)
    return order
