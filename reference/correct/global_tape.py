"""One tape for the whole program: every operation writes itself at the end, so the tape
is in a right order without any search. Going backward is playing it in reverse from the
place where the result was written, skipping every operation that has no part in it.
"""

# inherits: reference

TAPE = []


class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.place = len(TAPE)

    def __add__(self, other):
        other = constant(other)
        return record(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = constant(other)
        return record(self.data * other.data, (self, other.data), (other, self.data))

    def relu(self):
        return record(max(self.data, 0.0), (self, float(self.data > 0)))

    def backward(self):
        gradients = {self: 1.0}
        for out, inputs in reversed(TAPE[: self.place]):
            if out in gradients:
                for node, slope in inputs:
                    gradients[node] = gradients.get(node, 0.0) + slope * gradients[out]
        for node, amount in gradients.items():
            node.grad += amount


def constant(number):
    return number if isinstance(number, Value) else Value(number)


def record(data, *inputs):
    out = Value(data)
    TAPE.append((out, inputs))
    out.place = len(TAPE)
    return out
