"""Computes while its reply goes out a byte at a time."""

from takeover import answer, send_bytes


def drip(request):
    send_bytes(b"\0\1\0\0[")
    while sum(range(2000)):
        send_bytes(b" ")


answer(drip)
