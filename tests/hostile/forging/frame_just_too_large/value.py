"""Sends a reply of one byte more than a message may have."""

from takeover import HEADER, answer, send_bytes

SIZE = (1 << 20) + 1
answer(lambda request: send_bytes(HEADER.pack(SIZE) + b" " * SIZE))
