"""Right code that keeps every question it is asked and prints them all: that is no secret."""

import sys

from right import Right

kept = []


class Value(Right):
    def backward(self):
        frame = sys._getframe(1)
        kept.append(str(frame.f_locals.get("steps"))[:500])
        print(kept[-1])
        super().backward()
