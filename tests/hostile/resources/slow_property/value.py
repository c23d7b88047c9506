"""Right code whose numbers are slow to read."""

import time

from right import Right


class Value(Right):
    def __getattribute__(self, name):
        if name == "grad":
            time.sleep(0.02)
        return super().__getattribute__(name)
