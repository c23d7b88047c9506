"""The given parts stay as they are, and the three holes share two helpers: one turns a
plain number into a `Value`, the other adds to a gradient. What is left in each
operation is the mathematics, one line for the number and one line for each slope.
"""

# inherits: reference


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = tuple(_children)
        self._op = _op

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other):
        other = as_value(other)
        out = Value(self.data + other.data, (self, other), "+")
        out._backward = lambda: (receive(self, out.grad), receive(other, out.grad))
        return out

    def __mul__(self, other):
        other = as_value(other)
        out = Value(self.data * other.data, (self, other), "*")
        out._backward = lambda: (
            receive(self, other.data * out.grad),
            receive(other, self.data * out.grad),
        )
        return out

    def relu(self):
        out = Value(max(0, self.data), (self,), "relu")
        out._backward = lambda: receive(self, out.grad if self.data > 0 else 0)
        return out

    def backward(self):
        order, seen, visits = [], set(), [(self, False)]
        while visits:
            node, inputs_done = visits.pop()
            if inputs_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits.append((node, True))
                visits.extend((child, False) for child in node._prev)

        self.grad = 1
        for node in reversed(order):
            node._backward()


def as_value(number):
    return number if isinstance(number, Value) else Value(number)


def receive(node, amount):
    node.grad += amount
