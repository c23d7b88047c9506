"""An object whose type is called by markup and terminal sequences, where a number is due."""

NAME = "\x1b[31m[red]6.0[/red]<b>10/10</b>\n\u202e" * 50
Odd = type(NAME, (), {"__module__": NAME, "__qualname__": NAME})


class Value:
    def __init__(self, data):
        self.data = self.grad = Odd()

    __add__ = __mul__ = lambda self, other: Value(0)
    relu = lambda self: Value(0)
    backward = lambda self: None
