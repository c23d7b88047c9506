"""Raises an exception with far too much to say."""


class Value:
    def __init__(self, data):
        raise ValueError("x" * 10_000_000)
