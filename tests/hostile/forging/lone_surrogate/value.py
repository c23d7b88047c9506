"""Sends half a character."""

from takeover import answer, send

answer(lambda request: send(b'[2, [["v", "s", "\\ud800"]]]'))
