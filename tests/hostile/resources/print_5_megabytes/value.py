"""Prints 5 MB in every operation."""


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def __add__(self, other):
        print("flood " * 850_000)
        return self

    __mul__ = __add__

    def relu(self):
        return self + self

    def backward(self):
        pass
