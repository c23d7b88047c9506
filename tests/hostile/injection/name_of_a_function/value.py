"""A function and a file that are called by markup and terminal sequences."""

NAME = "\x1b[31m[red]given[/red]<b>10/10</b>\n\u202e"


def fail(self, data):
    raise ValueError("here")


class Value:
    __init__ = fail


fail.__code__ = fail.__code__.replace(co_name=NAME * 5, co_qualname=NAME * 5)
