"""Keeps its number in lists that are 20,000 deep."""


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0
        for _ in range(20_000):
            self.data = [self.data]

    __add__ = __mul__ = lambda self, other: self
    relu = lambda self: self
    backward = lambda self: None
