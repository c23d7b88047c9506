"""Nothing goes backward here. Every node carries, from the moment it is made, its
derivative with respect to each node before it, and the rules for sums and products
combine these tables on the way forward. `backward` has only to read the answer off.
Right, and the reason why the other direction was invented: with a million weights every
node would carry a million derivatives.
"""

# inherits: reference


class Value:
    def __init__(self, data, derivatives=None):
        self.data = data
        self.grad = 0.0
        self.derivatives = derivatives or {}
        self.derivatives[self] = 1.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, combine((1.0, self), (1.0, other)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, combine((other.data, self), (self.data, other)))

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.0
        return Value(slope * self.data, combine((slope, self)))

    def backward(self):
        for node, derivative in self.derivatives.items():
            node.grad = 1.0 if node is self else node.grad + derivative


def combine(*terms):
    total = {}
    for factor, node in terms:
        for source, derivative in node.derivatives.items():
            total[source] = total.get(source, 0.0) + factor * derivative
    return total
