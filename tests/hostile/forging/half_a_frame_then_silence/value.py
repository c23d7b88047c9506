"""Begins a frame and never goes on."""

import time

from takeover import answer, send_bytes


def stall(request):
    send_bytes(b"\0\0\1\0{")
    time.sleep(60)


answer(stall)
