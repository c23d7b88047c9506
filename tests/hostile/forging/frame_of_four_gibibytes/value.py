"""Announces a reply of 4 GiB and begins to send it."""

from takeover import answer, send_bytes

answer(lambda request: send_bytes(b"\xff\xff\xff\xff" + b"x" * 1000))
