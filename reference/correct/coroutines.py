"""Each operation is one function that runs in two halves. The first half computes the
number and pauses at `yield`; the second half goes on when the gradient comes back
through that same `yield`. Forward and backward of one idea then stand next to each
other, in the order in which they happen.
"""

# inherits: reference

from contextlib import suppress


class Value:
    def __init__(self, data, inputs=(), paused=None):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs
        self.paused = paused

    def __add__(self, other):
        return start(add, self, other)

    def __mul__(self, other):
        return start(mul, self, other)

    def relu(self):
        return start(rectify, self)

    def backward(self):
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node.inputs)

        self.grad = 1.0
        for node in reversed(order):
            if node.paused is not None:
                resume(node.paused, node.grad)


def add(a, b):
    gradient = yield a.data + b.data
    a.grad += gradient
    b.grad += gradient


def mul(a, b):
    gradient = yield a.data * b.data
    a.grad += b.data * gradient
    b.grad += a.data * gradient


def rectify(a):
    gradient = yield max(a.data, 0.0)
    if a.data > 0:
        a.grad += gradient


def start(operation, *inputs):
    inputs = [x if isinstance(x, Value) else Value(x) for x in inputs]
    paused = operation(*inputs)
    return Value(next(paused), inputs, paused)


def resume(paused, gradient):
    with suppress(StopIteration):  # which is how a function says that its second half is done
        paused.send(gradient)
