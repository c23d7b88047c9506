"""The class holds data and nothing else. The operations are ordinary functions, written
outside and attached at the end: in Python a method is no more than a function that a
class can find. Visited nodes are kept in a list and compared with `is`, which asks for
the same node and not for an equal number.
"""

# inherits: reference


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0
        self.made_from = []
        self.send = lambda gradient: None


def to_value(x):
    return x if isinstance(x, Value) else Value(x)


def node(data, *inputs):
    out = Value(data)
    out.made_from = list(inputs)
    return out


def add(left, right):
    right = to_value(right)
    out = node(left.data + right.data, left, right)

    def send(gradient):
        left.grad += gradient
        right.grad += gradient

    out.send = send
    return out


def multiply(left, right):
    right = to_value(right)
    out = node(left.data * right.data, left, right)

    def send(gradient):
        left.grad += right.data * gradient
        right.grad += left.data * gradient

    out.send = send
    return out


def rectify(x):
    out = node(x.data if x.data > 0 else 0, x)

    def send(gradient):
        x.grad += gradient if x.data > 0 else 0

    out.send = send
    return out


def sort_into(order, current):
    if any(current is known for known in order):
        return
    for child in current.made_from:
        sort_into(order, child)
    order.append(current)


def backward(result):
    order = []
    sort_into(order, result)
    result.grad = 1
    for current in reversed(order):
        current.send(current.grad)


Value.__add__ = Value.__radd__ = add
Value.__mul__ = Value.__rmul__ = multiply
Value.relu = rectify
Value.backward = backward
