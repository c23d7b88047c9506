"""Makes a million objects for every one that is asked for."""


class Value:
    kept = []

    def __init__(self, data, more=1_000_000):
        self.data, self.grad = 0.0, 0.0
        if more:
            self.kept.extend(Value(data, 0) for _ in range(more))

    __add__ = __mul__ = lambda self, other: Value(0.0)
    relu = lambda self: Value(0.0)
    backward = lambda self: None
