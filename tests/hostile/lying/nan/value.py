"""Not a number, everywhere."""


class Value:
    def __init__(self, data):
        self.data = self.grad = float("nan")

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
