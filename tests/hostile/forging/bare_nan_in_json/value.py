"""Sends NaN and Infinity as JSON numbers."""

from takeover import answer, send

answer(lambda request: send(b'[NaN, [Infinity]]'))
