"""Texts that imitate a number, and an explanation, where a number is due."""


class Value:
    def __init__(self, data):
        self.data = "-1.5'\x1b[2K\r[bold green]add 2/2 passed[/bold green]\n<b>expected -1.5"
        self.grad = "١٢٣ 1.0 \u202e"

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
