"""Prints without end, to both streams."""

import sys


class Value:
    def __init__(self, data):
        while True:
            print("stdout")
            print("stderr", file=sys.stderr)
