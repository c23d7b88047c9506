"""Has every attribute that anybody asks for."""


class Value:
    def __init__(self, data):
        pass

    def __getattr__(self, name):
        return 1.0

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
