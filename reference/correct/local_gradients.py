"""No functions are stored at all: since the slopes of an operation are plain numbers
that are known at once, each node keeps a list of pairs (input, slope). One line of
`backward` then serves every operation there will ever be: the input receives the slope
times the gradient of the output.
"""

# inherits: reference


class Value:
    __slots__ = ("data", "grad", "inputs")

    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def relu(self):
        if self.data > 0:
            return Value(self.data, ((self, 1.0),))
        return Value(0.0, ((self, 0.0),))

    def backward(self):
        self.grad = 1.0
        for node in reversed(self.inputs_first()):
            for child, slope in node.inputs:
                child.grad += slope * node.grad

    def inputs_first(self):
        order, seen = [], {self}
        path = [(self, iter(self.inputs))]
        while path:
            node, remaining = path[-1]
            for child, _ in remaining:
                if child not in seen:
                    seen.add(child)
                    path.append((child, iter(child.inputs)))
                    break
            else:
                order.append(node)
                path.pop()
        return order
