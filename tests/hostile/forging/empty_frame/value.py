"""Answers with a frame of no bytes."""

from takeover import answer, send_bytes

answer(lambda request: send_bytes(b"\0\0\0\0"))
