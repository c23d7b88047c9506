"""Sleeps in an operation and ignores every signal that it can."""

import contextlib
import signal
import time

for number in range(1, 65):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)


class Value:
    def __init__(self, data):
        while True:
            time.sleep(3600)
