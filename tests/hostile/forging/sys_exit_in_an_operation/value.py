"""Calls sys.exit(0) in the middle of a check."""

import sys


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    __add__ = __mul__ = relu = backward = lambda self, *others: sys.exit(0)
