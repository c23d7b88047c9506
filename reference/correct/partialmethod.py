"""One general method applies any operation to any inputs, and `functools.partialmethod`
makes the three that the exercise asks for by fixing its first argument. An operation is
a function that returns the number and the slopes side by side, so the two cannot drift
apart.
"""

# inherits: reference

from functools import partialmethod


def add(a, b):
    return a + b, (1.0, 1.0)


def mul(a, b):
    return a * b, (b, a)


def rectify(a):
    return (a, (1.0,)) if a > 0 else (0.0, (0.0,))


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.inputs = self.slopes = ()

    def apply(self, operation, *others):
        inputs = [self, *(x if isinstance(x, Value) else Value(x) for x in others)]
        number, slopes = operation(*(x.data for x in inputs))
        out = Value(number)
        out.inputs, out.slopes = inputs, slopes
        return out

    __add__ = partialmethod(apply, add)
    __mul__ = partialmethod(apply, mul)
    relu = partialmethod(apply, rectify)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node.inputs:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, slope in zip(node.inputs, node.slopes, strict=True):
                child.grad += slope * node.grad
