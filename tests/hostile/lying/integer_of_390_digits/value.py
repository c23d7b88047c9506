"""Integers that do not fit into a float."""


class Value:
    def __init__(self, data):
        self.data = self.grad = 10**390

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
