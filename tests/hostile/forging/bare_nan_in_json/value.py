"""Sends NaN and Infinity as JSON numbers."""

from takeover import answer, send

answer(lambda request: send(b'{"id": NaN, "results": [Infinity]}'))
