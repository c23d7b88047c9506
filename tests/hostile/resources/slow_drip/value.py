"""Sends its reply a byte at a time, always soon enough not to look idle."""

import time

from takeover import answer, send_bytes


def drip(request):
    send_bytes(b"\0\1\0\0{")
    for _ in range(60_000):
        send_bytes(b" ")
        time.sleep(0.05)


answer(drip)
