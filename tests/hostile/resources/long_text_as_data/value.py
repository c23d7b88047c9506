"""Gives two megabytes of text where a number is asked for."""


class Value:
    def __init__(self, data):
        self.data = self.grad = "6" * 2_000_000

    __add__ = __mul__ = lambda self, other: self
    relu = lambda self: self
    backward = lambda self: None
