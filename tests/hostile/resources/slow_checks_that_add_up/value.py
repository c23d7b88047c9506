"""Right code in which every check stays just inside its own limit."""

import time

from right import Right


class Value(Right):
    def backward(self):
        time.sleep(0.25)
        super().backward()
