"""An exception whose type is called by markup and terminal sequences, at length."""

NAME = "\x1b[31m[red]Full Marks[/red]<b>10/10</b>\n\u202e" * 50
Odd = type(NAME, (Exception,), {"__module__": NAME, "__qualname__": NAME})


class Value:
    def __init__(self, data):
        raise Odd(NAME)
