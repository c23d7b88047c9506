"""Objects whose conversion to a float raises, returns something else, and never returns."""


class Never:
    count = 0

    def __float__(self):
        Never.count += 1
        if Never.count % 3 == 0:
            raise SystemExit(0)
        while Never.count % 3 == 1:
            pass
        return "1.0"


class Value:
    def __init__(self, data):
        self.data, self.grad = Never(), Never()

    __add__ = __mul__ = lambda self, other: self
    relu = lambda self: self
    backward = lambda self: None
