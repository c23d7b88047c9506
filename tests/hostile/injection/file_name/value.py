"""Fails in a file whose name does harm."""


class Value:
    def __init__(self, data):
        raise ValueError("here")
