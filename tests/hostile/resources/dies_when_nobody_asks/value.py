"""Right code whose process ends a moment after each answer."""

import os
import threading

from right import Right


class Value(Right):
    def backward(self):
        super().backward()
        threading.Timer(0.005, os._exit, (3,)).start()
