"""No `isinstance` in sight: a sum with a `Value` and a sum with a plain number are two
methods of one name, and Python chooses by the type of the argument. The plain case need
not build a node for its number at all, since nobody will ever ask for that number's
gradient.
"""

# inherits: reference

from functools import singledispatchmethod


class Value:
    def __init__(self, data, _children=(), _backward=None):
        self.data = data
        self.grad = 0.0
        self._children = _children
        self._backward = _backward or (lambda gradient: None)

    @singledispatchmethod
    def __add__(self, other):
        return NotImplemented

    @singledispatchmethod
    def __mul__(self, other):
        return NotImplemented

    @__add__.register(int)
    @__add__.register(float)
    def _(self, number):
        def _backward(gradient):
            self.grad += gradient

        return Value(self.data + number, (self,), _backward)

    @__mul__.register(int)
    @__mul__.register(float)
    def _(self, number):
        def _backward(gradient):
            self.grad += number * gradient

        return Value(self.data * number, (self,), _backward)

    def relu(self):
        return self * (1.0 if self.data > 0 else 0.0)

    def backward(self):
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node._children)

        self.grad = 1.0
        for node in reversed(order):
            node._backward(node.grad)


@Value.__add__.register(Value)
def _(self, other):
    def _backward(gradient):
        self.grad += gradient
        other.grad += gradient

    return Value(self.data + other.data, (self, other), _backward)


@Value.__mul__.register(Value)
def _(self, other):
    def _backward(gradient):
        self.grad += other.data * gradient
        other.grad += self.data * gradient

    return Value(self.data * other.data, (self, other), _backward)
