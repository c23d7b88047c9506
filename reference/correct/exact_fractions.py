"""Inside, every number is a fraction of whole numbers and every gradient is exact:
sums, products and the rectifier never leave the fractions, so there is nothing to
round. Only whoever asks for `data` or `grad` receives a float. Useful wherever a doubt
must be settled whether a small difference is a mistake or only rounding.
"""

# inherits: reference

from fractions import Fraction


class Value:
    def __init__(self, data):
        self.number = Fraction(data)
        self.gradient = Fraction(0)
        self.edges = []

    @property
    def data(self):
        return float(self.number)

    @property
    def grad(self):
        return float(self.gradient)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return result(self.number + other.number, (self, 1), (other, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return result(self.number * other.number, (self, other.number), (other, self.number))

    def relu(self):
        return result(max(self.number, Fraction(0)), (self, int(self.number > 0)))

    def backward(self):
        self.gradient = Fraction(1)
        for node in reversed(inputs_first(self)):
            for child, slope in node.edges:
                child.gradient += slope * node.gradient


def result(number, *edges):
    out = Value(number)
    out.edges = list(edges)
    return out


def inputs_first(result):
    order, seen, visits = [], set(), [(result, False)]
    while visits:
        node, inputs_done = visits.pop()
        if inputs_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            visits.append((node, True))
            visits.extend((child, False) for child, _ in node.edges)
    return order
