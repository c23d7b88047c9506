"""Where the input is positive, the rectifier changes nothing, so it makes nothing
either: it returns the very node it was called on. Where the input is not positive the
answer is a fresh 0 that depends on nothing. Neither case needs a line of backward code.
"""

# inherits: reference


class Value:
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self._backward = None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def _backward():
            for term in (self, other):
                term.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def _backward():
            for factor, partner in ((self, other), (other, self)):
                factor.grad += partner.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        return self if self.data > 0 else Value(0.0)

    def backward(self):
        self.grad = 1.0
        for node in reversed(self.ancestry({})):
            if node._backward:
                node._backward()

    def ancestry(self, known):
        if self not in known:
            for parent in self.parents:
                parent.ancestry(known)
            known[self] = True
        return known
