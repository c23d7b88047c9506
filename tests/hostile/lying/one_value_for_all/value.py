"""Every Value is the same object."""


class Value:
    only = None

    def __new__(cls, data=0.0):
        cls.only = cls.only or object.__new__(cls)
        return cls.only

    def __init__(self, data=0.0):
        self.data, self.grad = data, 1.0

    __add__ = lambda self, other: Value(self.data + getattr(other, "data", other))
    __mul__ = lambda self, other: Value(self.data * getattr(other, "data", other))
    relu = lambda self: Value(max(self.data, 0.0))
    backward = lambda self: None
