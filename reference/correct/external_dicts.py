"""A node is nothing but itself: what is known about it stands in tables outside, one
for the numbers, one for the gradients, one for the slopes. The tables hold their keys
weakly, so that the entries of a node vanish together with it. Many compilers keep their
notes about a program in this way.
"""

# inherits: reference

from weakref import WeakKeyDictionary

numbers = WeakKeyDictionary()
gradients = WeakKeyDictionary()
slopes = WeakKeyDictionary()


class Value:
    def __init__(self, data):
        numbers[self] = data
        gradients[self] = 0.0
        slopes[self] = []

    data = property(lambda self: numbers[self])
    grad = property(lambda self: gradients[self])

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(numbers[self] + numbers[other])
        slopes[out] = [(self, 1.0), (other, 1.0)]
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(numbers[self] * numbers[other])
        slopes[out] = [(self, numbers[other]), (other, numbers[self])]
        return out

    def relu(self):
        out = Value(max(numbers[self], 0.0))
        slopes[out] = [(self, 1.0 if numbers[self] > 0 else 0.0)]
        return out

    def backward(self):
        gradients[self] = 1.0
        for node in results_first(self):
            for source, slope in slopes[node]:
                gradients[source] += slope * gradients[node]


def results_first(result):
    finished = {}

    def visit(node):
        if node not in finished:
            for source, _ in slopes[node]:
                visit(source)
            finished[node] = True

    visit(result)
    return reversed(finished)
