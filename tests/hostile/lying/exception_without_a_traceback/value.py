"""Raises an exception whose own attributes raise, or never come."""


class Slippery(SyntaxError):
    __traceback__ = property(lambda self: 1 / 0)
    filename = property(lambda self: Slippery.unhashable)
    lineno = "10/10"
    unhashable = []

    def __getattribute__(self, name):
        raise KeyboardInterrupt


class Value:
    def __init__(self, data):
        raise Slippery
