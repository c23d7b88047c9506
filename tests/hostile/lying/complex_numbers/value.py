"""The right numbers, as complex ones."""


class Value:
    def __init__(self, data):
        self.data, self.grad = complex(data), 1 + 0j

    def __add__(self, other):
        return Value(self.data + getattr(other, "data", other))

    def __mul__(self, other):
        return Value(self.data * getattr(other, "data", other))

    relu = lambda self: Value(max(self.data.real, 0.0))
    backward = lambda self: None
