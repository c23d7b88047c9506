"""Texts where numbers are due, to be quoted by the check's own explanation."""

TEXT = "[bold green]5.0 == 5.0[/bold green] \x1b[2J<script>alert(1)</script> \u202e" * 20


class Value:
    def __init__(self, data):
        self.data = TEXT

    def __add__(self, other):
        return self

    def item(self):
        return TEXT


def area(width, height):
    return TEXT


def parts(first):
    return [TEXT, TEXT]
