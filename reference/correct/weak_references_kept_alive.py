"""The list of inputs holds weak references, which do not keep anything alive: alone
they would lose a node that has no other name, such as the product in `a * b + c`. Here
the function that passes the gradient on holds its inputs firmly, so each node lives
exactly as long as something needs it.
"""

# inherits: reference

from weakref import ref


class Value:
    def __init__(self, data, inputs=(), pass_on=None):
        self.data = data
        self.grad = 0.0
        self.inputs = [ref(node) for node in inputs]
        self.pass_on = pass_on

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def pass_on(gradient):
            self.grad += gradient
            other.grad += gradient

        return Value(self.data + other.data, (self, other), pass_on)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)

        def pass_on(gradient):
            self.grad += other.data * gradient
            other.grad += self.data * gradient

        return Value(self.data * other.data, (self, other), pass_on)

    def relu(self):
        def pass_on(gradient):
            self.grad += gradient if self.data > 0 else 0.0

        return Value(max(self.data, 0.0), (self,), pass_on)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for weak in node.inputs:
                    visit(weak())
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            if node.pass_on:
                node.pass_on(node.grad)
