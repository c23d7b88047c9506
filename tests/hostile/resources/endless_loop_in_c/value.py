"""Computes a power that takes hours, inside the interpreter, with every signal blocked."""

import contextlib
import signal


class Value:
    def __init__(self, data):
        with contextlib.suppress(OSError, ValueError):
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        self.data = pow(7, 10**9)
