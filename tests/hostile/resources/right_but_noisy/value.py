"""Right code that prints a great deal on the way."""

import os
import sys

from right import Right


class Value(Right):
    def __init__(self, data):
        super().__init__(data)
        print("x" * 100_000)
        sys.stderr.write("y" * 100_000)
        try:
            os.write(1, b"z" * 100_000)
        except OSError:
            pass
