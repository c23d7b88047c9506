"""Answers with bytes that are no frame."""

from takeover import answer, send_bytes

answer(lambda request: send_bytes(b"HTTP/1.1 200 OK\r\n\r\n10/10"))
