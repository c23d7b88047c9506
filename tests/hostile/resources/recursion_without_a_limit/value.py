"""Calls itself for ever, through C code, after it raised the limit."""

import sys

sys.setrecursionlimit(10**9)


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def __add__(self, other):
        return self.__class__.__add__(*[self, other]) + [*map(self.__add__, [other])][0]

    __mul__ = relu = __add__
