"""True and False for every number: 1 and 0, no more."""


class Value:
    def __init__(self, data):
        self.data, self.grad = True, True

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
