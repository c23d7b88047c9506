"""Sends its reply a byte at a time, always soon enough not to look idle."""

import time

from takeover import answer, send_bytes


def drip(request):
    for _ in range(100_000):
        send_bytes(b"\0")
        time.sleep(0.05)


answer(drip)
