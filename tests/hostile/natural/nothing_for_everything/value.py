"""Gives None for every number: arithmetic with it raises in the check itself."""


class Value:
    def __init__(self, data):
        self.data = None

    def __add__(self, other):
        return self

    def item(self):
        return None


def area(width, height):
    return None


def parts(first):
    return None
