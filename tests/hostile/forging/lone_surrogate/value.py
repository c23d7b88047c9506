"""Sends half a character."""

from takeover import answer, send

answer(lambda request: send(b'{"id": 2, "results": [["v", "s", "\\ud800"]]}'))
