"""Raises a syntax error that claims a line beyond all lines, in text and as a huge number."""

import itertools

lines = itertools.cycle((10**30, "7", None, -1, 3.5))


class Value:
    def __init__(self, data):
        error = SyntaxError("here")
        error.filename, error.lineno = "value.py", next(lines)
        raise error
